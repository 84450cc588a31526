"""Finding the time a line of a log was written, told from the stamp that stands near its beginning.

A stamp without a zone is taken as UTC, one without a year or a date as the one nearest to a moment that is given.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from runtui.model.moment import parse_moment

STAMP_WITHIN: Final = 200
"""Bytes of a line in which a stamp is looked for."""

_DAY: Final = 86_400.0
_NAMES: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS: Final = {
    name: number + 1 for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split())
}
_CLOCK: Final = rb"\d\d:\d\d:\d\d"
_FRACTION: Final = rb"(?:[.,]\d{1,9})?"
_ZONE: Final = rb"(?: ?(?:Z\b|UTC\b|[+-]\d\d:?\d\d\b))?"
_WEEKDAY: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_BEFORE: Final = rb"^(?:\x1b\[[0-9;]*m|[^\n0-9\x1b]){0,24}?"
"""What may stand before a stamp: colours, brackets, a level, a name."""


class Stamp(NamedTuple):
    """Where in a line its time stands, as byte positions, and the time in seconds since 1970 (UTC)."""

    start: int
    end: int
    seconds: float


class _Form(NamedTuple):
    """One way of writing a time: group 1 is the stamp. `seconds` may use the moment it is thought to be near to."""

    pattern: re.Pattern[bytes]
    seconds: Callable[[bytes, float | None], float | None]


def _iso(stamp: bytes, near: float | None) -> float | None:
    moment = parse_moment(stamp.decode("ascii").replace("/", "-"))
    return None if moment is None else moment.timestamp()


def _epoch(stamp: bytes, near: float | None) -> float | None:
    seconds = float(stamp)
    while seconds > 1e11:
        seconds /= 1000
    return seconds if 3e8 < seconds < 1e10 else None


def _clock(stamp: bytes) -> float:
    hours, minutes, seconds = stamp.replace(b",", b".").split(b":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _time_of_day(stamp: bytes, near: float | None) -> float | None:
    """On the day that brings it nearest; without a moment to be near to, on the first day there is."""
    seconds = _clock(stamp)
    if near is None:
        return seconds
    return seconds + round((near - seconds) / _DAY) * _DAY


def _without_year(month: int, day: int, clock: bytes, near: float | None) -> float | None:
    """In the year that brings it nearest; without a moment to be near to, in the first year there is."""
    year = 1970 if near is None else datetime.fromtimestamp(near, UTC).year
    found = [_date(one, month, day, clock) for one in ((year,) if near is None else (year - 1, year, year + 1))]
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: abs(one - (near or 0.0)), default=None)


def _date(year: int, month: int, day: int, clock: bytes) -> float | None:
    try:
        return (
            calendar.timegm((year, month, day, 0, 0, 0)) + _clock(clock)
            if day <= calendar.monthrange(year, month)[1]
            else None
        )
    except (ValueError, OverflowError):
        return None


def _syslog(stamp: bytes, near: float | None) -> float | None:
    month, day, clock = stamp.split()
    return _without_year(_MONTHS[month.lower()], int(day), clock, near)


def _glog(stamp: bytes, near: float | None) -> float | None:
    month, day = int(stamp[:2]), int(stamp[2:4])
    return _without_year(month, day, stamp[5:], near) if 1 <= month <= 12 else None


def _ctime(stamp: bytes, near: float | None) -> float | None:
    parts = stamp.split()
    month, day, clock, year = parts[-4], parts[-3], parts[-2], parts[-1]
    return _date(int(year), _MONTHS[month.lower()], int(day), clock)


def _access(stamp: bytes, near: float | None) -> float | None:
    date, _, rest = stamp.partition(b":")
    day, month, year = date.split(b"/")
    clock, _, zone = rest.partition(b" ")
    seconds = _date(int(year), _MONTHS[month.lower()], int(day), clock)
    if seconds is None or not zone:
        return seconds
    span = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return seconds - span if zone[:1] == b"+" else seconds + span


def _form(stamp: bytes, seconds: Callable[[bytes, float | None], float | None], before: bytes = _BEFORE) -> _Form:
    return _Form(re.compile(before + b"(" + stamp + b")(?![0-9])"), seconds)


_ISO: Final = rb"\d{4}[-/]\d\d[-/]\d\d[T ]" + _CLOCK + _FRACTION + _ZONE
_IN_UTC: Final = re.compile(rb"(\d{4}-\d\d-\d\d[T ]" + _CLOCK + _FRACTION + rb") ?Z?")
_FORMS: Final = (
    _form(_ISO, _iso),
    _form(rb"\d\d/" + _NAMES + rb"/\d{4}:" + _CLOCK + rb"(?: [+-]\d{4})?", _access, rb"^[^\n]{0,120}?\["),
    _form(_WEEKDAY + rb" " + _NAMES + rb" +\d\d? " + _CLOCK + rb" \d{4}", _ctime),
    _form(_NAMES + rb" +\d\d? " + _CLOCK + _FRACTION, _syslog),
    _form(rb"\d{4} " + _CLOCK + _FRACTION, _glog, rb"^[DIWEF]"),
    _form(_ISO, _iso, rb'^\{[^\n]*?"(?:@?timestamp|time|ts|asctime|date|datetime)" ?: ?"'),
    _form(rb"\d{9,19}(?:\.\d+)?", _epoch, rb'^\{[^\n]*?"(?:@?timestamp|time|ts)" ?: ?'),
    _form(_ISO, _iso, rb'^(?:[^\n]* )?(?:time|ts|timestamp)="?'),
    _form(rb"\d{10}(?:\.\d{1,9})?|\d{13}", _epoch, rb"^[\[(]?"),
    _form(_CLOCK + _FRACTION, _time_of_day, rb"^[^\n0-9A-Za-z]{0,12}?"),
    _form(_ISO, _iso, rb"^[^\n]{0,80}?\b"),
)


def find_stamp(line: bytes, near: float | None = None) -> Stamp | None:
    """The stamp of a line, or None when there is none. `near` (seconds since 1970) fills in a year or a date."""
    line = line[:STAMP_WITHIN]
    for form in _FORMS:
        found = _stamp(form, line, near)
        if found is not None:
            return found
    return None


def _stamp(form: _Form, line: bytes, near: float | None) -> Stamp | None:
    match = form.pattern.match(line)
    if match is None:
        return None
    seconds = form.seconds(match[1], near)
    return None if seconds is None else Stamp(match.start(1), match.end(1), seconds)


class TimeReader:
    """Reads the times of the lines of one source, in order.

    The form that was met first is the only one that counts from then on, so that a date a line speaks of is not taken
    for its time. A stamp without a date or a year is the one nearest to the line before.
    """

    _TRIED: Final = 1000
    """Lines without any stamp after which only some are tried still."""

    def __init__(self, near: float | None = None) -> None:
        self._near = near
        self._form: _Form | None = None
        self._missed = 0
        self._minute = b""
        self._minute_seconds = 0.0
        self._start = 0
        self._end = 0

    def read(self, line: bytes) -> float | None:
        """The time of the next line in seconds since 1970, or None when it has none."""
        if self._form is None:
            return self._learn(line)
        if self._minute and line[self._start : self._start + 16] == self._minute:
            try:
                self._near = self._minute_seconds + float(line[self._start + 17 : self._end].replace(b",", b"."))
                return self._near
            except ValueError:
                pass
        match = self._form.pattern.match(line, 0, STAMP_WITHIN)
        if match is None:
            return None
        seconds = self._form.seconds(match[1], self._near)
        if seconds is not None:
            self._near = seconds
            self._note_minute(match.start(1), match[1])
        return seconds

    def _note_minute(self, start: int, stamp: bytes) -> None:
        """Most lines are of the same minute as the one before: of those only the seconds are read."""
        self._minute = b""
        match = _IN_UTC.fullmatch(stamp)
        minute = _iso(stamp[:16], None) if match is not None else None
        if match is not None and minute is not None:
            self._minute, self._minute_seconds = stamp[:16], minute
            self._start, self._end = start, start + match.end(1)

    def _learn(self, line: bytes) -> float | None:
        self._missed += 1
        if self._missed > self._TRIED and self._missed % 50:
            return None
        line = line[:STAMP_WITHIN]
        for form in _FORMS:
            found = _stamp(form, line, self._near)
            if found is not None:
                self._form, self._near = form, found.seconds
                return found.seconds
        return None
