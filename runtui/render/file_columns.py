"""The columns of the file tree."""

from collections.abc import Mapping
from types import MappingProxyType

from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue
from runtui.render.file_tree import FileRow, size_text
from runtui.render.sanitise import one_line
from runtui.render.widths import Align

_NOTHING: Mapping[str, str] = MappingProxyType({})


def file_columns(verified: Mapping[str, str] = _NOTHING) -> list[Column[FileRow]]:
    """NAME, SIZE, MODIFIED and HASH. `verified` tells, by file id, what was verified of files that were downloaded.

    The order of a tree comes from its rows, so these columns do not sort by themselves.
    """

    def checked(row: FileRow, context: DrawContext) -> Cell:
        if row.file is None:
            return EMPTY
        done = verified.get(row.file.id)
        if done:
            return Cell(f"{one_line(done)} {context.glyphs.yes}", Tone.SUCCEEDED)
        return Cell(" ".join(one_line(file_hash.algorithm) for file_hash in row.file.hashes), Tone.MUTED)

    return [
        Column(key="name", title="NAME", cell=_name, sort_value=_unsorted, width=60, min_width=16, grows=True),
        Column(key="size", title="SIZE", cell=_size, sort_value=_unsorted, align=Align.RIGHT, width=9, min_width=6),
        Column(
            key="modified",
            title="MODIFIED",
            cell=_modified,
            sort_value=_unsorted,
            align=Align.RIGHT,
            width=8,
            min_width=8,
        ),
        Column(key="hash", title="HASH", cell=checked, sort_value=_unsorted, width=16, min_width=5),
    ]


def _unsorted(_: FileRow, __: DrawContext) -> SortValue:
    return None


def _name(row: FileRow, context: DrawContext) -> Cell:
    indent = "  " * row.depth
    if row.folder is None:
        return Cell(f"{indent}  {row.name}")
    arrow = context.glyphs.folder_open if row.is_open else context.glyphs.folder_closed
    return Cell(f"{indent}{arrow} {row.name}", Tone.STRONG)


def _size(row: FileRow, _: DrawContext) -> Cell:
    if row.size is None:
        return MISSING
    is_partial = row.folder is not None and row.folder.unsized > 0
    return Cell(size_text(row.size, is_partial=is_partial), Tone.MUTED if row.folder is not None else Tone.TEXT)


def _modified(row: FileRow, context: DrawContext) -> Cell:
    if row.folder is not None or row.modified_at is None:
        return EMPTY
    return Cell(units.age_of(row.modified_at, context.now), Tone.MUTED)
