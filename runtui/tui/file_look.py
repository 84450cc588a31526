"""Looking into an output file: which parts of it are fetched for what is shown, and what they are made into."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from runtui.model.errors import UnsupportedError
from runtui.model.output_file import OutputFile
from runtui.render.archive_listing import (
    ZIP_END,
    ArchiveEntry,
    tar_entries,
    unpacked_start,
    zip_end,
    zip_entries,
)
from runtui.render.delimited import read_delimited
from runtui.render.file_contents import (
    ArchiveContent,
    EmptyContent,
    FileContent,
    HexContent,
    ImageContent,
    NoticeContent,
    OutlineContent,
    TableContent,
    TextContent,
)
from runtui.render.folded_lines import FoldedLines
from runtui.render.hex_lines import PAGE, HexLines
from runtui.render.highlight import highlighter_for
from runtui.render.json_outline import json_outline
from runtui.render.picture import PictureError, read_picture
from runtui.render.preview_kind import PreviewKind, is_text, kind_of, packed_path
from runtui.render.text_window import TextWindow
from runtui.render.units import size as size_words

START: Final = 32 * 1024
"""Bytes that are fetched of any file first."""
STEP: Final = 64 * 1024
"""Bytes that are fetched more when one goes on."""
UNASKED: Final = 240_000
"""Bytes that are fetched at most before anybody asked for more than to look at the file."""
PACKED: Final = 96 * 1024
"""Bytes of a gzip that are fetched to be unpacked."""
LARGEST_IMAGE: Final = 16 * 1024 * 1024
"""Bytes of an image that is shown when it is asked for; one no larger than `UNASKED` is shown at once."""
LARGEST_DOCUMENT: Final = 4 * 1024 * 1024
"""Bytes of a JSON document or a table that are held; one can go on no further."""
_REREAD: Final = 1024 * 1024
"""Up to here a file is read from its beginning again where the service gives no ranges of it."""
_TAR_HOP: Final = 8 * 1024


class Piece(Protocol):
    """Bytes of a file from a position on, with the size and the version the service stated along with them."""

    @property
    def content(self) -> bytes:
        """The bytes."""
        ...

    @property
    def size(self) -> int | None:
        """The whole file's size in bytes."""
        ...

    @property
    def etag(self) -> str | None:
        """The version of the content."""
        ...


