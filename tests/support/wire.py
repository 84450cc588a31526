"""What an app would send to its terminal, counted without one."""

from typing import Any

from rich.color import ColorSystem
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from runtui.tui.terminal.terminal_app import TerminalApp


class WeighedApp(TerminalApp[None]):
    """Adds up, in `sent`, the bytes of everything drawn, in true colours."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.sent = 0
        self.console._color_system = ColorSystem.TRUECOLOR

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not self._batch_count:
            renderable = self.least(renderable)
            self.sent += len(renderable.sequence.encode())
        super()._display(screen, renderable)
