"""Finding one's way in logs: searching, filtering, going to places, folding records."""

import re
from collections.abc import Callable
from typing import ClassVar, Final

import msgspec
from textual import events, on, work
from textual.binding import Binding, BindingType

from runtui.model.errors import ConfigError, StorageError
from runtui.model.log_destination import Destination, LineNumber, Share, read_destination
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.render.units import count
from runtui.services.entered_texts import EnteredTexts
from runtui.services.filtered import LineFilter
from runtui.services.log_times import line_at_time, time_of_line
from runtui.services.merged_search import MergedSearch
from runtui.services.search import compile_pattern, quietly_compiled
from runtui.tui.log_reading import ReadsLog
from runtui.tui.log_text import LogText
from runtui.tui.widgets.check_dialog import Check, CheckDialog
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.log_prompt import LogPrompt, PromptKind
from runtui.tui.widgets.log_view import LogView

_KEPT: Final = (PromptKind.SEARCH, PromptKind.KEEP, PromptKind.DROP)
"""What is remembered over restarts."""
_NEEDS_LINES: Final = frozenset(
    {
        "search",
        "filter",
        "go",
        "warning",
        "fold",
        "fold_all",
        "copy",
        "save",
        "open_pager",
        "open_editor",
        "plot",
        "type_series",
    }
)
_NO_HIT: Final = "Nothing was found to go to: / searches."
_NO_ERROR: Final = "No line here looks like an error."
_NO_MARK: Final = "No line is marked: m marks the one under the cursor."
_NOTHING: Final = {
    "next_hit": _NO_HIT,
    "previous_hit": _NO_HIT,
    "next_error": _NO_ERROR,
    "previous_error": _NO_ERROR,
    "next_mark": _NO_MARK,
    "previous_mark": _NO_MARK,
    "toggle_follow": "The log is complete: nothing more comes.",
}
"""What is said where an action of the pager has nothing to do."""
MOST_CONTEXT: Final = 50


