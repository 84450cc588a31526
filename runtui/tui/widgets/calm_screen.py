"""A screen that does not draw itself anew when only some of its widgets have to."""

from typing import Self, TypeVar

from textual import events
from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

ResultT = TypeVar("ResultT")


class CalmScreen(Screen[ResultT]):
    """The framework draws all of a screen, some 14 KB, when the focus moves and whenever widgets come or go, and three
    times when it opens: without content, with it, and once more.

    Here the widgets concerned draw themselves: a new layout draws exactly what changed its place. A screen that opens
    is drawn once, when its widgets have had the time to take their sizes.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    _is_opening = True
    _has_size = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again, or lay out anew, not both."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        event.prevent_default()
        if self._is_opening:
            event.refresh_styles = False  # its widgets took theirs when they were made
        super()._on_screen_resume(event)
        self._has_size = True

    def _on_screen_suspend(self) -> None:
        # the screen that opens over this one draws all there is to see of it
        self._repaint_required = False

    def _compositor_refresh(self) -> None:
        if not self._is_opening:
            super()._compositor_refresh()

    def _on_timer_update(self) -> None:
        super()._on_timer_update()
        if self._is_opening and self._has_size:
            self._is_opening = False
            self._compositor_refresh()


class CalmDialog(CalmScreen[ResultT], ModalScreen[ResultT]):
    """A dialog over the screen it was opened from, as calm as that."""
