"""Saved views of the list of runs, and the list as it was left."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from runtui.model.errors import QueryError
from runtui.model.list_view import ListView
from runtui.model.query import EVERYTHING, parse_query
from runtui.render.run_column_choice import unknown_columns
from runtui.render.run_columns import has_column
from runtui.render.sanitise import one_line
from runtui.services.views import LastList, Views
from runtui.tui.listed_runs import ListedRuns
from runtui.tui.run_columns import ChoosesColumns
from runtui.tui.run_selection import Order, RunSelection
from runtui.tui.widgets.filter_line import FilterLine
from runtui.tui.widgets.status_chips import StatusChips, chip_key, chip_word

VIEW_KEYS = tuple(f"f{number}" for number in range(2, 13))
"""The keys of the first saved views, in their order."""


class KeepsViews(ChoosesColumns):
    """A list whose filter, chip, order and columns can be saved under names, and are there again on the next start."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("V", "choose_view", "views", id="views.choose", tooltip="saved views: open, save, delete", show=False),
        *(
            Binding(key, f"open_view({place})", f"saved view {place + 1}", id=f"views.open_{place + 1}", show=False)
            for place, key in enumerate(VIEW_KEYS)
        ),
    ]

    selection: RunSelection
    listed: ListedRuns

    def __init__(self) -> None:
        super().__init__()
        self.wanted_row = ""
        """The reference of the run the cursor was on when the list was left."""

    @property
    def filter_line(self) -> FilterLine:
        """The prompt above the table."""
        return self.query_one(FilterLine)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key opens a view that is saved; the first one says how to save one while there is none."""
        if action == "open_view":
            return parameters[0] in range(max(1, len(self.dashboard.saved_views)))
        return super().check_action(action, parameters)

    # what is shown, as a view

    def current_view(self) -> ListView:
        """What the list shows now."""
        return ListView(
            where=self.selection.query.text,
            status=chip_word(self.query_one(StatusChips).active),
            sort=self.selection.order.column,
            descending=self.selection.order.descending,
            columns=self.chosen,
        )

    def last_list(self) -> LastList:
        """What is to be there again on the next start."""
        return LastList(view=self.current_view(), row=str(self.table.cursor_key or self.wanted_row))

    def restore(self) -> None:
        """Show what the list showed when it was left."""
        last = self.dashboard.opening.last_list
        if last is not None:
            self.wanted_row = last.row
            self._take(last.view)
        problem = self.dashboard.opening.views.problem if self.dashboard.opening.views else ""
        if problem:
            self.notify(f"{one_line(problem)}. It is left as it is.", severity="warning", markup=False, timeout=8)

    def show_view(self, view: ListView) -> None:
        """Show what a view holds."""
        self._take(view)
        self.fit_columns(self.table.keys)
        self.listed.select()

    def _take(self, view: ListView) -> None:
        """Take a view's filter, chip, order and columns; say what of it this version cannot show."""
        try:
            self.selection.query = parse_query(view.where)
            self.filter_line.clear_error()
        except QueryError as error:
            self.selection.query = EVERYTHING
            self.filter_line.show_error(error.message, error.position)
        self.filter_line.set_text(view.where)
        self.selection.statuses = view.statuses
        self.query_one(StatusChips).set_active(chip_key(view.status))
        self.selection.order = Order(view.sort, view.descending) if has_column(view.sort) else Order()
        self.table.set_sort(self.selection.order.column, descending=self.selection.order.descending)
        self.chosen = view.columns
        unknown = unknown_columns(view.columns)
        if unknown:
            named = ", ".join(one_line(key, 40) for key in unknown)
            self.notify(
                f"This runtui has no column {named}: it is kept in the view and not shown.",
                severity="warning",
                markup=False,
            )

    # views by name

    @work(group="views")
    async def action_choose_view(self) -> None:
        """Open a saved view, or save what the list shows."""
        from runtui.tui.screens.views import ViewsScreen

        kept = self.dashboard.opening.views
        if kept is None:
            return
        saved = await asyncio.to_thread(kept.load)
        self.dashboard.saved_views = saved
        chosen = await self.app.push_screen_wait(
            ViewsScreen(
                saved,
                self.current_view(),
                save=self._save_view,
                remove=self._remove_view,
                shortcuts=self._shortcuts(),
                context=self.drawing(),
                problem=kept.problem,
            )
        )
        if chosen is not None:
            self.show_view(chosen)

    def action_open_view(self, place: int) -> None:
        """Show a saved view by its place among them."""
        views = self.dashboard.saved_views
        if place < len(views):
            self.show_view(views[place])
            self.notify(one_line(views[place].name), title="View", markup=False, timeout=2)
        else:
            self.notify("No view is saved yet: V saves what the list shows.", markup=False, timeout=3)

    def _shortcuts(self) -> list[str]:
        """The keys in force that open the first views, as a person reads them."""
        keymap = self.dashboard.opening.keymap
        keys = [keymap.get(f"views.open_{place + 1}", key).split(",")[0] for place, key in enumerate(VIEW_KEYS)]
        return [self.app.get_key_display(Binding(key, "", "")) if key else "" for key in keys]

    async def _save_view(self, view: ListView) -> Sequence[ListView]:
        self.dashboard.saved_views = await asyncio.to_thread(self._views.save, view)
        return self.dashboard.saved_views

    async def _remove_view(self, name: str) -> Sequence[ListView]:
        self.dashboard.saved_views = await asyncio.to_thread(self._views.remove, name)
        return self.dashboard.saved_views

    @property
    def _views(self) -> Views:
        views = self.dashboard.opening.views
        assert views is not None
        return views
