"""Keeps a pane showing what is in a file: fetches it for a screen, goes on where one goes on, says what went wrong."""

import asyncio
from collections.abc import Awaitable

from runtui.model.errors import RuntuiError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.file_contents import ArchiveContent, HexContent, ImageContent, TableContent, TextContent
from runtui.render.hex_lines import row_for
from runtui.render.sanitise import one_line
from runtui.render.text_window import UTF8
from runtui.render.units import count, size
from runtui.services.file_pieces import FilePiece
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.file_look import FileLook
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.preview_pane import PreviewPane

REST = 0.15
"""Seconds the cursor rests on a file before it is fetched beside a list."""
_PAGES_AT_ONCE = 8
_TOGETHER = 0.05


class FilePreview:
    """What a screen shows of one file after the other. `changed` of the screen is called when the facts differ."""

    def __init__(self, screen: RuntuiScreen, pane: PreviewPane, *, shows_large: bool) -> None:
        self._screen = screen
        self._pane = pane
        self._shows_large = shows_large
        self._look: FileLook | None = None
        self._error: RuntuiError | None = None
        self._pages: set[int] = set()
        self._fetches_pages = False
        self._is_busy = False

    @property
    def look(self) -> FileLook | None:
        """What is known of the file that is shown."""
        return self._look

    def show(self, run: Run, file: OutputFile, *, after: float = 0.0) -> None:
        """Look into a file, in place of the one before, after so many seconds if nothing else is shown by then."""
        self._screen.run_worker(self._begin(run, file, after), exclusive=True, group="preview", name="preview")

    def clear(self, *sentences: str) -> None:
        """Show no file, and fetch no more of the one before."""
        self._screen.workers.cancel_group(self._screen, "preview")
        self._look = None
        self._pane.show_sentences(*sentences)
        self._tell()

    async def _begin(self, run: Run, file: OutputFile, after: float) -> None:
        if after:
            await asyncio.sleep(after)
        look = FileLook(
            file,
            self._reader(run, file),
            page_wanted=self._want_page,
            shows_large=self._shows_large,
            hex_row=row_for(self._pane.size.width or self._screen.app.size.width),
        )
        self._look, self._error, self._is_busy = look, None, False
        self._pages.clear()
        self._pane.show_waiting("Asking for the beginning of the file …")
        self._tell()
        try:
            content = await look.begin()
        except RuntuiError as error:
            self._error = error
            self._pane.show_sentences(*error_lines(error))
        else:
            self._pane.show_content(content)
        self._tell()

    def _reader(self, run: Run, file: OutputFile) -> "PieceReader":
        return PieceReader(self._screen, run, file)

    def _tell(self) -> None:
        if self._screen.is_shown:
            self._screen.preview_changed()

    def show_bytes(self) -> None:
        """Show the bytes themselves, or again what they mean."""
        look = self._look
        if look is None or not look.fetched:
            return
        if isinstance(look.content, HexContent):
            self._again(look.shown_anew())
        else:
            self._pane.show_content(look.show_bytes())
            self._tell()

    def _again(self, asking: Awaitable[object]) -> None:
        async def shown() -> None:
            look = self._look
            await asking
            if look is not None and look is self._look:
                self._pane.show_content(look.content)
                self._tell()

        self._work(shown())

    # Going on

    def sorted_anew(self) -> None:
        """The rows were sorted: fetch those that are not here, where the file is small enough for that."""
        look = self._look
        self._tell()
        if look is not None and not self._is_busy and not look.is_all_held:
            self._work(self._sort_all(look))

    async def _sort_all(self, look: FileLook) -> None:
        if await look.hold_all() and look is self._look and isinstance(look.content, TableContent):
            self._pane.extend_values(look.content)
        self._tell()

    def more_wanted(self, message: PreviewPane.MoreWanted) -> None:
        """One came to an end of what is there: fetch what follows, or what comes before."""
        look = self._look
        if look is None or self._is_busy:
            return
        if message.at_end:
            self._work(self._to_end(look) if message.is_far else self._go_on(look))
        elif message.is_far:
            if look.go_to_start():
                self._pane.show_content(look.content)
                self._tell()
        else:
            self._work(self._go_back(look))

    def _work(self, doing: Awaitable[None]) -> None:
        async def work() -> None:
            self._is_busy = True
            try:
                await doing
            except RuntuiError as error:
                self._screen.show_error(error)
            finally:
                self._is_busy = False

        self._screen.run_worker(work(), group="preview", name="going on")

    async def _go_on(self, look: FileLook) -> None:
        was = look.content
        if await look.go_on() and look is self._look:
            if isinstance(look.content, TableContent) and look.content is not was:
                self._pane.extend_values(look.content)
            self._tell()

    async def _to_end(self, look: FileLook) -> None:
        before = look.content
        if await look.go_to_end() and look is self._look:
            if look.content is not before:
                self._pane.show_content(look.content, at_end=True)
            else:
                self._pane.text.go_to_line(self._pane.text.source.line_count - 1)
            self._tell()

    async def _go_back(self, look: FileLook) -> None:
        lines = await look.go_back()
        if lines and look is self._look:
            text = self._pane.text
            text.go_to_line(text.state.cursor + lines)
            self._tell()

    # Bytes

    def _want_page(self, page: int) -> None:
        """A row of a page that is not there is being drawn."""
        self._pages.add(page)
        if not self._fetches_pages:
            self._fetches_pages = True
            self._screen.run_worker(self._fetch_pages(), group="preview pages", name="bytes")

    async def _fetch_pages(self) -> None:
        """Fetch what is in sight, all pages of it together; what one has scrolled past meanwhile is left."""
        try:
            while self._pages and self._look is not None:
                await asyncio.sleep(_TOGETHER)
                wanted, look = sorted(self._pages)[-_PAGES_AT_ONCE:], self._look
                self._pages.clear()
                first = next((page for page in wanted if wanted[-1] - page < _PAGES_AT_ONCE), wanted[-1])
                await self._fetch_between(look, first, wanted[-1])
        finally:
            self._fetches_pages = False

    async def _fetch_between(self, look: FileLook, first: int, last: int) -> None:
        try:
            await look.fetch_pages(first, last)
        except RuntuiError as error:
            if isinstance(look.content, HexContent):
                for page in range(first, last + 1):
                    look.content.lines.refuse(page, one_line(error.message, 80))
        self._tell()

    # What is said of it

    def facts(self) -> list[Cell]:
        """What the file is, how large, and how much of it is here."""
        look = self._look
        if look is None:
            return []
        if self._error is not None:
            return [error_cell(self._error)]
        cells = [Cell(_kind_words(look), Tone.MUTED)] if look.fetched else []
        if look.size is not None:
            cells.append(Cell(size(look.size), Tone.MUTED))
        part = _part_words(look)
        if part:
            is_in_part = self._pane.is_sorted and isinstance(look.content, TableContent)
            cells.append(Cell(f"only the {part} sorted", Tone.WARNING) if is_in_part else Cell(part, Tone.FAINT))
        if look.damage:
            cells.append(Cell(one_line(look.damage, 60), Tone.WARNING))
        if look.has_changed:
            cells.append(Cell("changed meanwhile: r reads it again", Tone.WARNING))
        return cells


