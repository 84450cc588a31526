"""JSON as lines of which blocks can be shut."""

from runtui.model.lines import Line
from runtui.model.watchable import Watchable
from runtui.render.highlight import Highlighter
from runtui.render.json_outline import JsonLine, folded
from runtui.render.line_part import drawn_lines


class FoldedLines(Watchable):
    """The lines of an outline that are in sight; a `LineSource`."""

    def __init__(self, outline: list[JsonLine], highlighter: Highlighter | None = None) -> None:
        super().__init__()
        self._outline = outline
        self._highlighter = highlighter
        self._closed: frozenset[int] = frozenset()
        self._generation = -1
        self._shown: list[tuple[int, str]] = []
        self._characters = 0
        self._lay_out(self._closed)

    def replace(self, outline: list[JsonLine]) -> None:
        """Show a longer beginning of the same document; what was shut stays shut."""
        self._outline = outline
        self._lay_out(self._closed)

    def toggle(self, number: int) -> int:
        """Shut the block that begins on a line in sight or open it, else shut the one around it.

        Tells on which line it begins now.
        """
        if not 0 <= number < len(self._shown):
            return number
        line = self._shown[number][0]
        if self._outline[line].closes_at is None:
            around = self._block_around(line)
            if around is None:
                return number
            line = around
        self._lay_out(self._closed ^ {line})
        return next(at for at, (shown, _) in enumerate(self._shown) if shown == line)

    def toggle_all(self) -> None:
        """Shut every block of the second level; when any is shut, open all."""
        blocks = {at for at, line in enumerate(self._outline) if line.depth == 1 and line.closes_at is not None}
        self._lay_out(frozenset() if self._closed else frozenset(blocks))

    def _block_around(self, line: int) -> int | None:
        depth = self._outline[line].depth
        above = (at for at in range(line - 1, -1, -1) if self._outline[at].depth < depth)
        found = next(above, None)
        return found if found is not None and self._outline[found].closes_at is not None else None

    def _lay_out(self, closed: frozenset[int]) -> None:
        self._closed = closed
        self._shown = folded(self._outline, closed)
        self._characters = sum(len(text) + 1 for _, text in self._shown)
        self._generation += 1
        self.tell()

    @property
    def line_count(self) -> int:
        """Lines in sight."""
        return len(self._shown)

    @property
    def byte_count(self) -> int:
        """Characters of the lines in sight, which are more than the file's own."""
        return self._characters

    @property
    def generation(self) -> int:
        """Another one whenever other lines are in sight."""
        return self._generation

    def lines(self, first: int, count: int) -> list[Line]:
        """The lines in sight from `first` on."""
        raw = [text.encode("utf-8", "surrogateescape") for _, text in self._shown[max(0, first) : first + count]]
        return drawn_lines(raw, self._highlighter)
