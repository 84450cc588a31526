"""What a preview shows of a file: one kind of value for each way of looking at one."""

from dataclasses import dataclass

from runtui.render.archive_listing import ArchiveEntry
from runtui.render.delimited import DelimitedRows
from runtui.render.folded_lines import FoldedLines
from runtui.render.hex_lines import HexLines
from runtui.render.picture import Picture
from runtui.render.text_window import TextWindow


@dataclass(frozen=True, slots=True)
class EmptyContent:
    """There is nothing in the file."""


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """The file is not shown, and why, in sentences."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextContent:
    """Lines of text. `language` is what they are coloured as."""

    window: TextWindow
    language: str = ""


@dataclass(frozen=True, slots=True)
class OutlineContent:
    """JSON whose blocks can be shut."""

    lines: FoldedLines


@dataclass(frozen=True, slots=True)
class TableContent:
    """Rows of separated values."""

    rows: DelimitedRows


@dataclass(frozen=True, slots=True)
class ImageContent:
    """A picture."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What is in an archive; `is_whole` says whether all of it is listed."""

    entries: tuple[ArchiveEntry, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class HexContent:
    """Bytes."""

    lines: HexLines


FileContent = (
    EmptyContent
    | NoticeContent
    | TextContent
    | OutlineContent
    | TableContent
    | ImageContent
    | ArchiveContent
    | HexContent
)
