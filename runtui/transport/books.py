"""What is written down of the requests to one account, by all who make some."""

import math
from collections.abc import Iterable

import msgspec

_LONGEST_DEBT = 64.0
"""How many requests may wait for their turn; what a spoilt book or a jumping clock may say beyond is not believed."""
_SLOT = 5.0
_MINUTE = 60.0
_LONGEST_PAUSE = 24 * 3600.0


class Rate(msgspec.Struct, frozen=True):
    """How many requests may be made: `per_second` in the long run, `burst` at once."""

    per_second: float
    burst: float = 10.0


class Level(msgspec.Struct):
    """How many requests may go at once as of `at`; below 0 as many wait for their turn."""

    left: float
    at: float


class Pause(msgspec.Struct):
    """No request goes for so many seconds from `since` on."""

    since: float
    seconds: float


class Books(msgspec.Struct):
    """Levels and pauses by name, and how many requests were made lately. All moments are seconds of one clock.

    A clock that was set back stops nothing for longer than it would have stopped anyway.
    """

    levels: dict[str, Level] = {}
    pauses: dict[str, Pause] = {}
    made: dict[int, int] = {}
    """Requests by the five seconds they were made in."""

    def refilled(self, name: str, rate: Rate, now: float) -> Level:
        """The level as of now."""
        known = self.levels.get(name) or Level(rate.burst, now)
        grown = known.left + max(0.0, now - known.at) * rate.per_second
        self.levels[name] = level = Level(max(-_LONGEST_DEBT, min(rate.burst, grown)), now)
        return level

    def take(self, name: str, rate: Rate, now: float) -> float:
        """Count one request, and tell in how many seconds it is its turn: one interval after the one before it."""
        level = self.refilled(name, rate, now)
        level.left -= 1.0
        return max(0.0, -level.left / rate.per_second)

    def give_back(self, names: Iterable[str]) -> None:
        """A request that was counted at these levels is not made."""
        for name in names:
            if name in self.levels:
                self.levels[name].left += 1.0

    def pause(self, name: str, seconds: float, now: float) -> None:
        """Let nothing go for so long; a shorter pause does not end a longer one."""
        if seconds > self.pause_left(name, now):
            self.pauses[name] = Pause(now, min(seconds, _LONGEST_PAUSE))

    def pause_left(self, name: str, now: float) -> float:
        """Seconds until the pause is over; 0 when there is none."""
        pause = self.pauses.get(name)
        if pause is None:
            return 0.0
        if pause.since > now:
            pause.since = now
        return max(0.0, pause.since + pause.seconds - now)

    def note_made(self, now: float) -> None:
        """A request is made."""
        slot = math.floor(now / _SLOT)
        oldest = slot - _MINUTE / _SLOT
        self.made = {at: count for at, count in self.made.items() if oldest < at <= slot}
        self.made[slot] = self.made.get(slot, 0) + 1

    def made_lately(self, now: float) -> int:
        """How many requests were made in the last minute."""
        slot = math.floor(now / _SLOT)
        return sum(count for at, count in self.made.items() if slot - _MINUTE / _SLOT < at <= slot)
