"""How a line of a preview becomes one that is drawn."""

from collections.abc import Sequence

from runtui.model.lines import LINE_BYTES_CAP, Line
from runtui.render.highlight import Highlighter


def drawn_lines(raw: Sequence[bytes], highlighter: Highlighter | None) -> list[Line]:
    """The lines as a pager takes them: coloured, and no longer than it draws."""
    if highlighter is not None:
        raw = highlighter.coloured(raw)
    return [Line(line) if len(line) <= LINE_BYTES_CAP else Line(line[:LINE_BYTES_CAP], size=len(line)) for line in raw]
