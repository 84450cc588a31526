"""A log, followed."""

import re
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from runtui.model.delta import Delta
from runtui.model.errors import ConfigError, RuntuiError, StorageError
from runtui.model.log import LogSource
from runtui.model.log_levels import LogLevel, level_of
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.units import count, size
from runtui.services.safe_names import safe_part
from runtui.services.search import LineSearch, compile_pattern
from runtui.services.spool import Spool
from runtui.services.transfer_layout import run_folder
from runtui.tui.error_cells import error_cell, error_lines
from runtui.tui.error_lines import ErrorLines
from runtui.tui.followed_log import FollowedLog
from runtui.tui.log_choice import best_source
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.detail_line import DetailLine, Fact
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.safe_lines import SafeLine

_TONES = {LogLevel.ERROR: Tone.ERROR, LogLevel.WARNING: Tone.WARNING, LogLevel.DEBUG: Tone.FAINT}
LOOK_EVERY = 5.0
"""Seconds between two looks for the logs of a run that has none yet."""


class LogScreen(RuntuiScreen):
    """One source of a run's logs in a pager; the others are one key away."""

    AUTO_FOCUS = "#log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", id="log.search", key_display="/"),
        Binding("right_square_bracket", "other_source(1)", "next log", id="log.next_source", key_display="]"),
        Binding("left_square_bracket", "other_source(-1)", "log before", id="log.previous_source", show=False),
        Binding("y,c", "copy", "copy", id="log.copy", tooltip="copy the selected lines, or the one under the cursor"),
        Binding("ctrl+s", "save", "save", id="log.save", tooltip="save the log's exact bytes to a file"),
        Binding("f", "open_files", "output files of the run", id="log.files", show=False),
    ]

    def __init__(self, reference: RunReference, *, node_id: str | None = None, source: LogSource | None = None) -> None:
        super().__init__()
        self.reference = reference
        self._node_id = node_id
        self._source = source
        self._sources: tuple[LogSource, ...] = () if source is None else (source,)
        self._log: FollowedLog | None = None
        self._problem: RuntuiError | None = None
        self._search: LineSearch | None = None
        self._errors: ErrorLines | None = None
        self._goes_to_first = False
        self._went_round_to: int | None = None
        self._looked_at: datetime | None = None
        self._looking = Lock()
        """Held by the one thread that looks on: a cancelled one takes a moment to notice."""

    def compose(self) -> ComposeResult:
        """Facts above, the pager, the search below, the footer."""
        yield DetailLine(id="head")
        yield LogView(id="log")
        yield FilterLine("search: text or a regular expression", id="search")
        yield KeyFooter(
            ("log.follow", "log.search", "log.next_hit", "log.next_error", "log.wrap", "log.copy", "log.save"),
            id="footer",
        )

    def on_mount(self) -> None:
        """Find the source, and follow it."""
        self._log = FollowedLog(self.dashboard)
        self.view.set_waiting(True, "Looking for its logs …")
        self._show_head()
        self._open()

    def on_unmount(self) -> None:
        """Let go of the source."""
        if self._log is not None:
            self._log.close()

    @property
    def view(self) -> LogView:
        """The pager."""
        return self.query_one("#log", LogView)

    @property
    def run(self) -> Run | None:
        """The run as it is known now."""
        return self.dashboard.index.run(self.reference)

    # the source

    @work(exclusive=True, group="source")
    async def _open(self) -> None:
        run = self.run
        if run is None:
            return
        self._looked_at = self.dashboard.now()
        try:
            if self._source is not None:
                await self._follow(run, self._source)
            self._sources = await self.ask(lambda session: session.log_sources(run)) or self._sources
            self._problem = None
            if self._source is None:
                await self._follow_best(run)
        except RuntuiError as error:
            self._problem = error
        self._show_head()
        self._say_why_empty()

    async def _follow_best(self, run: Run) -> None:
        nodes = await self.ask(lambda session: session.nodes(run)) if self._node_id is not None else ()
        source = best_source(self._sources, nodes, self._node_id)
        if source is not None:
            await self._follow(run, source)

    async def _follow(self, run: Run, source: LogSource) -> None:
        assert self._log is not None
        tail = await self._log.follow(run, source)
        if tail is None:
            return
        self._source, self._problem = source, None
        self.view.set_source(tail.spool, follow=True)
        self._errors = ErrorLines(tail.spool)
        if self._search is not None:
            self._begin_search(self._search.text)
        self._look_on()
        self._show_head()

    @work(exclusive=True, group="source")
    async def _change_source(self, source: LogSource) -> None:
        run = self.run
        if run is not None:
            try:
                await self._follow(run, source)
            except RuntuiError as error:
                self.show_error(error)

    def action_other_source(self, step: int) -> None:
        """Show the next log of the run, or the one before."""
        ids = [source.id for source in self._sources]
        if len(ids) > 1 and self._source is not None and self._source.id in ids:
            self._change_source(self._sources[(ids.index(self._source.id) + step) % len(ids)])

    # search and errors

    def action_search(self) -> None:
        """Type what to search for."""
        self.query_one(FilterLine).begin()

    @on(FilterLine.FilterChanged)
    def _pattern_typed(self, message: FilterLine.FilterChanged) -> None:
        try:
            self.view.set_pattern(_seen_pattern(message.text))
        except ConfigError:
            self.view.set_pattern(None)

    @on(FilterLine.FilterAccepted)
    def _pattern_accepted(self, message: FilterLine.FilterAccepted) -> None:
        line = self.query_one(FilterLine)
        try:
            self._begin_search(message.text)
        except ConfigError as error:
            line.show_error(error.message, 0)
            return
        line.clear_error()
        self.view.focus()
        self._look_on()

    @on(FilterLine.FilterCancelled)
    def _search_left(self) -> None:
        self.view.set_pattern(_seen_pattern(self._search.text) if self._search else None)
        self.view.focus()

    def _begin_search(self, text: str) -> None:
        tail = self._log.tail if self._log else None
        self.view.set_hits([])
        self.view.set_pattern(_seen_pattern(text))
        self._search = LineSearch(tail.spool, text) if tail is not None and text else None
        self._goes_to_first = self._search is not None
        self._show_search()

    @work(thread=True, exclusive=True, group="search")
    def _look_on(self) -> None:
        """Search what has not been searched, in a thread; tell the screen after each piece."""
        worker = get_current_worker()
        with self._looking:
            for finder in (self._search, self._errors):
                if finder is not None:
                    for _ in finder.advance(lambda: worker.is_cancelled):
                        self.show_from_thread(self._show_found)
        if not worker.is_cancelled:
            self.show_from_thread(self._show_found)

    def _show_found(self) -> None:
        if self._search is not None:
            self.view.set_hits(list(self._search.lines))
            if self._goes_to_first and self._search.lines:
                self._goes_to_first = False
                self.view.action_next_hit()
        if self._errors is not None:
            self.view.set_errors(list(self._errors.lines))
        self._show_search()
        self._show_head()

    @on(LogView.Changed)
    def _view_changed(self) -> None:
        self._show_head()
        self._show_search()
        behind = any(finder is not None and finder.is_behind for finder in (self._search, self._errors))
        if behind and not any(worker.group == "search" and not worker.is_finished for worker in self.workers):
            self._look_on()

    @on(LogView.WentRound)
    def _went_round(self) -> None:
        self._went_round_to = self.view.state.cursor
        self._show_search()

    def _show_search(self) -> None:
        state, line = self.view.state, self.query_one(FilterLine)
        went_round = self._went_round_to == state.cursor
        round_again = [Cell("went on from the other end   ", Tone.WARNING)] if went_round else []
        if self._search is None:
            line.show_summary(*round_again)
            return
        found = f"{count(state.hit_count)} {'line' if state.hit_count == 1 else 'lines'}"
        where = f"{count(state.hit)} of {found}" if state.hit else found
        line.show_summary(*round_again, Cell(where if state.hit_count else "not found", Tone.MUTED))

    # what is shown

    def runs_changed(self, delta: Delta) -> None:
        """The run may have ended."""
        if delta.is_empty or self.reference in delta.changed or self.reference in delta.removed:
            self._show_head()

    def time_passed(self, now: datetime) -> None:
        """The age of the last poll moves on; a log that was not there may be."""
        self._show_head()
        is_due = self._looked_at is None or (now - self._looked_at).total_seconds() >= LOOK_EVERY
        if self._source is None and is_due and not self.workers_busy("source"):
            self._open()

    def workers_busy(self, group: str) -> bool:
        """Whether a worker of that group is at work for this screen."""
        return any(worker.group == group and not worker.is_finished and worker.node is self for worker in self.workers)

    def _show_head(self) -> None:
        run = self.run
        facts: list[Fact] = [self._name_fact(run)]
        if self._source is not None:
            facts.extend(self._state_facts() if self._problem is None else [error_cell(self._problem)])
        right = self._log.cells() if self._log is not None and self._problem is None else ()
        self.query_one("#head", DetailLine).show_facts(*facts, right=right)

    def _say_why_empty(self) -> None:
        """Say what will be here, as long as there is no line."""
        self.view.set_waiting(False)
        if self._problem is not None:
            self.view.set_empty(*error_lines(self._problem))
        elif self._source is not None:
            self.view.set_empty("The log is empty.")
        elif self.run is None or self.run.status.is_final:
            self.view.set_empty("The run left no log.")
        else:
            self.view.set_empty("No log yet.", "It appears here once the run writes one.")

    def _name_fact(self, run: Run | None) -> Fact:
        parts = [Cell(one_line(self.short_name(self.reference), 48), Tone.STRONG)]
        if run is not None:
            glyph = status_cell(run.status, run.status_text, self.dashboard.glyphs)
            parts.append(Cell(f" {glyph.text[:1]}", glyph.tone))
        if self._source is not None:
            parts.append(Cell(f" › {one_line(self._source.name, 60)}"))
            if len(self._sources) > 1:
                place = [source.id for source in self._sources].index(self._source.id) + 1
                parts.append(Cell(f"  {place}/{len(self._sources)}", Tone.FAINT))
        return parts

    def _state_facts(self) -> list[Fact]:
        state = self.view.state
        lines = "line" if state.line_count == 1 else "lines"
        facts: list[Fact] = [Cell(f"{count(state.line_count)} {lines} · {size(state.byte_count)}", Tone.MUTED)]
        if state.error_count:
            at = f"error {count(state.error)} of " if state.error else ""
            errors = "error" if state.error_count == 1 else "errors"
            facts.append(Cell(f"{at}{count(state.error_count)}{'' if at else ' ' + errors}", Tone.ERROR))
        if not state.is_following and not self._is_complete():
            new = f", {count(state.new_lines)} new" if state.new_lines else ""
            facts.append(Cell(f"paused{new}: F follows", Tone.WARNING if state.new_lines else Tone.MUTED))
        if state.selected_count:
            facts.append(Cell(f"{count(state.selected_count)} selected", Tone.ACCENT))
        return facts

    def _is_complete(self) -> bool:
        tail = self._log.tail if self._log else None
        return tail is not None and tail.is_over

    # actions

    def action_copy(self) -> None:
        """Copy the selected lines, or the one under the cursor, to the terminal's clipboard."""
        text = self.view.selected_text()
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self.view.clear_selection()
        self.notify(f"Copied {count(lines)} {'line' if lines == 1 else 'lines'}")

    def action_save(self) -> None:
        """Save the log as it is held now to a file below the download folder."""
        tail, run = self._log.tail if self._log else None, self.run
        if tail is not None and run is not None:
            folder = run_folder(self.dashboard.opening.config.interface.download_dir.absolute(), run)
            self._save(tail.spool, folder / (safe_part(tail.source.name.replace("/", "_")) or "log"))

    @work(thread=True, group="save")
    def _save(self, spool: Spool, target: Path) -> None:
        try:
            free = save_bytes(spool, target)
        except StorageError as error:
            self.app.call_from_thread(self.show_error, error)
        else:
            self.app.call_from_thread(self.notify, f"Saved as {free}", markup=False)

    def action_open_files(self) -> None:
        """Show the output files of the run."""
        run = self.run
        if run is not None:
            self.dashboard.open_files(run)

    def action_back(self) -> None:
        """Drop the selection, else the search, else go back."""
        if self.view.clear_selection():
            return
        if self._search is not None:
            self._begin_search("")
            self.query_one(FilterLine).clear()
            return
        super().action_back()


def save_bytes(spool: Spool, target: Path) -> Path:
    """Write what a spool holds to a file that was not there; `~2` and so on keeps older ones. Returns its path.

    Raises StorageError.
    """
    number = 1
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        while True:
            free = target if number == 1 else target.with_name(f"{target.stem}~{number}{target.suffix}")
            try:
                with free.open("xb") as file:
                    offset = 0
                    while piece := spool.read(offset, 1024 * 1024):
                        offset += file.write(piece)
                return free
            except FileExistsError:
                number += 1
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error


def _seen_pattern(text: str) -> re.Pattern[str] | None:
    """The typed pattern for the lines on the screen, with the same smart case as the search."""
    if not text:
        return None
    flags = compile_pattern(text).flags & re.IGNORECASE
    return re.compile(text, flags)


def _tone_of(line: SafeLine) -> Tone:
    return _TONES.get(level_of(line.text.plain), Tone.TEXT)
