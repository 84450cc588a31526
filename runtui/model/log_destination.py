"""Where in a log a person wants to go: a line, a share of it, a time."""

import re
from typing import Final

import msgspec

from runtui.model.errors import ConfigError
from runtui.model.log_time import find_stamp

_UNITS: Final = {"": 60, "s": 1, "m": 60, "h": 3600, "d": 86400}
_STEP: Final = re.compile(r"([+-])(\d+(?:\.\d+)?)\s*([smhd]?)", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?", re.ASCII)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_DAY: Final = 86400
_HINT: Final = "For example 1200, 50%, 12:01, -5m or 2026-01-29 12:00."


class LineNumber(msgspec.Struct, frozen=True):
    """A line, counted from 1."""

    number: int


class Share(msgspec.Struct, frozen=True):
    """So much of the log, 0 to 1."""

    share: float


class Moment(msgspec.Struct, frozen=True):
    """A time, in seconds since 1970."""

    seconds: float


Destination = LineNumber | Share | Moment


def read_destination(text: str, now: float | None) -> Destination:
    """What a person typed. `now` is the time (seconds since 1970, UTC) at which they are in the log, which steps such
    as `-5m` count from and whose day a time of day belongs to; None when the log tells no times.

    Raises ConfigError for what is none of these.
    """
    text = text.strip()
    if text.isascii() and text.removeprefix(":").isdigit():
        return LineNumber(int(text.removeprefix(":")))
    if text.endswith("%") and text[:-1].replace(".", "", 1).isdigit():
        return Share(min(1.0, float(text[:-1]) / 100))
    return Moment(_seconds(text, now))


def _seconds(text: str, now: float | None) -> float:
    if date := _DATE.fullmatch(text):
        stamp = find_stamp(f"{date[1]}T{date[2] or '00:00'}{date[3] or ':00'}{date[4] or ''}".encode())
        if stamp is not None:
            return stamp.seconds
    step, clock = _STEP.fullmatch(text), _CLOCK.fullmatch(text)
    if step is None and clock is None:
        raise ConfigError(f"{text!r} is neither a line, a share nor a time", hint=_HINT)
    if now is None:
        raise ConfigError("no line here tells its time", hint="Go by line number (1200) or share (50%).")
    if step is not None:
        return now + float(f"{step[1]}{step[2]}") * _UNITS[step[3]]
    assert clock is not None
    return now // _DAY * _DAY + int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3] or 0)
