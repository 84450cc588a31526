"""The header: the program's name, how each profile does, and what is being downloaded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from textual import events
from textual.message import Message

from runtui.model.delta import FeedState, ProfileHealth
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.sanitise import one_line
from runtui.render.units import age_of
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width

NAME: Final = "runtui"
_PROFILE_LIMIT: Final = 24
_GAP: Final = 3

_SIGNS: Final[Mapping[FeedState, tuple[str, Tone, str]]] = MappingProxyType(
    {
        FeedState.STARTING: ("starting", Tone.FAINT, ""),
        FeedState.FRESH: ("healthy", Tone.SUCCEEDED, ""),
        FeedState.REFRESHING: ("healthy", Tone.SUCCEEDED, ""),
        FeedState.OFFLINE: ("troubled", Tone.WARNING, "offline"),
        FeedState.NEEDS_LOGIN: ("broken", Tone.ERROR, "log in"),
        FeedState.BROKEN: ("broken", Tone.ERROR, "error"),
    }
)


def is_well(health: ProfileHealth) -> bool:
    """Whether nobody need look at the profile."""
    well = health.state in (FeedState.STARTING, FeedState.FRESH, FeedState.REFRESHING)
    return well and not health.scopes_failing and not health.problems


def badge(health: ProfileHealth, now: datetime, glyphs: Glyphs, *, with_age: bool = True) -> tuple[Cell, ...]:
    """`hpc ● 2s`, `carrot ▲ offline 12m`: the name, the sign, the trouble if any, and how old what is shown is."""
    glyph_name, tone, trouble = _SIGNS[health.state]
    if not trouble and not is_well(health):
        glyph_name, tone = "troubled", Tone.WARNING
    sign = {"healthy": glyphs.healthy, "starting": glyphs.starting, "troubled": glyphs.troubled}.get(glyph_name)
    cells = [Cell(one_line(health.profile, _PROFILE_LIMIT)), Cell(f" {sign or glyphs.broken}", tone)]
    if trouble:
        cells.append(Cell(f" {trouble}", tone))
    if health.refreshed_at is not None and (with_age or trouble):
        cells.append(Cell(f" {age_of(health.refreshed_at, now)}", Tone.MUTED))
    return tuple(cells)


class ProfileBadges(OneLine):
    """One badge per profile on the left, the gauge of the transfers on the right.

    Where there is little room the ages of well profiles go first, then well profiles become a number; trouble stays.
    """

    class ProfileClicked(Message):
        """A click on a badge."""

        def __init__(self, profile: str) -> None:
            super().__init__()
            self.profile = profile

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._healths: tuple[ProfileHealth, ...] = ()
        self._now: datetime | None = None
        self._gauge: tuple[Cell, ...] = ()
        self._places: list[tuple[int, int, str]] = []

    def show_profiles(self, healths: Iterable[ProfileHealth], now: datetime) -> None:
        """Show these profiles in this order; `now` is what ages are counted to."""
        self._healths, self._now = tuple(healths), now
        self.redraw()

    def show_gauge(self, *cells: Cell) -> None:
        """Show this on the right, such as `↓ 3 of 12  41%  8.2 MB/s`; nothing when nothing is under way."""
        self._gauge = cells
        self.redraw()

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The name, the badges, the gauge."""
        tones = self.inks.tones
        writer.pad(1)
        room = width - 2 - (cells_width(self._gauge) + _GAP if self._gauge else 0)
        has_name, badges = self._fitting(room)
        if has_name:
            writer.write(NAME, tones[Tone.STRONG])
            writer.pad(_GAP)
        self._places = []
        for profile, cells in badges:
            start = writer.width
            writer.write_cells(cells, tones)
            self._places.append((start, writer.width, profile))
            writer.pad(_GAP)
        if self._gauge:
            writer.pad_to(width - 1 - cells_width(self._gauge))
            writer.write_cells(self._gauge, tones)

    def _fitting(self, room: int) -> tuple[bool, list[tuple[str, tuple[Cell, ...]]]]:
        """The fullest way to say it that fits, and whether the program's name stands before it."""
        ways = (self._badges(), self._badges(ages=False), self._badges(ages=False, collapsed=True))
        for has_name in (True, False):
            for badges in ways:
                if _line_width(badges) + (len(NAME) + _GAP if has_name else 0) <= room:
                    return has_name, badges
        return False, ways[-1]

    def _badges(self, *, ages: bool = True, collapsed: bool = False) -> list[tuple[str, tuple[Cell, ...]]]:
        if self._now is None:
            return []
        now, glyphs = self._now, self.glyphs
        shown = [each for each in self._healths if not (collapsed and is_well(each))]
        badges = [(each.profile, badge(each, now, glyphs, with_age=ages)) for each in shown]
        if len(shown) < len(self._healths):
            well = Cell(f"{len(self._healths) - len(shown)} {glyphs.healthy}", Tone.SUCCEEDED)
            badges.append(("", (well,)))
        return badges

    def on_click(self, event: events.Click) -> None:
        """Say which badge was clicked."""
        for start, end, profile in self._places:
            if start <= event.x < end and profile:
                self.post_message(self.ProfileClicked(profile))


def _line_width(badges: Sequence[tuple[str, tuple[Cell, ...]]]) -> int:
    return sum(cells_width(cells) for _, cells in badges) + _GAP * max(0, len(badges) - 1)