class PieceReader:
    """Asks the session for parts of one file."""

    def __init__(self, screen: RuntuiScreen, run: Run, file: OutputFile) -> None:
        self._screen = screen
        self._run = run
        self._file = file

    async def __call__(self, start: int, end: int) -> FilePiece:
        """The bytes between two positions. Raises RuntuiError."""
        return await self._screen.ask(lambda session: session.read_piece(self._run, self._file, start, end))


def _kind_words(look: FileLook) -> str:
    match look.content:
        case TextContent(_, language):
            return f"{language or 'text'}{_form_words(look)}"
        case TableContent(rows):
            return f"table of {rows.width} columns{_form_words(look)}"
        case ImageContent(picture):
            return f"{picture.format} {picture.full_width} x {picture.full_height}"
        case ArchiveContent(entries, is_whole):
            return f"{look.kind}: {'' if is_whole else 'first '}{count(len(entries))} entries"
        case HexContent():
            return "bytes"
        case _:
            return look.kind.value


def _form_words(look: FileLook) -> str:
    """In what form a text lies in the file, where it is not the usual one."""
    return f"{'' if look.codec == UTF8 else ' in UTF-16'}{' in a gzip' if look.is_packed else ''}"


def _part_words(look: FileLook) -> str:
    """Which part of the file is here, when it is not all of it."""
    if look.is_all_held or not look.fetched or isinstance(look.content, HexContent | ArchiveContent):
        return ""
    if look.is_packed:
        return f"first {size(look.held)} unpacked"
    if isinstance(look.content, TextContent):
        window = look.content.window
        if window.start:
            return (
                f"from {size(window.start)} on" if window.is_at_end else f"{size(window.start)} to {size(window.end)}"
            )
        return f"first {size(window.end)}" if window.end < (look.size or window.end + 1) else ""
    return f"first {size(look.held)}"