class FileLook:
    """One look at one file. `read` gives the bytes between two positions, fewer where the file ends before.

    Its methods raise RuntuiError, and may be cancelled at any moment: what was fetched stays.
    """

    def __init__(
        self,
        file: OutputFile,
        read: Callable[[int, int], Awaitable[Piece]],
        *,
        page_wanted: Callable[[int], None],
        shows_large: bool = False,
    ) -> None:
        self.file = file
        self.size = file.size
        self.kind = PreviewKind.TEXT
        self.content: FileContent = EmptyContent()
        self.fetched = 0
        """Bytes fetched in all."""
        self.has_changed = False
        """Whether the service gave pieces of different versions of the file."""
        self._read = read
        self._page_wanted = page_wanted
        self._shows_large = shows_large
        self._etag: str | None = None
        self._held = b""
        self._is_packed = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the file has been fetched."""
        return self.size is not None and len(self._held) >= self.size

    async def begin(self) -> FileContent:
        """Fetch the beginning, and what else it takes to show a file of its kind."""
        self._held, self.has_changed, self._etag = b"", False, None
        self.size = self.file.size
        self._held = await self._fetch(0, START)
        if len(self._held) < START:
            self.size = len(self._held)
        self.content = await self._shown() if self._held else EmptyContent()
        return self.content

    async def _shown(self) -> FileContent:
        start = self._held
        self.kind = kind_of(self.file.path, start)
        try:
            match self.kind:
                case PreviewKind.ZIP:
                    return await self._zip()
                case PreviewKind.TAR:
                    return await self._tar()
                case PreviewKind.GZIP:
                    return await self._unpacked()
                case PreviewKind.IMAGE:
                    return await self._image()
                case PreviewKind.TABLE:
                    return self._table()
                case PreviewKind.JSON:
                    return await self._outline() or await self._text(start, self.file.path)
                case PreviewKind.TEXT:
                    return await self._text(start, self.file.path)
                case PreviewKind.BINARY:
                    return self._hex()
        except (PictureError, ValueError) as error:
            return NoticeContent((str(error), "d downloads the file, x shows its bytes."))

    # Going on

    async def go_on(self) -> bool:
        """Fetch what follows what is shown. Tells whether there was anything."""
        content = self.content
        if self._is_packed or self.is_whole:
            return False
        if isinstance(content, TextContent):
            return await self._append(content.window)
        if isinstance(content, OutlineContent | TableContent) and len(self._held) < LARGEST_DOCUMENT:
            more = await self._fetch(len(self._held), len(self._held) + STEP)
            self._take(more, STEP)
            return bool(more) and self._longer_document(content)
        return False

    def _longer_document(self, content: OutlineContent | TableContent) -> bool:
        if isinstance(content, TableContent):
            self.content = self._table()
            return True
        outline = json_outline(self._held.decode("utf-8", "replace"), is_whole=self.is_whole)
        if outline is not None:
            content.lines.replace(outline)
        return outline is not None

    async def _append(self, window: TextWindow) -> bool:
        if window.is_at_end:
            return False
        wanted = STEP if self.size is None else min(STEP, self.size - window.end)
        more = await self._fetch(window.end, window.end + wanted)
        if window.start == 0:
            self._take(more, wanted)
        elif len(more) < wanted:
            self.size = window.end + len(more)
        window.size = self.size
        window.append(more)
        return bool(more)

    def _take(self, more: bytes, wanted: int) -> None:
        self._held += more
        if len(more) < wanted:
            self.size = len(self._held)

    async def go_back(self) -> int:
        """Fetch what comes before the text that is shown. Tells how many lines that are."""
        content = self.content
        if not isinstance(content, TextContent) or content.window.start == 0:
            return 0
        window = content.window
        return window.prepend(await self._fetch(max(0, window.start - STEP), window.start))

    async def go_to_end(self) -> bool:
        """Show the end of a text in place of its beginning. Tells whether that is another text than before."""
        content = self.content
        if not isinstance(content, TextContent) or self._is_packed or content.window.is_at_end or self.size is None:
            return False
        start = max(0, self.size - STEP)
        if start <= content.window.end:
            return await self._append(content.window)
        tail = await self._fetch(start, self.size)
        window = TextWindow(tail, start=start, size=self.size, highlighter=content.window.highlighter)
        self.content = TextContent(window, content.language)
        return True

    def go_to_start(self) -> bool:
        """Show the beginning of a text again. Tells whether that is another text than before."""
        content = self.content
        if not isinstance(content, TextContent) or content.window.start == 0:
            return False
        window = TextWindow(self._held, size=self.size, highlighter=content.window.highlighter)
        self.content = TextContent(window, content.language)
        return True

    async def fetch_pages(self, first: int, last: int) -> None:
        """Fetch pages of bytes, both included, for the rows that asked for them."""
        if isinstance(self.content, HexContent) and self.size is not None:
            content = await self._fetch(first * PAGE, min(self.size, (last + 1) * PAGE))
            self.content.lines.put(first * PAGE, content)

    def show_bytes(self) -> FileContent:
        """Show the bytes themselves, whatever they are."""
        self.content = self._hex()
        return self.content

    async def shown_anew(self) -> FileContent:
        """Show again what the bytes mean."""
        self._is_packed = False
        self.content = await self._shown()
        return self.content

    # Kinds

    async def _text(self, content: bytes, path: str) -> FileContent:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self._is_packed = True
            content = content.decode("utf-16", "replace").encode()
        beginning = content[:2000].decode("utf-8", "replace")
        highlighter = await asyncio.to_thread(highlighter_for, path, beginning)
        size = len(content) if self._is_packed else self.size
        window = TextWindow(content, size=size, highlighter=highlighter)
        return TextContent(window, highlighter.language if highlighter else "")

    async def _outline(self) -> FileContent | None:
        if self.size is not None and self.size <= UNASKED:
            await self._hold(self.size)
        outline = json_outline(self._held.decode("utf-8", "replace"), is_whole=self.is_whole)
        if outline is None:
            return None
        return OutlineContent(FoldedLines(outline, await asyncio.to_thread(highlighter_for, "a.json", "{}")))

    def _table(self) -> TableContent:
        text = self._held.decode("utf-8", "replace")
        return TableContent(read_delimited(text, self.file.path, is_whole=self.is_whole))

    def _hex(self) -> FileContent:
        lines = HexLines(self.size if self.size is not None else len(self._held), self._page_wanted)
        lines.put(0, self._held[: len(self._held) // PAGE * PAGE] if not self.is_whole else self._held)
        return HexContent(lines)

    async def _image(self) -> FileContent:
        most = LARGEST_IMAGE if self._shows_large else UNASKED
        if self.size is None or self.size > most:
            return NoticeContent(self._too_large())
        self._held += await self._fetch(len(self._held), self.size)
        return ImageContent(await asyncio.to_thread(read_picture, self._held))

    def _too_large(self) -> tuple[str, ...]:
        if self.size is None:
            return ("An image of unknown size.", "d downloads it.")
        what = f"An image of {size_words(self.size)}."
        return (what, self._how_to_see(self.size, LARGEST_IMAGE))

    def _how_to_see(self, length: int, most: int) -> str:
        """What one does to see what is too large to be fetched unasked."""
        if self._shows_large or length > most:
            return f"Up to {size_words(most)} are fetched to be shown; d downloads it."
        return "Enter fetches and shows it."

    async def _zip(self) -> FileContent:
        if self.size is None:
            return NoticeContent(("A zip archive of unknown size: its list stands at its end.", "d downloads it."))
        tail_start = max(0, self.size - ZIP_END)
        tail = self._held[tail_start:] if self.is_whole else await self._fetch(tail_start, self.size)
        end = zip_end(tail, self.size)
        if end is None:
            return NoticeContent(("The end of the zip archive is damaged or missing.", "x shows its bytes."))
        if end.start < tail_start:
            length = tail_start - end.start
            if length > (LARGEST_DOCUMENT if self._shows_large else UNASKED - self.fetched):
                listed = f"A zip archive of {end.entry_count} entries, its list {size_words(length)} long."
                return NoticeContent((listed, self._how_to_see(length, LARGEST_DOCUMENT)))
            tail = await self._fetch(end.start, tail_start) + tail
            tail_start = end.start
        return ArchiveContent(tuple(zip_entries(tail, tail_start, self.size)), is_whole=True)

    async def _tar(self) -> FileContent:
        """The headers that are there, then those that are reached by hopping over what the files hold."""
        part = tar_entries(self._held)
        entries: list[ArchiveEntry] = list(part.entries)
        while part.next_header is not None and self.fetched + _TAR_HOP <= UNASKED:
            if self.size is not None and part.next_header >= self.size:
                return ArchiveContent(tuple(entries), is_whole=False)
            try:
                piece = await self._fetch(part.next_header, part.next_header + _TAR_HOP)
                part = tar_entries(piece, part.next_header)
            except (UnsupportedError, ValueError):
                break
            if not piece:
                break
            entries += part.entries
        return ArchiveContent(tuple(entries), is_whole=part.next_header is None)

    async def _unpacked(self) -> FileContent:
        await self._hold(PACKED)
        self._is_packed = True
        content = unpacked_start(self._held)
        path = packed_path(self.file.path)
        if kind_of(path, content) is PreviewKind.TAR:
            part = tar_entries(content)
            return ArchiveContent(tuple(part.entries), is_whole=part.next_header is None)
        if is_text(content):
            return await self._text(content, path)
        lines = HexLines(len(content), lambda page: None)
        lines.put(0, content)
        return HexContent(lines)

    # Bytes

    async def _hold(self, count: int) -> None:
        """Hold that many bytes of the beginning, or all of a smaller file."""
        start, end = len(self._held), count if self.size is None else min(self.size, count)
        if end > start:
            self._take(await self._fetch(start, end), end - start)

    async def _fetch(self, start: int, end: int) -> bytes:
        try:
            piece = await self._read(start, end)
        except UnsupportedError:
            if start == 0 or end > _REREAD:
                raise
            piece = await self._read(0, end)
            self._note(piece)
            return piece.content[start:]
        self._note(piece)
        return piece.content

    def _note(self, piece: Piece) -> None:
        self.fetched += len(piece.content)
        if piece.size is not None:
            self.has_changed |= self.size is not None and self._etag is not None and piece.size != self.size
            self.size = piece.size
        if piece.etag is not None:
            self.has_changed |= self._etag is not None and piece.etag != self._etag
            self._etag = piece.etag
