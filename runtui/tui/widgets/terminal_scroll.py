"""Rows that move are moved by the terminal: a page that goes on by one line then costs one line, not a page."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Final, Protocol, runtime_checkable

from textual.geometry import Region
from textual.widget import Widget

LEAST_SHARE: Final = 3
"""Rows are moved when at least one in so many stays in sight."""


@runtime_checkable
class ScrollsRows(Protocol):
    """An app whose terminal can be told to move whole rows."""

    def scroll_rows(self, rows: range, by: int) -> None:
        """Move these rows of the terminal up by so many (down when negative) before anything else is drawn."""
        ...


def scroll_sequence(rows: range, by: int) -> str:
    """What makes a terminal move rows (counted from 0) up by so many, or down when negative.

    Line feeds at the bottom of the scrolling region and reverse line feeds at its top are understood by every
    terminal that has regions at all, as those of VT100 had.
    """
    region = f"\x1b[{rows.start + 1};{rows.stop}r"
    move = f"\x1b[{rows.stop};1H" + "\n" * by if by > 0 else f"\x1b[{rows.start + 1};1H" + "\x1bM" * -by
    return f"{region}{move}\x1b[r"


def moved_by(drawn: Mapping[int, Hashable], wanted: Mapping[int, Hashable]) -> int:
    """By how many rows most of what is drawn has to go up (down when negative) to stand where it is wanted."""
    places = {content: row for row, content in drawn.items()}
    moves = Counter(places[content] - row for row, content in wanted.items() if content in places)
    if not moves:
        return 0
    by, count = moves.most_common(1)[0]
    return by if count * LEAST_SHARE >= len(wanted) and count > moves[0] else 0


def rows_alone(widget: Widget) -> range:
    """The rows of the terminal that a widget has all for itself, end to end; none when others are on them."""
    if not widget.is_attached or widget.screen is not widget.app.screen or widget.screen.is_modal:
        return range(0)
    shown = widget.screen._compositor.visible_widgets
    place = shown.get(widget)
    if place is None:
        return range(0)
    region, clip = place
    if region.width != widget.app.size.width or region.intersection(clip) != region:
        return range(0)
    if any(_stands_on(shown[other], region) for other in shown if other not in widget.ancestors_with_self):
        return range(0)
    return range(region.y, region.bottom)


def _stands_on(place: tuple[Region, Region], region: Region) -> bool:
    visible = place[0].intersection(place[1])
    return bool(visible.area) and visible.overlaps(region)
