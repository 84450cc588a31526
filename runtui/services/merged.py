"""Several logs as one, merged by time while they grow."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from runtui.model.lines import ByteLines, Line
from runtui.model.watchable import Watchable
from runtui.services.advancing import never
from runtui.services.line_history import LineHistory
from runtui.services.merge_order import MergeOrder
from runtui.services.record_times import NO_TIME, RecordTimes

_ALL: Final = float("inf")
_BATCH: Final = 512
"""Records of each log that are put in order at a time."""


class _Source:
    """One of the merged logs."""

    def __init__(self, name: str, lines: ByteLines, near: float | None) -> None:
        self.name = name
        self.lines = lines
        self.times = RecordTimes(lines, near)
        self.is_muted = False
        self.stop_watching: Callable[[], None] = lambda: None


class MergedLines(Watchable):
    """The lines of several logs in the order of their times. Implements `model.lines.GrowingLines` and `Advancing`.

    A line without a time belongs to the record before it; logs whose lines tell no times at all come in the order in
    which they arrived. A line that comes late takes its place by its time, and the lines after it move on: then the
    generation grows, and `place_of` finds what was at a place before. No line is ever left out but those of muted logs.

    Lines take their places in `advance`, which one thread at a time may run.
    """

    def __init__(self, sources: Sequence[tuple[str, ByteLines]] = (), *, near: float | None = None) -> None:
        super().__init__()
        self._near = near
        self._sources: list[_Source] = []
        self._order = MergeOrder(0)
        self._lock = threading.RLock()
        self._history = LineHistory()
        self._is_stale = False
        for name, lines in sources:
            self.add(name, lines)

    # the logs

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the logs, in the order of `Line.origin`."""
        return tuple(source.name for source in self._sources)

    def add(self, name: str, lines: ByteLines) -> int:
        """Take one more log in; returns its number."""
        source = _Source(name, lines, self._near)
        with self._lock:
            self._sources.append(source)
            self._order.add_origin()
        source.stop_watching = lines.watch(self.tell)
        return len(self._sources) - 1

    def source(self, origin: int) -> ByteLines:
        """One of the logs."""
        return self._sources[origin].lines

    def is_muted(self, origin: int) -> bool:
        """Whether the lines of a log are left out."""
        return self._sources[origin].is_muted

    def set_muted(self, origin: int, muted: bool) -> None:
        """Leave the lines of a log out, or take them in again, once `advance` has run."""
        if self._sources[origin].is_muted != muted:
            self._sources[origin].is_muted = muted
            self._is_stale = True
            self.tell()

    def place_log_after_log(self) -> None:
        """Let the lines that logs without times hold now come log after log, once `advance` has run. What of them
        arrived first tells nothing while logs are opened that were written long ago."""
        if any(source.lines.line_count and not source.times.lines for source in self._sources):
            self._is_stale = True
            self.tell()

    def close(self) -> None:
        """Listen to the logs no more. They are not closed."""
        for source in self._sources:
            source.stop_watching()

    # the lines

    @property
    def line_count(self) -> int:
        """Lines that have their place."""
        return self._order.line_count

    @property
    def byte_count(self) -> int:
        """Bytes of the logs that are not muted."""
        return sum(source.lines.byte_count for source in self._sources if not source.is_muted)

    @property
    def generation(self) -> int:
        """Grows when lines that were given out moved or went away."""
        return self._history.generation

    def unchanged_lines(self, since: int) -> int:
        """How many of the first lines are as they were at generation `since`."""
        with self._lock:
            return self._history.unchanged(since, self.line_count)

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count` with their `origin`, fewer where the logs end."""
        with self._lock:
            stretches = list(self._order.stretches(max(0, first), max(0, first + count)))
        wanted: dict[int, list[int]] = {}
        for origin, line, length in stretches:
            span = wanted.setdefault(origin, [line, line])
            span[1] = line + length
        read = {
            origin: iter(self._sources[origin].lines.lines(start, end - start))
            for origin, (start, end) in wanted.items()
        }
        return [
            Line(line.content, line.kind, line.size, origin)
            for origin, _, length in stretches
            for line in islice(read[origin], length)
        ]

    def origin_of(self, number: int) -> tuple[int, int]:
        """The log and the line in it that stands at a place. Raises IndexError where there is none."""
        with self._lock:
            return self._order.origin_of(number)

    def place_of(self, origin: int, line: int) -> int | None:
        """The place of a line of a log; None when it has none (yet)."""
        with self._lock:
            return self._order.place_of(origin, line)

    # merging

    @property
    def is_behind(self) -> bool:
        """Whether there are lines without a place."""
        return self._is_stale or any(
            source.times.is_behind or (not source.is_muted and self._order.placed[origin] < source.times.line_count)
            for origin, source in enumerate(self._sources)
        )

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Read the times of what came, a piece of each log in turn, and put each line in its place as soon as none of
        an earlier time can come any more, batch by batch; gives how many lines have theirs."""
        reading = {source: source.times.advance(cancelled) for source in self._sources}
        while reading:
            for source in tuple(reading):
                if next(reading[source], None) is None:
                    del reading[source]
                else:
                    yield self.line_count
            if cancelled():
                return
            yield from self._place_until(min((_known_to(source) for source in reading), default=_ALL), cancelled)

    def _place_until(self, limit: float, cancelled: Callable[[], bool]) -> Iterator[int]:
        """Put the lines of earlier times than this in their places, or all that were read when there is no limit."""
        if limit == NO_TIME:
            return
        self._give_way()
        for batch in self._batches(limit):
            with self._lock:
                for origin, count in batch:
                    self._order.append(origin, count)
            self.tell()
            yield self.line_count
            if cancelled():
                return

    def _give_way(self) -> None:
        """Take away the places of lines that changed, and of those that come after a line that came late."""
        count = self._order.line_count
        kept = [self._kept_by(source, origin) for origin, source in enumerate(self._sources)]
        keep = 0 if self._is_stale else min(kept, default=count)
        self._is_stale = False
        if keep < count:
            with self._lock:
                self._order.cut_to(keep)
                self._history.note(keep)

    def _kept_by(self, source: _Source, origin: int) -> int:
        """How many places a log leaves as they are."""
        keep = self._order.line_count
        changed, source.times.changed_from = source.times.changed_from, None
        if changed is not None and changed < self._order.placed[origin]:
            keep = min(keep, self._order.place_of(origin, changed) or 0)
        next_line = min(self._order.placed[origin], source.times.line_count if changed is None else changed)
        if not source.is_muted and next_line < source.times.line_count:
            seconds = source.times.time_of(next_line)
            if seconds != NO_TIME:
                keep = min(keep, self._places_until(seconds))
        return keep

    def _places_until(self, seconds: float) -> int:
        """How many places come before the lines of a later time at the end. Lines of logs without times move on with
        those around them."""
        keep = self._order.line_count
        for stretch in range(self._order.stretch_count() - 1, -1, -1):
            start, origin, first = self._order.stretch(stretch)
            times = self._sources[origin].times
            if not times.lines:
                continue
            if times.time_of(first) <= seconds:
                return min(keep, start + max(0, times.first_line_after(seconds) - first))
            keep = start
        return keep

    def _batches(self, most: float) -> Iterator[list[tuple[int, int]]]:
        """The lines without a place of earlier times than `most` as stretches of logs, in order, a batch of records
        at a time."""
        waiting = [
            _Waiting(origin, source.times, self._order.placed[origin])
            for origin, source in enumerate(self._sources)
            if not source.is_muted and self._order.placed[origin] < source.times.line_count
        ]
        while waiting:
            records = [record for one in waiting for record in one.records()]
            limit = min((one.last_seconds for one in waiting if one.has_more), default=float("inf"))
            records = [
                record for record in records if record.seconds <= limit and (record.seconds < most or most == _ALL)
            ]
            if not records:
                return
            records.sort(key=_seconds)
            for record in records:
                record.waiting.line = record.end
            yield [(record.waiting.origin, record.end - record.start) for record in records]
            waiting = [one for one in waiting if one.line < one.end]


class _Record(msgspec.Struct, frozen=True, gc=False):
    waiting: "_Waiting"
    seconds: float
    start: int
    end: int


def _known_to(source: _Source) -> float:
    """Up to which time all lines of a log are known while it is read."""
    if source.is_muted:
        return _ALL
    return source.times.seconds[-1] if source.times.seconds else NO_TIME


def _seconds(record: _Record) -> float:
    return record.seconds


class _Waiting:
    """The lines of one log that have no place yet, as records."""

    def __init__(self, origin: int, times: RecordTimes, line: int) -> None:
        self.origin = origin
        self.line = line
        self.end = times.line_count
        self.has_more = False
        self.last_seconds = NO_TIME
        self._times = times

    def records(self) -> list[_Record]:
        """The next few of them."""
        times = self._times
        if not times.lines:
            return [_Record(self, float("inf"), self.line, self.end)]
        place = max(0, bisect_left(times.lines, self.line + 1) - 1)
        last = min(len(times.lines), place + _BATCH)
        starts = [self.line, *times.lines[place + 1 : last]]
        ends = [*starts[1:], times.lines[last] if last < len(times.lines) else self.end]
        self.has_more = last < len(times.lines)
        self.last_seconds = times.seconds[last - 1]
        return [
            _Record(self, seconds, start, min(end, self.end))
            for seconds, start, end in zip(times.seconds[place:last], starts, ends, strict=True)
        ]
