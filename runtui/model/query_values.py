"""The values of the filter language: numbers with units, and moments.

Times are in seconds, sizes in bytes, shares in parts of one.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_BYTES = {
    "b": 1.0,
    "kb": 1e3,
    "mb": 1e6,
    "gb": 1e9,
    "tb": 1e12,
    "kib": 2.0**10,
    "mib": 2.0**20,
    "gib": 2.0**30,
    "tib": 2.0**40,
}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([a-zA-Z]+|%)")
_PLAIN = re.compile(rf"{_NUMBER}|[+-]?(?:nan|inf)", re.IGNORECASE)
_COMPOUND = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|min|[smhdw]))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|min|[smhdw])")
_WATCH = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d(?:\.\d+)?)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)


def parse_number(text: str) -> float | None:
    """A plain number, `nan` and `inf` included, or None."""
    return float(text) if _PLAIN.fullmatch(text) else None


def parse_seconds(text: str) -> float | None:
    """A span of time: `90s`, `1h30m`, `1.5h`, `2d`, `2:30` (minutes and seconds), `1:02:03`. None for anything else."""
    if _COMPOUND.fullmatch(text):
        return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    match = _WATCH.fullmatch(text)
    if match is None:
        return None
    return float(match[1] or 0) * 3600 + float(match[2]) * 60 + float(match[3])


def parse_quantity(text: str) -> float | None:
    """A number with or without a unit of time (then in seconds), of size (in bytes) or percent (in parts of one).

    None for anything else.
    """
    number = parse_number(text)
    if number is not None:
        return number
    seconds = parse_seconds(text)
    if seconds is not None:
        return seconds
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    if match[2] == "%":
        return float(match[1]) / 100
    unit = _SECONDS.get(match[2]) or _BYTES.get(match[2].lower())
    return None if unit is None else float(match[1]) * unit


class Day(NamedTuple):
    """A moment as a person wrote it: it means all the time from `start`, as long as its last written part says.

    `start` has no time zone when none was written. `days_ago` counts from today when the day was named, not written.
    """

    start: datetime | None
    length: timedelta
    days_ago: int = 0

    def between(self, now: datetime) -> tuple[datetime, datetime]:
        """First moment and first moment after, aware. What has no time zone is in that of `now`."""
        if self.start is None:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            start = midnight - timedelta(days=self.days_ago)
        else:
            start = self.start if self.start.tzinfo else self.start.replace(tzinfo=now.tzinfo)
        return start, start + self.length


def parse_day(text: str) -> Day | None:
    """A date (`2026-01-29`), one with a time (`2026-01-29T10:00`), `today` or `yesterday`; None for anything else."""
    if text.lower() in ("today", "yesterday"):
        return Day(None, timedelta(days=1), int(text.lower() == "yesterday"))
    if not _DATE.fullmatch(text):
        return None
    try:
        start = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if len(text) == len("2026-01-29"):
        return Day(start, timedelta(days=1))
    return Day(start, timedelta(minutes=1) if text.count(":") - _offset_colons(text) == 1 else timedelta(seconds=1))


def _offset_colons(text: str) -> int:
    return 1 if re.search(r"[+-]\d\d:\d\d$", text) else 0
