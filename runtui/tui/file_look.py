"""Looking into an output file: which parts of it are fetched for what is shown, and what they are made into."""

import asyncio
import codecs
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from runtui.model.errors import UnsupportedError
from runtui.model.output_file import OutputFile
from runtui.render.archive_listing import (
    ZIP_END,
    ArchiveEntry,
    tar_entries,
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
from runtui.render.gzip_stream import GzipStream
from runtui.render.hex_lines import PAGE, ROW, HexLines
from runtui.render.highlight import Highlighter, highlighter_for
from runtui.render.json_outline import JsonLine, json_outline
from runtui.render.picture import PictureError, read_picture
from runtui.render.preview_kind import PreviewKind, kind_of, packed_path
from runtui.render.text_window import UTF8, TextWindow
from runtui.render.units import size as size_words
from runtui.services.text_form import utf16_form

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
UNPACKED: Final = 1024 * 1024
"""Bytes that are unpacked of a gzip at once."""
MOST_UNPACKED: Final = 64 * 1024 * 1024
"""Bytes that are held of what a gzip holds; one can go on no further."""
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
    """One look at one file. `read` gives the bytes between two positions, fewer where the file ends before; of what is
    shown as bytes `hex_row` stand in a row.

    Its methods raise RuntuiError, and may be cancelled at any moment: what was fetched stays.
    """

    def __init__(
        self,
        file: OutputFile,
        read: Callable[[int, int], Awaitable[Piece]],
        *,
        page_wanted: Callable[[int], None],
        shows_large: bool = False,
        hex_row: int = ROW,
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
        self._hex_row = hex_row
        self._etag: str | None = None
        self.damage = ""
        """What is wrong with a gzip that could be unpacked only so far."""
        self._held = b""
        self._stream: GzipStream | None = None
        self._unpacked = b""
        self.codec = UTF8
        """What the text is written in."""

    @property
    def is_whole(self) -> bool:
        """Whether all of the file has been fetched."""
        return self.size is not None and len(self._held) >= self.size

    @property
    def is_packed(self) -> bool:
        """Whether what is shown is what a gzip holds."""
        return self._stream is not None

    @property
    def held(self) -> int:
        """Bytes from the beginning on that are held of the file, or of what a gzip holds."""
        return len(self._text_held)

    @property
    def is_all_held(self) -> bool:
        """Whether nothing follows what is held."""
        if self._stream is None:
            return self.is_whole
        return bool(self.damage) or (self.is_whole and not self._stream.has_more)

    @property
    def _text_held(self) -> bytes:
        return self._held if self._stream is None else self._unpacked

    @property
    def _path(self) -> str:
        return self.file.path if self._stream is None else packed_path(self.file.path)

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
        self._stream, self._unpacked, self.damage = None, b"", ""
        try:
            return await self._content_of(self._held)
        except (PictureError, ValueError) as error:
            return NoticeContent((str(error), "d downloads the file, x shows its bytes."))

    async def _content_of(self, start: bytes) -> FileContent:
        self.codec = _codec_of(start)
        readable = start if self.codec == UTF8 else start.decode(self.codec, "replace").encode()
        kind = kind_of(self._path, readable)
        if self._stream is not None:
            return await self._content_packed(kind, start)
        self.kind = kind
        match kind:
            case PreviewKind.ZIP:
                return await self._zip()
            case PreviewKind.TAR:
                return await self._tar()
            case PreviewKind.GZIP:
                return await self._unpack()
            case PreviewKind.IMAGE:
                return await self._image()
            case PreviewKind.BINARY:
                return self._hex()
            case _:
                return await self._document(kind, start)

    async def _content_packed(self, kind: PreviewKind, start: bytes) -> FileContent:
        """What a gzip holds: one within another, or an image, is shown as bytes."""
        if kind is PreviewKind.TAR:
            part = tar_entries(start)
            return ArchiveContent(tuple(part.entries), is_whole=part.next_header is None)
        if kind in (PreviewKind.TABLE, PreviewKind.JSON, PreviewKind.TEXT):
            return await self._document(kind, start)
        lines = HexLines(len(start), lambda page: None, row=self._hex_row)
        lines.put(0, start)
        return HexContent(lines)

    async def _document(self, kind: PreviewKind, start: bytes) -> FileContent:
        if kind is PreviewKind.TABLE:
            return await self._table()
        return (await self._outline() if kind is PreviewKind.JSON else None) or await self._text(start)

    # Going on

    async def go_on(self) -> bool:
        """Fetch what follows what is shown. Tells whether there was anything."""
        content = self.content
        if self.is_all_held:
            return False
        if isinstance(content, TextContent):
            return await self._append(content.window)
        if isinstance(content, OutlineContent | TableContent) and self.held < LARGEST_DOCUMENT:
            # more and more at once, for what is there is read again each time
            return await self._hold_more(max(STEP, self.held // 2)) and await self._longer_document(content)
        return False

    async def hold_all(self) -> bool:
        """Fetch all of a table that is small enough to be held. Tells whether it is longer now."""
        content, before = self.content, self.held
        if not isinstance(content, TableContent) or (self.size is not None and self.size > LARGEST_DOCUMENT):
            return False
        while not self.is_all_held and self.held < LARGEST_DOCUMENT and await self._hold_more(LARGEST_DOCUMENT):
            pass
        return self.held > before and await self._longer_document(content)

    async def _longer_document(self, content: OutlineContent | TableContent) -> bool:
        if isinstance(content, TableContent):
            self.content = await self._table()
            return True
        outline = await self._outlined()
        if outline is not None:
            content.lines.replace(outline)
        return outline is not None

    async def _hold_more(self, count: int) -> bool:
        """Hold so many bytes more of the file, or what is in some of a gzip. Tells whether there were any."""
        if self._stream is not None:
            return bool(await self._unpack_more())
        wanted = count if self.size is None else min(count, self.size - len(self._held))
        more = await self._fetch(len(self._held), len(self._held) + wanted)
        self._take(more, wanted)
        return bool(more)

    async def _unpack_more(self) -> bytes:
        """What follows of what a gzip holds; nothing at its end, where it is damaged, and where enough is held."""
        stream, more = self._stream, b""
        assert stream is not None
        try:
            while not more and not self.is_all_held and len(self._unpacked) < MOST_UNPACKED:
                piece = b""
                if not stream.has_more:
                    piece = await self._fetch(len(self._held), len(self._held) + STEP)
                    self._take(piece, STEP)
                more = await asyncio.to_thread(stream.feed, piece, UNPACKED)
        except ValueError as error:
            self.damage = str(error)
        self._unpacked += more
        self._look_for_its_end()
        return more

    def _look_for_its_end(self) -> None:
        stream = self._stream
        if stream is not None and self.is_whole and not (stream.has_more or stream.is_over or self.damage):
            self.damage = "the gzip is cut short"

    async def _append(self, window: TextWindow) -> bool:
        if window.is_at_end:
            return False
        if self._stream is not None:
            more = await self._unpack_more()
        else:
            wanted = STEP if self.size is None else min(STEP, self.size - window.end)
            more = await self._fetch(window.end, window.end + wanted)
            if window.start == 0:
                self._take(more, wanted)
            elif len(more) < wanted:
                self.size = window.end + len(more)
        window.size = self._window_size(window.end + len(more))
        window.append(more)
        return bool(more)

    def _window_size(self, end: int) -> int | None:
        """How long what a window shows a part of is; of what is packed that is known at its end."""
        if self._stream is None:
            return self.size
        return end if self.is_all_held else None

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
        if not isinstance(content, TextContent) or content.window.is_at_end:
            return False
        if self._stream is not None:  # what is packed has no other way to its end than through all of it
            while await self._append(content.window):
                pass
            return True
        if self.size is None:
            return False
        start = max(0, self.size - STEP) // 2 * 2
        if start <= content.window.end:
            return await self._append(content.window)
        tail = await self._fetch(start, self.size)
        window = self._window(tail, content.window.highlighter, start=start)
        self.content = TextContent(window, content.language)
        return True

    def go_to_start(self) -> bool:
        """Show the beginning of a text again. Tells whether that is another text than before."""
        content = self.content
        if not isinstance(content, TextContent) or content.window.start == 0:
            return False
        window = self._window(self._held, content.window.highlighter)
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
        self.content = await self._shown()
        return self.content

    # Kinds

    async def _text(self, content: bytes) -> FileContent:
        beginning = content[:2000].decode(self.codec, "replace")
        highlighter = await asyncio.to_thread(highlighter_for, self._path, beginning)
        return TextContent(self._window(content, highlighter), highlighter.language if highlighter else "")

    def _window(self, content: bytes, highlighter: Highlighter | None, *, start: int = 0) -> TextWindow:
        size = self._window_size(start + len(content))
        return TextWindow(content, start=start, size=size, highlighter=highlighter, codec=self.codec)

    async def _outline(self) -> FileContent | None:
        if self._stream is None and self.size is not None and self.size <= UNASKED:
            await self._hold(self.size)
        outline = await self._outlined()
        if outline is None:
            return None
        return OutlineContent(FoldedLines(outline, await asyncio.to_thread(highlighter_for, "a.json", "{}")))

    async def _outlined(self) -> list[JsonLine] | None:
        """The outline of what is held: made in a thread, for that of a large document takes a second."""
        text = self._text_held[:LARGEST_DOCUMENT].decode(self.codec, "replace")
        return await asyncio.to_thread(json_outline, text, is_whole=self.is_all_held)

    async def _table(self) -> TableContent:
        text = self._text_held.decode(self.codec, "replace")
        return TableContent(await asyncio.to_thread(read_delimited, text, self._path, is_whole=self.is_all_held))

    def _hex(self) -> FileContent:
        size = self.size if self.size is not None else len(self._held)
        lines = HexLines(size, self._page_wanted, row=self._hex_row)
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

    async def _unpack(self) -> FileContent:
        await self._hold(PACKED)
        stream = GzipStream()
        self._unpacked = await asyncio.to_thread(stream.feed, self._held, UNPACKED)
        self._stream = stream
        self._look_for_its_end()
        return await self._content_of(self._unpacked)

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


def _codec_of(start: bytes) -> str:
    """What a text that begins so is written in."""
    if start.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if start.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    return utf16_form(start) or UTF8
