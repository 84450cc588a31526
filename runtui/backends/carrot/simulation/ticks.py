"""When CARROT looks at Cromwell: at fixed intervals, and not while Cromwell is down."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

NEVER: Final = timedelta(days=36_500)


class Outage(msgspec.Struct):
    """A span in which Cromwell did not answer; `ended_at` is None while it lasts."""

    began_at: datetime
    ended_at: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.began_at <= moment and (self.ended_at is None or moment < self.ended_at)


class Ticks:
    """The moments `start + n * seconds`, for every whole n. `seconds` may be set at any time."""

    def __init__(self, start: datetime, seconds: float) -> None:
        self._start = start
        self.seconds = seconds
        self.outages: list[Outage] = []

    def last(self, now: datetime) -> datetime:
        """The last look that Cromwell answered, not after `now`."""
        tick = self._floor(now)
        while outage := self._outage_at(tick):
            tick = self._floor(outage.began_at)
            if outage.holds(tick):
                tick -= timedelta(seconds=self.seconds)
        return tick

    def next(self, moment: datetime) -> datetime:
        """The first look that Cromwell answers, not before a moment; long after all when it never will."""
        tick = self._ceiling(moment)
        while outage := self._outage_at(tick):
            if outage.ended_at is None:
                return tick + NEVER
            tick = self._ceiling(outage.ended_at)
        return tick

    def missed(self, since: datetime, until: datetime) -> list[datetime]:
        """The looks between two moments that Cromwell did not answer, newest first and at most 50."""
        missed: list[datetime] = []
        for outage in reversed(self.outages):
            tick = self._floor(min(until, outage.ended_at or until))
            while tick > since and tick >= outage.began_at and len(missed) < 50:
                if outage.holds(tick):
                    missed.append(tick)
                tick -= timedelta(seconds=self.seconds)
        return missed

    def _outage_at(self, moment: datetime) -> Outage | None:
        return next((outage for outage in self.outages if outage.holds(moment)), None)

    def _floor(self, moment: datetime) -> datetime:
        count = (moment - self._start).total_seconds() // self.seconds
        return self._start + timedelta(seconds=count * self.seconds)

    def _ceiling(self, moment: datetime) -> datetime:
        floor = self._floor(moment)
        return floor if floor == moment else floor + timedelta(seconds=self.seconds)
