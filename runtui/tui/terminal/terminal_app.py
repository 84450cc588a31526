"""An app that knows what its terminal shows, and sends only what is to look different."""

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final, TypeVar

from rich.color import ColorSystem
from rich.console import Console
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from runtui.tui.terminal.shown import RowMove, Shown, Stretch

ReturnT = TypeVar("ReturnT")

_ERASE_IN_COLOUR: Final = (
    "xterm", "tmux", "linux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "konsole", "vte", "gnome",
    "st", "putty", "mintty", "mlterm", "contour",
)  # fmt: skip
"""How terminals call themselves that erase in the background written in. A plain `screen` may be one that does not."""


class TerminalApp(App[ReturnT]):
    """The framework sends each line whole that has to be drawn again, and all lines whenever another screen comes.

    Here what it draws is compared with what the terminal shows already.
    """

    def __init__(
        self,
        *,
        driver_class: type[Driver] | None = None,
        ansi_color: bool | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(driver_class=driver_class, ansi_color=ansi_color)
        self._shown = Shown(erases_in_colour=erases_in_colour(environ))
        self._row_moves: list[RowMove] = []

    def scroll_rows(self, rows: range, by: int) -> None:
        """Move these rows of the terminal up by so many (down when negative) before anything else is drawn."""
        self._row_moves.append(RowMove(rows, by))

    def terminal_forgot(self) -> None:
        """The terminal may show anything now: draw cells the next time whatever they were. A signal may call this."""
        self._shown.forget()

    def action_redraw(self) -> None:
        """Draw everything anew, where something else has written on the terminal."""
        self.terminal_forgot()
        self.screen.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Whatever the terminal made of what it showed: draw it anew, also where it is as large as it was before."""
        self.terminal_forgot()
        if self._shown.was_drawn and event.size == self.size and self.screen_stack:
            self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if not self._reaches_terminal():
            if self.is_headless:
                self._row_moves.clear()
        elif isinstance(renderable, CompositorUpdate):
            renderable = self.least(renderable)
            if not renderable.sequence and self.cursor_position == self._previous_cursor_position:
                renderable = None
        elif renderable is not None:
            self.terminal_forgot()
        super()._display(screen, renderable)

    def _reaches_terminal(self) -> bool:
        """Whether what is displayed now is written to a terminal all of which is ours."""
        if self._batch_count or not self._running or self._closed or self._driver is None:
            return False
        return not (self.is_headless or self._driver.is_inline)

    def least(self, update: CompositorUpdate) -> "LeastUpdate":
        """What has to be sent for an update, with the moves of rows that wait. It must be sent then."""
        if isinstance(update, LeastUpdate):
            return update
        moves, self._row_moves = self._row_moves, []
        width, height = self.size
        colours = self.console._color_system or ColorSystem.TRUECOLOR
        return LeastUpdate(self._shown.change(width, height, _stretches(update), colours=colours, moves=moves))


class LeastUpdate(CompositorUpdate):
    """An update of which it is known already what is sent for it."""

    def __init__(self, sequence: str) -> None:
        self.sequence = sequence

    def render_segments(self, console: Console) -> str:
        """What is written to the terminal."""
        return self.sequence


def _stretches(update: CompositorUpdate) -> Iterator[Stretch]:
    if isinstance(update, LayoutUpdate):
        for row, strips in enumerate(update.strips, update.region.y):
            yield Stretch(row, update.region.x, chain.from_iterable(strips))
    elif isinstance(update, ChopsUpdate):
        for row, start, stop in update.spans:
            for end, (left, strip) in zip(update.chop_ends[row], update.chops[row].items(), strict=False):
                first, last = max(left, start), min(end, stop)
                if strip is not None and first < last:
                    yield Stretch(row, first, strip.crop(first - left, last - left))


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Whether the cells that this terminal erases take the background that is written in.

    tmux does whatever it is said to be, but not its old versions, which do not say who they are either. Who is in
    `screen`, and be it within another one, may not rely on it.
    """
    if "STY" in environ:
        return False
    name = environ.get("TERM", "")
    if "TMUX" in environ:
        return name.startswith("tmux") or environ.get("TERM_PROGRAM") == "tmux"
    return name.startswith(_ERASE_IN_COLOUR)
