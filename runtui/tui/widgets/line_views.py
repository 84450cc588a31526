"""Views of a text that show some of its lines: which line of the view is which line of the text."""

from typing import NamedTuple, Protocol, runtime_checkable

from runtui.model.lines import LineSource


@runtime_checkable
class NarrowedLines(Protocol):
    """Lines that are some of those of another source: what a filter lets through, what is not folded away."""

    def source_line(self, number: int) -> int:
        """The number a shown line has in the whole text. Raises IndexError where there is none."""
        ...

    def place_of(self, line: int) -> int | None:
        """Where a line of the whole text is shown; None when it is not."""
        ...

    def nearest(self, line: int) -> int:
        """Where the first shown line stands that is not before a line of the text, else the last."""
        ...


@runtime_checkable
class MergedOrigins(Protocol):
    """Lines of several logs that may change their places when others come late."""

    def origin_of(self, number: int) -> tuple[int, int]:
        """The log, and the line in it, that stands at a place. Raises IndexError where there is none."""
        ...

    def place_of(self, origin: int, line: int) -> int | None:
        """The place of a line of a log; None when it has none."""
        ...


@runtime_checkable
class TellsUnchanged(Protocol):
    """Lines of which one can tell what a change left as it was."""

    def unchanged_lines(self, since: int) -> int:
        """How many of the first lines are as they were at that generation."""
        ...


class Anchor(NamedTuple):
    """A line by what stays the same when lines before it come and go: its log, and its number there."""

    origin: int
    line: int


class LineMap:
    """Between the lines of a text, those of a view of it, and anchors."""

    def __init__(self, base: LineSource, view: LineSource | None = None) -> None:
        self.base = base
        self.view = view or base

    def base_line(self, number: int) -> int:
        """The number a shown line has in the whole text; past the end of the view, that of its last line."""
        view = self.view
        if view is self.base or not isinstance(view, NarrowedLines):
            return number
        count = view.line_count
        try:
            return view.source_line(min(number, count - 1)) if count else 0
        except IndexError:
            return 0

    def shown(self, line: int) -> int | None:
        """Where a line of the text is shown; None when it is not."""
        view = self.view
        if view is self.base or not isinstance(view, NarrowedLines):
            return line if 0 <= line < view.line_count else None
        return view.place_of(line)

    def nearest(self, line: int) -> int:
        """Where the first shown line stands that is not before a line of the text, else the last."""
        view = self.view
        if view is self.base or not isinstance(view, NarrowedLines):
            return max(0, min(line, view.line_count - 1))
        return view.nearest(line)

    def anchor(self, number: int) -> Anchor:
        """What a shown line can be found by again."""
        line = self.base_line(number)
        if isinstance(self.base, MergedOrigins):
            try:
                return Anchor(*self.base.origin_of(line))
            except IndexError:
                return Anchor(0, 0)
        return Anchor(0, line)

    def line_of(self, anchor: Anchor) -> int | None:
        """The number in the whole text of what was anchored; None when it has no place now."""
        if isinstance(self.base, MergedOrigins):
            return self.base.place_of(anchor.origin, anchor.line)
        return anchor.line if anchor.line < self.base.line_count else None
