"""What the end of a log tells in a few numbers: how its series stand, and how far its run is."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from runtui.model.log_progress import told_progress
from runtui.model.series_pattern import SeriesPattern
from runtui.services.number_reading import written_number

_MOST_VALUES: Final = 32
_ABOUT_PROGRESS: Final = 8192


class SeriesEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last values of a series. `values` are the finite ones, thinned, the newest always kept. `last` is what was
    written last, None when that is no finite number."""

    values: tuple[float, ...] = ()
    last: float | None = None

    @property
    def is_strange(self) -> bool:
        """Whether what was written last is nan or infinite."""
        return self.last is None


class LogSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at the end of a log: the series by the text of their pattern, those that are not there left out;
    the share done, 0 to 1, where the log tells it beyond doubt."""

    series: Mapping[str, SeriesEnd] = {}
    progress: float | None = None


def summarise(content: bytes, patterns: Iterable[SeriesPattern]) -> LogSummary:
    """What whole lines from the end of a log tell."""
    ends = {pattern.text: _series_end(content, pattern) for pattern in patterns}
    return LogSummary(
        series={text: end for text, end in ends.items() if end is not None},
        progress=told_progress(content[-_ABOUT_PROGRESS:].decode("utf-8", "replace")),
    )


def _series_end(content: bytes, pattern: SeriesPattern) -> SeriesEnd | None:
    written: list[bytes] = []
    seen_to = -1
    for match in pattern.regex.finditer(content):
        if match.start(1) > seen_to:  # the first of each line
            written.append(match[1])
            seen_to = content.find(b"\n", match.end(1))
            seen_to = len(content) if seen_to < 0 else seen_to
    if not written:
        return None
    values = [written_number(number) for number in written]
    finite = [value for value in values if math.isfinite(value)]
    step = max(1, math.ceil(len(finite) / _MOST_VALUES))
    last = values[-1] if math.isfinite(values[-1]) else None
    return SeriesEnd(values=tuple(reversed(finite[::-1][::step])), last=last)
