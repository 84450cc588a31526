"""Numbers with units, as short as they can be read: ages, durations, sizes, rates, counts, moments.

All are made to stand right-aligned in a column. What is not known is `-`.
"""

from datetime import datetime, tzinfo

UNKNOWN = "-"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3_600, 86_400, 31_557_600
_SIZE_UNITS = ("B", "KB", "MB", "GB", "TB", "PB", "EB")


def age(seconds: float | None) -> str:
    """How long ago, in one unit, rounded down: `12s`, `4m`, `3h`, `5d`, `2y`.

    A moment that is still to come by more than a minute reads `in 4m`; less than that is two clocks disagreeing.
    """
    if seconds is None:
        return UNKNOWN
    if seconds <= -_MINUTE:
        return f"in {age(-seconds)}"
    whole = max(0, int(seconds))
    for unit, name in ((_YEAR, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= unit:
            return f"{whole // unit}{name}"
    return f"{whole}s"


def calm_age(seconds: float) -> str:
    """The same without counting seconds, for what stands still otherwise: `<1m`, then as `age`."""
    return "<1m" if -_MINUTE < seconds < _MINUTE else age(seconds)


def age_of(moment: datetime | None, now: datetime) -> str:
    """How long before `now` the moment was."""
    return UNKNOWN if moment is None else age((now - moment).total_seconds())


def duration(seconds: float | None) -> str:
    """How long something took: `02:11` (minutes and seconds), `3h 04m`, `2d 03h`."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < _HOUR:
        return f"{whole // _MINUTE:02}:{whole % _MINUTE:02}"
    if whole < _DAY:
        return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE:02}m"
    return f"{whole // _DAY}d {whole % _DAY // _HOUR:02}h"


def eta(remaining: float | None, rate_per_second: float | None) -> str:
    """How long the remaining bytes take at this rate, as an age; unknown while nothing moves."""
    if remaining is None or not rate_per_second or rate_per_second < 0:
        return UNKNOWN
    seconds = remaining / rate_per_second
    return age(seconds) if seconds < 100 * _YEAR else UNKNOWN


def size(byte_count: float | None) -> str:
    """Bytes in powers of 1000, two digits or more: `812 B`, `4.9 KB`, `298 KB`, `8.0 MB`, `57 GB`."""
    if byte_count is None:
        return UNKNOWN
    value = float(max(0, byte_count))
    unit = 0
    while value >= 999.5 and unit < len(_SIZE_UNITS) - 1:
        value /= 1000
        unit += 1
    digits = 1 if unit and value < 9.95 else 0
    return f"{value:.{digits}f} {_SIZE_UNITS[unit]}"


def rate(bytes_per_second: float | None) -> str:
    """`1.2 MB/s`."""
    return UNKNOWN if bytes_per_second is None else f"{size(bytes_per_second)}/s"


def count(number: int | None) -> str:
    """A whole number; thousands are set apart once there are five digits: `1284`, `12 840`, `1 204 311`."""
    if number is None:
        return UNKNOWN
    return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", " ")


def counted(number: int, word: str) -> str:
    """So many of a thing whose plural only takes an s: `1 file`, `1 284 files`."""
    return f"{count(number)} {word}" if number == 1 else f"{count(number)} {word}s"


def percent(share: float | None) -> str:
    """A share of 1 in whole percent. It says 100% only when all is done, and 0% only when nothing is."""
    if share is None or share != share:
        return UNKNOWN
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))}%"
    return f"{max(0.0, min(1.0, share)) * 100:.0f}%"


def number(value: float) -> str:
    """A number in at most six digits, without noise of binary fractions: `0.1`, `-0.0188`, `3e-04`, `20`."""
    return f"{value:.6g}"


def moment(when: datetime | None, now: datetime, zone: tzinfo | None = None) -> str:
    """Local time as short as it is clear: `10:00:05` today, `01-29 10:00` this year, `2025-01-29` before.

    `zone` is this machine's when None.
    """
    if when is None:
        return UNKNOWN
    local, today = when.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%m-%d %H:%M") if local.year == today.year else local.strftime("%Y-%m-%d")


def full_moment(when: datetime | None, zone: tzinfo | None = None) -> str:
    """Local time in full: `2026-01-29 10:00:05`. `zone` is this machine's when None."""
    return UNKNOWN if when is None else when.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
