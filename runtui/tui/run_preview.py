"""The preview beside the list: what the run under the cursor is about, once the cursor rests."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.timer import Timer

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.services.views import LastList
from runtui.tui.run_views import KeepsViews
from runtui.tui.widgets.cell_lines import CellLines
from runtui.tui.widgets.row_view import RowView

if TYPE_CHECKING:
    from runtui.render.run_preview import Line, Preview
    from runtui.services.glance import Glance
    from runtui.services.session import Session

REST_SECONDS: Final = 0.15
"""How long the cursor rests on a run before it is looked at."""
LEAST_WIDTH: Final = 140
"""Cells of the screen from which there is room for it."""
LOG_LINES: Final = 40
_GLANCES_KEPT: Final = 64


class RunPreviewPane(CellLines, can_focus=False):
    """Lines that are made for the room there is; the keys stay with the list."""


class ShowsPreview(KeepsViews):
    """A list with a pane that previews the run under the cursor.

    Nothing is drawn or fetched for it while the cursor moves, and what is under way for a run is cancelled when the
    cursor leaves it. A run that was looked at and has not changed since is not asked for again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "toggle_preview", "preview", id="runs.preview", tooltip="show or hide the preview", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rest_seconds = REST_SECONDS
        self._is_wanted = True
        self._resting: Timer | None = None
        self._looked_at: RunReference | None = None
        self._glances: LRUCache[RunReference, Glance] = LRUCache(_GLANCES_KEPT)

    @property
    def preview(self) -> RunPreviewPane:
        """The pane."""
        return self.query_one(RunPreviewPane)

    @property
    def run_under_cursor(self) -> Run | None:
        """The run the cursor is on."""
        reference = self.table.cursor_key
        return None if reference is None else self.dashboard.index.run(reference)

    def last_list(self) -> LastList:
        """The list and whether the preview is wanted beside it."""
        kept = super().last_list()
        return LastList(view=kept.view, row=kept.row, has_preview=self._is_wanted)

    def restore(self) -> None:
        """Show the preview unless it was put away."""
        super().restore()
        last = self.dashboard.opening.last_list
        self._is_wanted = last is None or last.has_preview
        self._show_or_hide()

    def on_resize(self) -> None:
        """Show it where there is room."""
        self._show_or_hide()
        super().on_resize()

    def action_toggle_preview(self) -> None:
        """Show the preview, or put it away; where there is no room for it, say so."""
        if self.size.width < LEAST_WIDTH:
            self.notify(f"The preview needs {LEAST_WIDTH} columns; here are {self.size.width}.", markup=False)
            return
        self._is_wanted = not self._is_wanted
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        is_shown = self._is_wanted and self.size.width >= LEAST_WIDTH
        if is_shown != self.preview.display:
            self.preview.display = is_shown
            self._looked_at = None
            self._await_rest()
            self.call_after_refresh(self._fit_beside)

    def _fit_beside(self) -> None:
        self.fit_columns(self.table.keys)

    # the cursor

    @on(RowView.CursorMoved)
    def _cursor_moved(self) -> None:
        self._await_rest()

    def _await_rest(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        self.workers.cancel_group(self, "preview")
        if self.preview.display:
            self._resting = self.set_timer(self.rest_seconds, self._look)

    def look_again_at(self, delta: Delta) -> None:
        """Look again when the run that is shown changed, or is gone."""
        if self._looked_at is not None and (self._looked_at in delta.changed or self._looked_at in delta.removed):
            self._look()

    def age_preview(self) -> None:
        """Ages move on."""
        if self.preview.display:
            self.preview.make_again()

    def _look(self) -> None:
        """Show what is known of the run under the cursor, and fetch the rest."""
        run = self.run_under_cursor
        self._looked_at = None if run is None else run.reference
        self.preview.make_again()
        if run is not None and not self._is_known(run):
            self._fetch(run)

    def _is_known(self, run: Run) -> bool:
        glance = self._glances.get(run.reference)
        return glance is not None and glance.run is run

    @work(group="preview", exclusive=True)
    async def _fetch(self, run: Run) -> None:
        from runtui.services.glance import Glance, glance_at

        async def look(session: "Session") -> Glance:
            return await glance_at(session.connection(run.profile), run, LOG_LINES)

        try:
            glance = await self.ask(look)
        except RuntuiError as error:
            glance = Glance(run=run, log_error=error)
        self._glances[run.reference] = glance
        if self._looked_at == run.reference:
            self.preview.make_again()

    # what is shown

    def preview_lines(self, width: int) -> "list[Line]":
        """The lines of the pane for its width."""
        from runtui.render.run_preview import preview_lines

        run = None if self._looked_at is None else self.dashboard.index.run(self._looked_at)
        if run is None:
            return []
        return preview_lines(self._as_preview(run), width - 1, self.preview.size.height, self.drawing())

    def _as_preview(self, run: Run) -> "Preview":
        from runtui.render.run_preview import Preview

        glance = self._glances.get(run.reference)
        if glance is None:
            return Preview(run)
        source = glance.source
        return Preview(
            run,
            nodes=glance.nodes,
            nodes_note=_note(glance.nodes_error),
            log_name=one_line(" · ".join(filter(None, (source.node, source.name)))) if source is not None else "",
            log=glance.lines,
            log_note=_note(glance.log_error),
        )


def _note(error: RuntuiError | None) -> str:
    return "" if error is None else one_line(error.message)
