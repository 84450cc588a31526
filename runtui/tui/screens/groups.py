"""The groups a service keeps runs in."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.run_group import RunGroup
from runtui.render.cell import Cell, Tone
from runtui.render.group_columns import GROUP_COLUMNS
from runtui.render.sanitise import one_line
from runtui.styles_folder import style_sheets
from runtui.tui.error_cells import error_lines
from runtui.tui.screens.filtered_list import FilteredListScreen
from runtui.tui.screens.found_runs import FoundRunsScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.virtual_table import VirtualTable


class GroupsTable(VirtualTable[str, RunGroup]):
    """One line a group, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "its runs", id="list.open", key_display="Enter"),
    ]


class GroupsScreen(FilteredListScreen):
    """Choose a group to see its runs or its reports."""

    CSS_PATH = style_sheets("find")

    AUTO_FOCUS = "#groups"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "open_reports", "reports", id="groups.reports", tooltip="reports made of the group"),
        Binding("D", "delete", "delete", id="groups.delete", tooltip="delete the chosen groups"),
        Binding("y,c", "copy_id", "copy", id="groups.copy", show=False, tooltip="copy the group's reference"),
    ]

    def __init__(self, profile: str) -> None:
        super().__init__(profile)
        self._groups: dict[str, RunGroup] = {}

    def compose(self) -> ComposeResult:
        """Whose groups, a filter, the table, the footer."""
        yield DetailLine(id="head")
        yield FilterLine("filter: words of what a group is about, or facts such as repo=solver", id="filter")
        yield GroupsTable(GROUP_COLUMNS, self._find, self.drawing(), id="groups")
        yield KeyFooter(
            ("list.open", "groups.reports", "groups.delete", "list.filter", "list.mark", "screen.back"), id="footer"
        )

    def _find(self, group_id: str) -> RunGroup | None:
        return self._groups.get(group_id)

    # what is shown

    def action_fetch(self) -> None:
        """Ask for the groups."""
        self.table.set_waiting(True, "Asking for groups …")
        self._fetch()

    @work(exclusive=True, group="groups")
    async def _fetch(self) -> None:
        try:
            groups = await self.ask(lambda session: session.run_groups(self.profile))
        except RuntuiError as error:
            self.table.set_empty(*error_lines(error))
            groups = ()
        else:
            self.table.set_empty("No group matches." if groups else "No groups.")
        self.table.set_waiting(False)
        self.table.forget(self._groups.keys() - {group.id for group in groups})
        self._groups = {group.id: group for group in groups}
        self.show_rows()

    def show_rows(self) -> None:
        """Show the groups all the words fit."""
        words = self.words
        shown = [id for id, group in self._groups.items() if all(_fits(group, word) for word in words)]
        self.table.set_context(self.drawing())
        self.table.show_keys(shown)
        facts = [Cell("Run groups", Tone.STRONG), Cell(one_line(self.profile), Tone.ACCENT)]
        self.query_one("#head", DetailLine).show_facts(*facts, self.how_many(len(shown), len(self._groups)))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What acts on groups only where there are some."""
        return action not in ("open_reports", "delete", "copy_id") or bool(self._groups)

    # actions

    def _chosen(self) -> list[RunGroup]:
        return [self._groups[key] for key in self.chosen_keys if key in self._groups]

    @on(RowView.RowOpened, "#groups")
    def _opened(self) -> None:
        group = self._find(self.table.cursor_key or "")
        if group is not None:
            self.app.push_screen(
                FoundRunsScreen(
                    self.profile,
                    f"group {group.about or group.id}",
                    lambda session: session.runs_of_group(self.profile, group.id),
                )
            )

    def action_open_reports(self) -> None:
        """Show the reports of the group under the cursor."""
        group = self._find(self.table.cursor_key or "")
        if group is not None:
            self.dashboard.open_reports(group)

    def action_copy_id(self) -> None:
        """Copy the references of the chosen groups."""
        self.copy([group.reference for group in self._chosen()])

    @work(group="delete")
    async def action_delete(self) -> None:
        """Ask, then delete the chosen groups one by one, and say what became of each."""
        chosen = self._chosen()
        if self.dashboard.opening.read_only:
            self.notify("This session is read-only: nothing is deleted.", severity="warning")
        elif chosen:
            is_meant = await self.app.push_screen_wait(_delete_dialog(chosen))
            if is_meant:
                await self._delete_all(chosen)

    async def _delete_all(self, groups: list[RunGroup]) -> None:
        lines = [await self._delete(group) for group in groups]
        failed = any(is_failure for _, is_failure in lines)
        said = "\n".join(line for line, _ in lines)
        self.notify(said, severity="error" if failed else "information", markup=False, timeout=8)
        self._fetch()

    async def _delete(self, group: RunGroup) -> tuple[str, bool]:
        try:
            said = await self.ask(lambda session: session.actions.delete_group(group))
        except RuntuiError as error:
            return one_line(f"{group.about or group.id}: {error.message} {error.hint}".strip()), True
        return one_line(f"{group.about or group.id}: {said}"), False


def _fits(group: RunGroup, word: str) -> bool:
    """Whether a word occurs in it, or a fact of it is as written: `repo=solver`."""
    name, equals, value = word.partition("=")
    if equals and name in group.extra:
        return group.extra[name].casefold() == value
    return word in _text_of(group)


def _text_of(group: RunGroup) -> str:
    return " ".join((group.id, group.about, *group.extra.values())).casefold()


def _delete_dialog(groups: list[RunGroup]) -> ConfirmDialog:
    what = "group" if len(groups) == 1 else f"{len(groups)} groups"
    named = [f"{group.id}  {group.about}" for group in groups]
    effect = "The service forgets the group; its runs stay. It refuses while runs are in it."
    return ConfirmDialog(f"Delete {what}?", named, effect, confirm="Delete", again="D")
