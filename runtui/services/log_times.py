"""The times of lines anywhere in a log, and the line of a time, found by looking at few of them."""

from runtui.model.lines import LineKind, LineSource
from runtui.model.log_levels import LONGEST_RECORD
from runtui.model.log_time import find_stamp

_STEP = 20


def time_of_line(source: LineSource, number: int, near: float | None = None) -> float | None:
    """The time of the record a line belongs to, in seconds since 1970: its own, else that of the nearest line before
    that has one. None when none of the 200 before has."""
    last = number + 1
    lowest = max(0, last - LONGEST_RECORD)
    while last > lowest:
        first = max(lowest, last - _STEP)
        for line in reversed(source.lines(first, last - first)):
            stamp = find_stamp(line.content, near) if line.kind is LineKind.TEXT else None
            if stamp is not None:
                return stamp.seconds
        last = first
    return None


def line_at_time(source: LineSource, seconds: float, near: float | None = None) -> int | None:
    """The first line written at that time or later, taking times to grow along the log; the last line when there is
    none. None for a log without times."""
    count = source.line_count
    if count == 0 or (time_of_line(source, count - 1, near) is None and _first_time(source, near) is None):
        return None
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        time = time_of_line(source, middle, near)
        if time is None or time < seconds:
            low = middle + 1
        else:
            high = middle
    return min(low, count - 1)


def _first_time(source: LineSource, near: float | None) -> float | None:
    stamps = (find_stamp(line.content, near) for line in source.lines(0, LONGEST_RECORD) if line.kind is LineKind.TEXT)
    return next((stamp.seconds for stamp in stamps if stamp is not None), None)
