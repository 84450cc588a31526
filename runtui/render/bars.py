"""Lengths drawn in cells: where a node stands in its run, how far a transfer is, how a series went."""

import math
from collections.abc import Sequence

from runtui.render.glyphs import UNICODE, Glyphs

_EIGHTHS = " ▏▎▍▌▋▊▉"


def span_bar(
    start: float, end: float, whole: tuple[float, float], width: int, *, is_open: bool = False, glyphs: Glyphs = UNICODE
) -> str:
    """A stretch of time within the whole one, in exactly `width` cells: `   ▕████▏  `.

    What is short still shows its two edges. An open stretch is still growing and has no right edge. Times are in
    seconds from any common moment.
    """
    if width < 2:
        return " " * width
    left = round(_share(start, *whole) * (width - 2))
    right = max(left, round(_share(end, *whole) * (width - 2)))
    closing = glyphs.bar_full if is_open else glyphs.bar_right
    return (" " * left + glyphs.bar_left + glyphs.bar_full * (right - left) + closing).ljust(width)


def _share(value: float, first: float, last: float) -> float:
    """Where the value lies between first and last, 0 to 1."""
    return (min(max(value, first), last) - first) / (last - first) if last > first else 0.0


def progress_bar(share: float | None, width: int, glyphs: Glyphs = UNICODE) -> str:
    """A share of 1 in exactly `width` cells, in eighths of a cell where the signs allow it; empty when not known.

    It is full only when all is done.
    """
    known = 0.0 if share is None or share != share else min(1.0, max(0.0, share))
    width = max(0, width)
    eighths = width * 8 if known >= 1 else max(0, min(int(known * width * 8), width * 8 - 1))
    full, rest = divmod(eighths, 8)
    part = _EIGHTHS[rest] if rest and glyphs.progress_full == "█" else ""
    return glyphs.progress_full * full + part + glyphs.progress_empty * (width - full - len(part))


def sparkline(values: Sequence[float], width: int, *, logarithmic: bool = False, glyphs: Glyphs = UNICODE) -> str:
    """The last part of a series as at most `width` levels, the lowest of the levels for the least value.

    Longer series are thinned by keeping the last value of each stretch, so that the newest is always shown. What is
    no number, or not positive on a logarithmic scale, is a blank.
    """
    if width <= 0 or not values:
        return ""
    step = max(1, math.ceil(len(values) / width))
    kept = list(reversed(values[::-1][::step]))
    scaled = [_scaled(value, logarithmic) for value in kept]
    finite = [value for value in scaled if value is not None]
    if not finite:
        return " " * len(kept)
    low, top = min(finite), max(finite)
    if math.isinf(top - low):  # half of each is as far apart, and can be told apart in a float
        scaled = [None if value is None else value / 2 for value in scaled]
        low, top = low / 2, top / 2
    levels = glyphs.sparks
    steps = len(levels) - 1
    return "".join(" " if value is None else levels[round(_share(value, low, top) * steps)] for value in scaled)


def _scaled(value: float, logarithmic: bool) -> float | None:
    if not math.isfinite(value) or (logarithmic and value <= 0):
        return None
    return math.log10(value) if logarithmic else value