class FindsInLog(ReadsLog):
    """A log screen with a prompt below the log."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", id="log.search", key_display="/"),
        Binding("ampersand", "filter(True)", "filter", id="log.keep", key_display="&", tooltip="show only some lines"),
        Binding("exclamation_mark", "filter(False)", "hide", id="log.hide", tooltip="hide some lines", key_display="!"),
        Binding("ctrl+f", "choose_filters", "filters", id="log.filters", tooltip="the filters: drop some", show=False),
        Binding("backspace", "drop_filter", "drop filter", id="log.drop_filter", tooltip="drop the newest filter"),
        Binding("plus", "context(1)", "more context", id="log.more_context", key_display="+", show=False,
                tooltip="one line more around what a filter shows"),
        Binding("minus", "context(-1)", "less context", id="log.less_context", key_display="-", show=False,
                tooltip="one line less around what a filter shows"),
        Binding("ctrl+g", "go", "go to", id="log.go", tooltip="go to a line, a share or a time", show=False),
        Binding("full_stop", "warning(1)", "next warning", id="log.next_warning", key_display=".", show=False),
        Binding("comma", "warning(-1)", "warning before", id="log.previous_warning", key_display=",", show=False),
        Binding("z", "fold", "fold", id="log.fold", tooltip="fold the record, or unfold it", show=False),
        Binding("Z", "fold_all", "fold all", id="log.fold_all", tooltip="fold errors, or unfold all", show=False),
    ]  # fmt: skip

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._goes_to_first = False
        self._came_from: int | None = None
        """The line of the whole text one was at when the search began."""
        self._went_round_to: int | None = None
        self._goes_to_warning = 0
        """1 or -1 while a warning after, or before, the cursor is waited for."""

    def on_mount(self) -> None:
        """Bring back what was searched for before."""
        self._bring_back_entered()

    @property
    def prompt(self) -> LogPrompt:
        """The line below the log."""
        return self.query_one(LogPrompt)

    @property
    def searched(self) -> str:
        """The pattern looked for."""
        return self.text.search.text if self.text is not None and self.text.search is not None else ""

    def text_changed(self, before: LogText | None) -> None:
        """Look for the same pattern, and show the same lines, in another text."""
        super().text_changed(before)
        if before is not None and self.text is not None:
            self._filter_by(before.rules)
            self._begin_search(before.search.text if before.search is not None else "", goes=False)

    # what was entered

    @work(thread=True, group="entered")
    def _bring_back_entered(self) -> None:
        folder = self.dashboard.opening.data_folder
        if folder is not None:
            entered = {kind: EnteredTexts(folder).texts(kind) for kind in _KEPT}
            self.show_from_thread(self._show_entered, entered)

    def _show_entered(self, entered: dict[PromptKind, list[str]]) -> None:
        for kind, texts in entered.items():
            self.prompt.set_entered(kind, texts)

    @work(thread=True, group="entered")
    def _remember(self, kind: PromptKind, text: str) -> None:
        folder = self.dashboard.opening.data_folder
        if folder is not None:
            try:
                EnteredTexts(folder).remember(kind, text)
            except StorageError as error:
                self.app.call_from_thread(self.show_error, error)

    # the prompt

    @on(FilterLine.FilterChanged)
    def _typed(self, message: FilterLine.FilterChanged) -> None:
        if self.prompt.kind is PromptKind.SEARCH:
            try:
                self.view.set_pattern(seen_pattern(message.text))
            except ConfigError:
                self.view.set_pattern(None)

    @on(FilterLine.FilterAccepted)
    def _entered(self, message: FilterLine.FilterAccepted) -> None:
        prompt, kind = self.prompt, self.prompt.kind
        try:
            after = self.take_entered(kind, message.text)
        except ConfigError as error:
            prompt.show_error(error.message, 0)
            return
        prompt.clear_error()
        if kind in _KEPT and message.text.strip():
            self._remember(kind, message.text)
        self._leave_prompt()
        after()

    def take_entered(self, kind: PromptKind, text: str) -> Callable[[], object]:
        """Do what was entered, and give what is to be done once the prompt is left. Raises ConfigError."""
        match kind:
            case PromptKind.KEEP | PromptKind.DROP:
                self._add_filter(text, keep=kind is PromptKind.KEEP)
            case PromptKind.GO:
                return self._journey(text)
            case _:
                self._begin_search(text)
        return self.look_on

    @on(FilterLine.FilterCancelled)
    def _left(self) -> None:
        self.prompt.clear_error()
        self._leave_prompt()
        self.view.set_pattern(seen_pattern(self.searched))

    def _leave_prompt(self) -> None:
        self.prompt.rest(self.searched)
        self.view.focus()
        self.show_search()

    # searching

    def action_search(self) -> None:
        """Type what to search for."""
        self.prompt.ask(PromptKind.SEARCH)

    def _begin_search(self, text: str, *, goes: bool = True) -> None:
        if self.text is None:
            return
        self.text.search_for(text)
        if not self.view.state.hit_count:
            self._came_from = self.view.state.line
        self.view.set_hits([])
        self.view.set_pattern(seen_pattern(text))
        self._goes_to_first = goes and bool(text)
        self.show_search()

    def show_found(self) -> None:
        """Show what was found so far; go to the first place a search found after the cursor."""
        if self.text is not None and self.text.search is not None:
            self.view.set_hits(self.text.search.lines)
            if self._goes_to_first and self.view.state.hit_count and self._knows_next():
                self._goes_to_first = False
                self.view.action_next_hit()
        self._refold()
        self._go_to_warning()
        super().show_found()
        self.show_search()

    def _knows_next(self) -> bool:
        """Whether a place after the cursor was found, or all were."""
        assert self.text is not None
        assert self.text.search is not None
        last = self.text.search.lines[-1:]
        return bool(last and last[0] > self.view.state.line) or not self.text.search.is_behind

    @on(LogView.Changed, "#log")
    def _place_changed(self) -> None:
        self.show_search()

    @on(LogView.WentRound)
    def _went_round(self) -> None:
        self._went_round_to = self.view.state.line
        self.show_search()

    def show_search(self) -> None:
        """Say what the search found, and which lines are filtered."""
        state = self.view.state
        cells: list[Cell] = []
        if self._went_round_to == state.line:
            cells.append(Cell("went on from the other end   ", Tone.WARNING))
        if self.searched:
            lines = "line" if state.hit_count == 1 else "lines"
            found = f"{count(state.hit_count)} {lines}" if state.hit_count else self._nothing_found()
            cells.append(Cell(f"{count(state.hit)} of {found}" if state.hit else found, Tone.MUTED))
        if self.text is not None and not self.text.rules.is_empty:
            cells.append(Cell("   " if cells else ""))
            cells.extend(_rules_cells(self.text.rules))
        self.prompt.show_summary(*cells)

    def _nothing_found(self) -> str:
        search = self.text.search if self.text is not None else None
        if isinstance(search, MergedSearch) and search.hit_count:
            return f"{count(search.hit_count)} found, not in their places yet"
        return "searching" if search is not None and search.is_behind else "not found"

    def _drop_search(self) -> None:
        """Search for nothing any more; who is still at a place that was found goes back to where the search began."""
        is_at_hit, came_from = self.view.state.hit is not None, self._came_from
        self._begin_search("", goes=False)
        self.prompt.rest("")
        if is_at_hit and came_from is not None:
            self.view.go_to_base_line(came_from)

    # filters

    def action_filter(self, keep: bool) -> None:
        """Type which lines to show, or to hide."""
        self.prompt.ask(PromptKind.KEEP if keep else PromptKind.DROP)

    def _add_filter(self, text: str, *, keep: bool) -> None:
        if not text or self.text is None:
            return
        rules = self.text.rules
        if keep:
            rules = msgspec.structs.replace(rules, include=(*(old for old in rules.include if old != text), text))
        else:
            rules = msgspec.structs.replace(rules, exclude=(*(old for old in rules.exclude if old != text), text))
        self._filter_by(rules)

    def _filter_by(self, rules: LineFilter) -> None:
        """Show these lines only; the cursor keeps its line, or goes to the one shown next to it."""
        if self.text is None or rules == self.text.rules:
            return
        self.text.filter_by(rules)
        empty = (
            ("The log is empty.",) if rules.is_empty else ("No line passes the filters.", "Backspace drops the newest.")
        )
        self.view.set_empty(*empty)
        self.view.set_view(self.text.view())
        self.refresh_bindings()
        self.show_search()

    def action_drop_filter(self) -> None:
        """Drop the filter that came last: what is hidden before what is shown."""
        if self.text is not None:
            rules = self.text.rules
            if rules.exclude:
                self._filter_by(msgspec.structs.replace(rules, exclude=rules.exclude[:-1]))
            else:
                self._filter_by(msgspec.structs.replace(rules, include=rules.include[:-1]))
            self.look_on()

    @work(group="filters")
    async def action_choose_filters(self) -> None:
        """List the filters, to drop some."""
        if self.text is None:
            return
        rules = self.text.rules
        checks = [Check(f"& {text}", True) for text in rules.include] + [
            Check(f"! {text}", True) for text in rules.exclude
        ]
        kept = await self.app.push_screen_wait(CheckDialog("Filters", checks))
        if kept is not None:
            count = len(rules.include)
            include = tuple(text for place, text in enumerate(rules.include) if place in kept)
            exclude = tuple(text for place, text in enumerate(rules.exclude, count) if place in kept)
            self._filter_by(msgspec.structs.replace(rules, include=include, exclude=exclude))
            self.look_on()

    def action_context(self, more: int) -> None:
        """Show one line more or less around each line that a filter lets in."""
        if self.text is not None:
            context = max(0, min(MOST_CONTEXT, self.text.rules.context + more))
            self._filter_by(msgspec.structs.replace(self.text.rules, context=context))
            self.look_on()

    # places

    def action_go(self) -> None:
        """Type where to go."""
        self.prompt.ask(PromptKind.GO)

    def _journey(self, text: str) -> Callable[[], None]:
        source, line = self.view.base, self.view.state.line
        near = self.text.near if self.text is not None else None
        destination = read_destination(text, time_of_line(source, line, near) if source.line_count else None)
        return lambda: self._go(destination)

    def _go(self, destination: Destination) -> None:
        source = self.view.base
        if isinstance(destination, LineNumber):
            self.view.go_to_base_line(destination.number - 1)
        elif isinstance(destination, Share):
            self.view.go_to_base_line(round((source.line_count - 1) * destination.share))
        else:
            line = line_at_time(source, destination.seconds, self.text.near if self.text is not None else None)
            if line is not None:
                self.view.go_to_base_line(line)

    def action_warning(self, step: int) -> None:
        """Go to the next warning, or the one before, as soon as it is found."""
        if self.text is not None:
            self.text.look_for_warnings()
            self._goes_to_warning = step
            self._go_to_warning()
            self._look_on_if_behind()

    def _go_to_warning(self) -> None:
        step, found = self._goes_to_warning, self.text.warnings if self.text is not None else None
        if not step or found is None:
            return
        lines = found.lines
        is_known = any(line > self.view.state.line for line in lines[-1:])
        if is_known or not found.is_behind:
            self._goes_to_warning = 0
            if not self.view.go_to_one_of(lines, step):
                self.notify("No line here looks like a warning.")

    # folds

    def action_fold(self) -> None:
        """Fold the record under the cursor to its first line, or unfold it."""
        if self.text is None:
            return
        lines = self.view.base_lines(self.view.record())
        origin, own = self.text.own_lines(lines)
        if self.text.folds.pop((origin, own.start), None) is None:
            if len(own) < 2:
                self.notify("The line under the cursor is a record of its own: nothing to fold.")
                return
            self.text.folds[origin, own.start] = own
        self.view.set_view(self.text.view())
        self.view.go_to_base_line(lines.start)

    def action_fold_all(self) -> None:
        """Fold all errors that have several lines, or unfold everything."""
        if self.text is None:
            return
        found = () if self.text.folds else self.text.errors.records()
        folds = {(origin, lines.start): lines for origin, lines in found}
        if not folds and not self.text.folds:
            self.notify("No error here has more than one line.")
            return
        self.text.folds = folds
        self.view.set_view(self.text.view())

    def _refold(self) -> None:
        """Fold at the new places when lines before them came or went."""
        view = self.view.source
        if self.text is not None and self.text.folds and getattr(view, "is_outdated", False):
            self.view.set_view(self.text.view())

    # keys

    def on_key(self, event: events.Key) -> None:
        """Say why a key of the pager does nothing now, before it means something else to the whole program."""
        view = self.view
        if view.has_focus and event.key in view._bindings.key_to_bindings:
            action = view._bindings.key_to_bindings[event.key][0].action
            if action in _NOTHING and not view.check_action(action, ()):
                event.stop()
                self.notify(_NOTHING[action] if view.state.line_count else "There is no line yet.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to lines is offered when there are some, and what changes filters when there are such."""
        if action in _NEEDS_LINES and not self.view.state.line_count:
            return False
        if action in ("drop_filter", "choose_filters", "context"):
            return self.text is not None and not self.text.rules.is_empty
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Drop the selection, else the search, else the filters, else go back."""
        if self.view.clear_selection():
            return
        if self.searched:
            self._drop_search()
        elif self.text is not None and not self.text.rules.is_empty:
            self._filter_by(LineFilter())
        else:
            super().action_back()


def seen_pattern(text: str) -> re.Pattern[str] | None:
    """The typed pattern for the lines on the screen, with the same smart case as the search. Raises ConfigError."""
    if not text:
        return None
    return quietly_compiled(text, compile_pattern(text).flags & re.IGNORECASE)


def _rules_cells(rules: LineFilter) -> list[Cell]:
    """`& solve !debug  +2 around`."""
    cells = [Cell("& ", Tone.ACCENT)] if rules.include else []
    cells += [Cell(" or ".join(one_line(text, 30) for text in rules.include))] if rules.include else []
    for text in rules.exclude:
        cells += [Cell(" !", Tone.ACCENT), Cell(one_line(text, 30))]
    return [*cells, Cell(f"  +{rules.context} around", Tone.MUTED)] if rules.context else cells
