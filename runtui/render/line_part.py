"""What the previews' line sources have in common: who watches them, and how a line becomes one that is drawn."""

from collections.abc import Callable, Sequence

from runtui.model.lines import LINE_BYTES_CAP, Line
from runtui.render.highlight import Highlighter


class Watched:
    """Something that others want to hear of when it changes."""

    def __init__(self) -> None:
        self._watchers: list[Callable[[], None]] = []

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change` after every change; returns what ends it."""
        self._watchers.append(on_change)
        return lambda: self._watchers.remove(on_change) if on_change in self._watchers else None

    def tell(self) -> None:
        """Say that something changed."""
        for watcher in tuple(self._watchers):
            watcher()


def drawn_lines(raw: Sequence[bytes], highlighter: Highlighter | None) -> list[Line]:
    """The lines as a pager takes them: coloured, and no longer than it draws."""
    if highlighter is not None:
        raw = highlighter.coloured(raw)
    return [Line(line) if len(line) <= LINE_BYTES_CAP else Line(line[:LINE_BYTES_CAP], size=len(line)) for line in raw]
