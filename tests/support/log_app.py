"""An app that shows nothing but a pager, for Pilot and for a real terminal.

`python -m tests.support.log_app [LINES] [LINES_PER_SECOND]`, or with the file of a spool that was left:
`python -m tests.support.log_app SPOOL`
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip

from runtui.model.lines import Line, LineKind, LineSource
from runtui.services.spool import Spool
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.themes import THEMES
from tests.support.wire import WeighedApp


class GrowingLines:
    """Lines in memory that a test lets grow, or cuts."""

    def __init__(self, lines: list[str | Line] | None = None) -> None:
        self._lines = [_line(line) for line in lines or []]
        self._listeners: list[Callable[[], None]] = []
        self.generation = 0
        self.asked: list[tuple[int, int]] = []
        """What was read, as (first, count)."""

    @property
    def line_count(self) -> int:
        """All of them."""
        return len(self._lines)

    @property
    def byte_count(self) -> int:
        """With line ends."""
        return sum(len(line.content) + 1 for line in self._lines)

    @property
    def listener_count(self) -> int:
        """How many watch."""
        return len(self._listeners)

    def lines(self, first: int, count: int) -> list[Line]:
        """Note what was asked for."""
        self.asked.append((first, count))
        return self._lines[first : first + count]

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Tell of every growth."""
        self._listeners.append(on_change)
        return lambda: self._listeners.remove(on_change) if on_change in self._listeners else None

    def append(self, *lines: str | Line) -> None:
        """More lines came."""
        self._lines += [_line(line) for line in lines]
        self._tell()

    def extend_last(self, text: str) -> None:
        """The last line was not complete."""
        self._lines[-1] = Line(self._lines[-1].content + text.encode())
        self._tell()

    def replace(self, lines: list[str | Line]) -> None:
        """Other lines are there now."""
        self._lines = [_line(line) for line in lines]
        self.generation += 1
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class CountedLines:
    """Any number of lines that are made up when they are read; `count` may be raised at any time."""

    generation = 0

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[tuple[int, int]] = []
        """What was read, as (first, count)."""
        self._listeners: list[Callable[[], None]] = []

    @property
    def line_count(self) -> int:
        """As many as were said."""
        return self.count

    @property
    def byte_count(self) -> int:
        """Nearly: lines of a solver's log."""
        return self.count * 60

    def lines(self, first: int, count: int) -> list[Line]:
        """Made for this call."""
        self.asked.append((first, count))
        return [Line(_solver_line(number)) for number in range(first, min(first + count, self.count))]

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Tell when `grow` is called."""
        self._listeners.append(on_change)
        return lambda: self._listeners.remove(on_change) if on_change in self._listeners else None

    def grow(self, lines: int) -> None:
        """More lines came."""
        self.count += lines
        for listener in tuple(self._listeners):
            listener()


def _solver_line(number: int) -> bytes:
    stamp = f"12:{number // 60 % 60:02}:{number % 60:02}"
    if number % 97 == 96:
        return f"{stamp}  ERROR FOAM FATAL: Floating point exception in solve()".encode()
    if number % 41 == 40:
        return f"{stamp}  WARNING bounding k, min: -1.2e-05 max: 3.1 average: 0.02".encode()
    return f"{stamp}  Time = {number}  residual = {3.1 / (number + 1):.3e}  Courant mean 0.{number % 9}".encode()


def _line(line: str | Line) -> Line:
    return line if isinstance(line, Line) else Line(line.encode())


def gap(sentence: str) -> Line:
    """A line that says that lines are missing."""
    return Line(sentence.encode(), kind=LineKind.GAP)


class WatchedLog(LogView):
    """A pager that notes which of its lines were drawn onto the screen."""

    painted: list[int]

    def render_line(self, y: int) -> Strip:
        """Note the line."""
        self.painted.append(y)
        return super().render_line(y)


class LogApp(WeighedApp):
    """A pager and nothing else; `a` appends a line to made-up ones, `x` shows a notice, `z` takes it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "grow"),
        Binding("x", "notify('a notice over the text')"),
        Binding("z", "clear_notifications"),
    ]

    def __init__(self, source: LineSource, *, theme: str = "runtui-dark", numbers: bool = True) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.log_view = WatchedLog(source, numbers=numbers, id="log")
        self.log_view.painted = []
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        """The pager alone."""
        yield self.log_view

    def on_mount(self) -> None:
        """Give it the keys."""
        self.log_view.focus()

    def action_clear_notifications(self) -> None:
        """Show no notice any more."""
        self.clear_notifications()

    def action_grow(self) -> None:
        """One more line."""
        source = self.log_view.source
        assert isinstance(source, CountedLines)
        source.grow(1)

    def on_log_view_changed(self, message: LogView.Changed) -> None:
        """Note it."""
        self.heard.append(message)

    def on_log_view_went_round(self, message: LogView.WentRound) -> None:
        """Note it."""
        self.heard.append(message)


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    lines = CountedLines(int(what) if what.isdecimal() else 0)
    per_second = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    app = LogApp(lines if what.isdecimal() else Spool(Path(what), keep=Path(what).stat().st_size))
    if per_second:
        app.call_later(lambda: app.set_interval(0.02, lambda: lines.grow(per_second // 50)))
    app.run()
