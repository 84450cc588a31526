"""Which reports of a run `runtui report list` shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from runtui.cli.list import wanted_statuses
from runtui.model.errors import ConfigError
from runtui.model.query_values import parse_day, parse_seconds
from runtui.model.report import Report


class ReportFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wrote. Moments are days, days with times, or ages, as in filters of runs."""

    statuses: Sequence[str] = ()
    created_after: str = ""
    created_before: str = ""
    finished_after: str = ""
    finished_before: str = ""
    owner: str = ""
    limit: int | None = None

    def select(self, reports: Sequence[Report], now: datetime) -> list[Report]:
        """Those that fit, in their order. Raises ConfigError for a word that is no status or no moment.

        `now` is aware; days without a time zone are in its zone. A report without the moment fits none.
        """
        wanted = wanted_statuses(self.statuses)
        created = _Between(self.created_after, self.created_before, now)
        finished = _Between(self.finished_after, self.finished_before, now)
        found = [
            report
            for report in reports
            if (not wanted or report.status in wanted)
            and self.owner.lower() in report.owner.lower()
            and created.holds(report.created_at)
            and finished.holds(report.ended_at)
        ]
        return found[: self.limit]


class _Between:
    """After one moment and before another, either of which may be left out."""

    def __init__(self, after: str, before: str, now: datetime) -> None:
        self._first = _bounds(after, now)[1] if after else None
        self._end = _bounds(before, now)[0] if before else None

    def holds(self, moment: datetime | None) -> bool:
        if moment is None:
            return self._first is None and self._end is None
        return (self._first is None or moment >= self._first) and (self._end is None or moment < self._end)


def _bounds(written: str, now: datetime) -> tuple[datetime, datetime]:
    """Where what is written begins and ends; an age is one moment."""
    day, seconds = parse_day(written), parse_seconds(written)
    try:
        if day is not None:
            return day.between(now)
        if seconds is not None:
            return now - timedelta(seconds=seconds), now - timedelta(seconds=seconds)
    except OverflowError:
        pass
    raise ConfigError(
        f"{written!r} is no moment", hint="Write an age such as 2d, or a day such as 2026-01-29 or today."
    )
