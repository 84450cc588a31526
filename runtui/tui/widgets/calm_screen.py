"""A screen that does not draw itself anew when only some of its widgets have to."""

from typing import Self, TypeVar

from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

ResultT = TypeVar("ResultT")


class CalmScreen(Screen[ResultT]):
    """The framework draws all of a screen, some 14 KB, when the focus moves and whenever widgets come or go.

    Here the widgets concerned draw themselves: a new layout draws exactly what changed its place.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again, or lay out anew, not both."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)
