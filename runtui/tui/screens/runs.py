"""The list of runs: the first screen."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from runtui.model.delta import Delta, FeedState
from runtui.model.errors import QueryError
from runtui.model.query import parse_query
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.transfer import Transfer
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.fed_columns import DOWNLOAD, WATCHED, download_values, watched_values
from runtui.render.status_cells import status_chips
from runtui.render.units import count
from runtui.styles_folder import style_sheets
from runtui.tui.changes_hint import changes_hint
from runtui.tui.compared_runs import LEAST_RUNS, MOST_RUNS
from runtui.tui.listed_runs import ListedRuns
from runtui.tui.query_suggester import QuerySuggester
from runtui.tui.run_actions import ActsOnRuns
from runtui.tui.run_preview import RunPreviewPane, ShowsPreview
from runtui.tui.run_selection import RunSelection, next_order, order_by
from runtui.tui.run_series_columns import ShowsSeriesColumns
from runtui.tui.transfer_gauge import transfer_gauge
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.profile_badges import ProfileBadges
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.status_chips import CHIP_KEYS, StatusChips
from runtui.tui.widgets.virtual_table import VirtualTable

TYPING_PAUSE = 0.08
"""Seconds without a key before a filter being typed is applied."""
_NO_TIME = datetime.fromtimestamp(0, UTC)


class RunsScreen(ActsOnRuns, ShowsSeriesColumns, ShowsPreview):
    """All runs of all profiles in one table, narrowed by chips and a filter, each one key away from its log."""

    CSS_PATH = style_sheets("runs")

    is_root = True
    AUTO_FOCUS = "#runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "l", "open_log", "log", id="runs.log", tooltip="log of the run, a failed node's first; of all marked runs"
        ),
        Binding("f", "open_files", "files", id="runs.files", tooltip="output files of the run"),
        Binding("slash", "edit_filter", "filter", id="runs.filter", key_display="/"),
        Binding("s", "sort(1)", "sort", id="runs.sort", tooltip="sort by the next column"),
        Binding("greater_than_sign", "sort(1)", "sort by the next column", id="runs.sort_next", show=False),
        Binding("less_than_sign", "sort(-1)", "sort by the column before", id="runs.sort_previous", show=False),
        Binding("S", "turn_order", "turn the order round", id="runs.sort_turn", show=False),
        Binding("d", "open_run", "details of the run", id="runs.details", show=False),
        Binding("y,c", "copy_reference", "copy the run's reference", id="runs.copy", show=False),
        Binding("escape", "back", "clear marks, filter, chip", id="screen.back", show=False),
        Binding("q", "leave", "quit", id="screen.leave", show=False),
        *CHIP_KEYS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self.selection = RunSelection()
        self.listed = ListedRuns(
            self.dashboard.index,
            self.selection,
            context=self.drawing,
            show=self._show_order,
            spawn=lambda work: self.run_worker(work, name="listing", group="listing"),
        )
        self._typing: Timer | None = None
        self._settled = False

    def compose(self) -> ComposeResult:
        """Header, chips, filter, table with a preview beside it, footer."""
        yield ProfileBadges(id="badges")
        yield StatusChips(id="chips")
        suggester = QuerySuggester(lambda: self.dashboard.index.runs.values())
        yield FilterLine("filter: text, !not, status:failed, Cd<0, started<2d", suggester=suggester, id="filter")
        with Horizontal(id="body"):
            yield VirtualTable[RunReference, Run]([], self.dashboard.index.run, DrawContext(_NO_TIME), id="runs")
            yield RunPreviewPane(self.preview_lines, id="preview")
        yield KeyFooter(("list.open", "runs.log", "runs.files", "list.mark", "runs.filter", "runs.sort"), id="footer")

    def chosen_runs(self) -> list[Run]:
        """The marked runs, else the one under the cursor."""
        references = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key else [])
        runs = self.dashboard.index.runs
        return [runs[reference] for reference in references if reference in runs]

    def on_mount(self) -> None:
        """Show what there is, as it was left."""
        self.table.set_sort(self.selection.order.column, descending=self.selection.order.descending)
        self.table.once_listed = self._once_listed
        self.restore()
        self._show_all()

    def on_key(self) -> None:
        """From the first key on the cursor is the user's."""
        self._settled = self._settled or bool(self.table.keys)

    def _once_listed(self, act: Callable[[], None]) -> None:
        """Let a key that comes before any row is listed wait for the rows it is about."""

        def settle_and_act() -> None:
            self.on_key()
            act()

        if self.table.keys:
            act()
        else:
            self.listed.then(settle_and_act)

    # what changed

    def runs_changed(self, delta: Delta) -> None:
        """Show new values: rows that look different, and the rows there are when that changed."""
        self.table.forget(delta.removed)
        self.watches_changed()
        self._show_chrome()
        self.listed.catch_up()
        self.look_again_at(delta)
        if not self.table.keys:
            self._say_why_empty(0)

    def time_passed(self, now: datetime) -> None:
        """Ages move on; so does what a filter by age lets through, and what still runs in an order by duration."""
        self.listed.take_in_time()
        self.table.set_context(self.drawing())
        self._show_badges()
        self.age_preview()
        self.look_at_rows()

    def values_fed(self, keys: Sequence[str]) -> None:
        """Rows stand elsewhere when the list is sorted by one of these."""
        if self.selection.order.column in keys:
            self.listed.select_if_idle()

    def watches_changed(self) -> None:
        """Show a sign behind the status of each run that is watched."""
        dashboard = self.dashboard
        signs = watched_values(dashboard.fetched, dashboard.watched, dashboard.glyphs)
        if signs != self._fed.get(WATCHED, {}):
            self.feed_column(WATCHED, signs)

    def transfers_changed(self, transfers: Sequence[Transfer]) -> None:
        """Show the gauge, and how far the files of each run have come."""
        self._show_badges()
        self.feed_column(DOWNLOAD, download_values(self.dashboard.transfers.values()))

    # what is shown

    def _show_all(self) -> None:
        self._show_chrome()
        self.listed.select()

    def _show_chrome(self) -> None:
        self._show_badges()
        index = self.dashboard.index
        self.query_one(StatusChips).show_chips(status_chips(index.counts, self.dashboard.glyphs))

    def _show_badges(self) -> None:
        badges = self.query_one(ProfileBadges)
        badges.show_profiles(self.dashboard.index.health.values(), self.dashboard.now())
        hint = changes_hint(self.dashboard.index.health.values(), self.dashboard.key_of("app.changes", "n"))
        badges.show_gauge(*hint, *transfer_gauge(self.dashboard.transfers.values(), self.dashboard.glyphs))

    def _show_order(self, references: Sequence[RunReference]) -> None:
        """List these runs; the cursor stays on its run."""
        table = self.table
        with table.one_repaint():
            if not self._settled:
                self.fit_columns(references)
            table.show_keys(references, self.drawing())
            if not self._settled:
                self._move_to_first(references)
                table.settle_anew()
                self._settled = self._has_all_first_answers()
        self._say_why_empty(len(references))
        self._show_summary()

    def _move_to_first(self, references: Sequence[RunReference]) -> None:
        """Put the cursor on the run it was on when the list was left, else on the first."""
        wanted = self.wanted_row
        row = next((reference for reference in references if str(reference) == wanted), None) if wanted else None
        if row is None or not self.table.move_to_key(row):
            self.table.move_to_index(0)

    def _has_all_first_answers(self) -> bool:
        """Whether every profile has answered or failed once: until then rows and columns come and go by themselves."""
        healths = self.dashboard.index.health.values()
        return bool(healths) and all(health.state is not FeedState.STARTING for health in healths)

    def _show_summary(self) -> None:
        index, table = self.dashboard.index, self.table
        cells: list[Cell] = []
        if self.selection.is_narrowed:
            cells.append(Cell(f"{count(len(table.keys))} of {count(sum(index.counts.values()))}", Tone.MUTED))
        if table.mark_count:
            gap = "  ·  " if cells else ""
            cells.append(Cell(f"{gap}{count(table.mark_count)} marked", Tone.ACCENT))
            if LEAST_RUNS <= table.mark_count <= MOST_RUNS:
                cells.append(Cell(f", {self.dashboard.key_of('runs.compare', 'equals_sign')} compares", Tone.MUTED))
        self.filter_line.show_summary(*cells)

    def _say_why_empty(self, shown: int) -> None:
        if shown:
            return
        table, index = self.table, self.dashboard.index
        if index.runs:
            table.set_waiting(False)
            table.set_empty("No run matches.", "Esc clears the filter, 1 shows every status.")
            return
        waiting = [health for health in index.health.values() if health.state is FeedState.STARTING]
        table.set_waiting(bool(waiting or not index.health), "Asking for runs …")
        troubles = [f"{health.profile}: {health.error}" for health in index.health.values() if health.error]
        table.set_empty(
            *(troubles or ["No runs yet. They appear here when a service has some."]), "P shows the profiles."
        )

    # filter

    def action_edit_filter(self) -> None:
        """Type a filter."""
        self.filter_line.begin()

    @on(FilterLine.FilterChanged)
    def _filter_typed(self, message: FilterLine.FilterChanged) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_PAUSE, lambda: self._apply_filter(message.text, final=False))

    @on(FilterLine.FilterAccepted)
    def _filter_accepted(self, message: FilterLine.FilterAccepted) -> None:
        if self._apply_filter(message.text, final=True):
            self.table.focus()

    @on(FilterLine.FilterCancelled)
    def _filter_cancelled(self, message: FilterLine.FilterCancelled) -> None:
        self._apply_filter(message.text, final=True)
        self.table.focus()

    def _apply_filter(self, text: str, *, final: bool) -> bool:
        """List what a filter lets through. Tells whether it could be read; one still being typed is not yet wrong."""
        try:
            query = parse_query(text)
        except QueryError as error:
            if final or not error.is_incomplete:
                self.filter_line.show_error(error.message, error.position)
            return False
        self.filter_line.clear_error()
        if query != self.selection.query:
            self.selection.query = query
            self.listed.select()
        return True

    @on(StatusChips.ChipChosen)
    def _show_chosen_status(self) -> None:
        chip = self.query_one(StatusChips).active_chip
        if chip is not None and chip.statuses != self.selection.statuses:
            self.selection.statuses = chip.statuses
            self.listed.select()

    def list_profile(self, profile: str, more: str = "") -> None:
        """List the runs of one profile and no others; `more` narrows them further, in the filter language."""
        self.action_choose_chip("1")
        self.filter_line.set_text(f"profile={profile} {more}".strip())
        self._apply_filter(self.filter_line.text, final=True)
        self.table.move_to_index(0)

    @on(ProfileBadges.ProfileClicked)
    def _badge_clicked(self, message: ProfileBadges.ProfileClicked) -> None:
        self.dashboard.open_profiles(message.profile)

    def action_choose_chip(self, key: str) -> None:
        """List the runs of one status, or all."""
        self.query_one(StatusChips).choose(key)
        self._show_chosen_status()  # at once: the next key, perhaps typed already, is about what is listed then

    # order

    def action_sort(self, step: int) -> None:
        """Sort by the next column or the one before."""
        if self.table.columns:
            self.selection.order = next_order(self.selection.order, self.table.columns, step)
            self._order_changed()

    def action_turn_order(self) -> None:
        """Sort the other way round."""
        self.selection.order = self.selection.order.turned()
        self._order_changed()

    @on(VirtualTable.SortRequested)
    def _heading_clicked(self, message: VirtualTable.SortRequested) -> None:
        column = next(column for column in self.table.columns if column.key == message.column)
        self.selection.order = order_by(self.selection.order, column)
        self._order_changed()

    def _order_changed(self) -> None:
        self.table.set_sort(self.selection.order.column, descending=self.selection.order.descending)
        self.listed.select()

    # marks and going on

    @on(RowView.MarksChanged)
    def _marks_changed(self) -> None:
        self._show_summary()

    @on(RowView.RowOpened)
    def _row_opened(self) -> None:
        self.action_open_run()

    def action_open_run(self) -> None:
        """Show the run under the cursor."""
        self._with_run_under_cursor(lambda run: self.dashboard.open_run(run.reference))

    def action_open_log(self) -> None:
        """Show the log of the run under the cursor, or of all marked runs together."""
        marked = self.chosen_runs() if self.table.marked_keys else []
        if len(marked) > 1:
            self.dashboard.open_logs(marked)
        else:
            self._with_run_under_cursor(self.dashboard.open_log)

    def action_open_files(self) -> None:
        """Show the output files of the run under the cursor."""
        self._with_run_under_cursor(self.dashboard.open_files)

    def _with_run_under_cursor(self, act: Callable[[Run], None]) -> None:
        """Act on the run that stands under the cursor once what was asked for last is listed."""

        def find_and_act() -> None:
            run = self.run_under_cursor
            if run is not None:
                act(run)

        self.listed.then(find_and_act)

    def action_copy_reference(self) -> None:
        """Copy the references of the marked runs, or of the one under the cursor, to the terminal's clipboard."""
        references = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key else [])
        if references:
            self.app.copy_to_clipboard("\n".join(str(reference) for reference in references))
            self.notify(_copied(references), markup=False)

    def action_back(self) -> None:
        """Clear the marks, else the filter, else show every status; never quits."""
        if self.table.clear_marks() or self.filter_line.clear():
            return
        self.action_choose_chip("1")


def _copied(references: Iterable[RunReference]) -> str:
    named = [str(reference) for reference in references]
    return f"Copied {named[0]}" if len(named) == 1 else f"Copied {len(named)} references"
