"""Reading the dates services send. Every backend uses this one tolerant parser."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MOMENT = re.compile(
    r"^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?\s*$",
    re.IGNORECASE,
)


def parse_moment(text: str | None) -> datetime | None:
    """The aware UTC moment an ISO 8601 text means, or None for a null, empty or unreadable one.

    Fractions of any length and any offset are read; a text without an offset is UTC, as all services here mean it.
    """
    match = _MOMENT.match(text) if text else None
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micros = int(((fraction or "0") + "000000")[:6])
    leap = second == "60"
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            59 if leap else int(second or 0),
            micros,
            tzinfo=_zone(offset),
        )
        return (moment + timedelta(seconds=1) if leap else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None) -> timezone:
    if not offset or offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)


def format_moment(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with a `Z`, whole seconds unless there is a fraction: the form of every JSON output."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
