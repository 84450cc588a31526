"""How a profile does, as a badge for the header and as sentences for its own screen."""

from datetime import datetime, timedelta
from typing import NamedTuple

from runtui.model.delta import FeedState, ProfileHealth
from runtui.render import units
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line, safe_lines

OVERDUE = timedelta(seconds=30)
"""How long after the announced next refresh the last one is called stale."""

_SENTENCE_LIMIT = 300


class Badge(NamedTuple):
    """`carrot ▲ offline 12m`: the profile's name, a sign, and a note that may be empty."""

    name: Cell
    sign: Cell
    note: Cell

    @property
    def text(self) -> str:
        """The whole badge in one line."""
        return " ".join(cell.text for cell in self if cell.text)


def health_badge(health: ProfileHealth, now: datetime, glyphs: Glyphs = UNICODE) -> Badge:
    """The badge of a profile. What works shows the age of its last refresh; what does not says so in a word."""
    sign, note = _sign_and_note(health, now, glyphs)
    return Badge(Cell(one_line(health.profile, 40), Tone.FAINT if is_stale(health, now) else Tone.TEXT), sign, note)


def is_stale(health: ProfileHealth, now: datetime) -> bool:
    """Whether the runs of the profile are older than they should be."""
    if health.state in (FeedState.FRESH, FeedState.REFRESHING):
        return health.next_at is not None and now > health.next_at + OVERDUE
    return health.state is not FeedState.STARTING


def _sign_and_note(health: ProfileHealth, now: datetime, glyphs: Glyphs) -> tuple[Cell, Cell]:
    # a number that changes every second would be all that is sent while nothing happens
    age = "" if health.refreshed_at is None else units.calm_age((now - health.refreshed_at).total_seconds())
    match health.state:
        case FeedState.STARTING:
            return Cell(glyphs.starting, Tone.MUTED), Cell(age, Tone.FAINT)
        case FeedState.OFFLINE:
            return Cell(glyphs.troubled, Tone.WARNING), Cell(f"offline {age}".rstrip(), Tone.WARNING)
        case FeedState.NEEDS_LOGIN:
            return Cell(glyphs.troubled, Tone.ERROR), Cell("log in", Tone.ERROR)
        case FeedState.BROKEN:
            return Cell(glyphs.broken, Tone.ERROR), Cell("error", Tone.ERROR)
        case FeedState.FRESH | FeedState.REFRESHING:
            return _working(health, now, age, glyphs)


def _working(health: ProfileHealth, now: datetime, age: str, glyphs: Glyphs) -> tuple[Cell, Cell]:
    if health.scopes_failing or health.problems:
        return Cell(glyphs.troubled, Tone.WARNING), Cell(f"{age} in part".lstrip(), Tone.WARNING)
    if is_stale(health, now):
        return Cell(glyphs.healthy, Tone.FAINT), Cell(age, Tone.FAINT)
    return Cell(glyphs.healthy, Tone.SUCCEEDED), Cell(age, Tone.MUTED) if age else EMPTY


_STATES = {
    FeedState.STARTING: "has not answered yet",
    FeedState.FRESH: "up to date",
    FeedState.REFRESHING: "asking now",
    FeedState.OFFLINE: "offline: it is tried again by itself",
    FeedState.NEEDS_LOGIN: "has to be logged in to",
    FeedState.BROKEN: "cannot go on by itself",
}


def health_lines(health: ProfileHealth, now: datetime) -> list[Cell]:
    """All there is to say of a profile, a sentence a line: state, ages, error and what to do, what is missing."""
    lines = [Cell(_STATES[health.state], Tone.STRONG), Cell(_times(health, now), Tone.MUTED)]
    if health.error:
        lines += [Cell(line, Tone.ERROR) for line in safe_lines(health.error, _SENTENCE_LIMIT)]
    if health.hint:
        lines.append(Cell(one_line(health.hint, _SENTENCE_LIMIT)))
    if health.scopes_failing:
        scopes = ", ".join(health.scopes_failing)
        lines.append(Cell(one_line(f"keeps its last runs of: {scopes}", _SENTENCE_LIMIT), Tone.WARNING))
    lines += [Cell(one_line(problem, _SENTENCE_LIMIT), Tone.WARNING) for problem in health.problems]
    return lines


def _times(health: ProfileHealth, now: datetime) -> str:
    parts = [f"{units.count(health.run_count)} {'run' if health.run_count == 1 else 'runs'}"]
    if health.refreshed_at is not None:
        parts.append(f"refreshed {units.age_of(health.refreshed_at, now)} ago")
    if health.next_at is not None:
        seconds = (health.next_at - now).total_seconds()
        parts.append(f"next in {units.age(seconds)}" if seconds > 0 else f"due for {units.age(-seconds)}")
    return ", ".join(parts)
