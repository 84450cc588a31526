"""The header: the program's name, how each profile does, and what is being downloaded."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from textual import events
from textual.message import Message

from runtui.model.delta import ProfileHealth
from runtui.render.cell import Cell, Tone
from runtui.render.health import Badge, health_badge
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width

NAME: Final = "runtui"
_GAP: Final = 3

_TROUBLE: Final = (Tone.WARNING, Tone.ERROR)


def badge_cells(badge: Badge, *, with_note: bool = True) -> tuple[Cell, ...]:
    """`hpc ● 2s`; without its note `hpc ●`."""
    kept = badge if with_note else badge[:2]
    return tuple(cell._replace(text=f" {cell.text}" if at else cell.text) for at, cell in enumerate(kept) if cell.text)


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
        badges: list[tuple[str, tuple[Cell, ...]]] = []
        well = 0
        for health in self._healths:
            badge = health_badge(health, self._now, self.glyphs)
            is_well = badge.sign.tone not in _TROUBLE
            well += is_well
            if not (collapsed and is_well):
                badges.append((health.profile, badge_cells(badge, with_note=ages or not is_well)))
        if collapsed and well:
            badges.append(("", (Cell(f"{well} {self.glyphs.healthy}", Tone.SUCCEEDED),)))
        return badges

    def on_click(self, event: events.Click) -> None:
        """Say which badge was clicked."""
        for start, end, profile in self._places:
            if start <= event.x < end and profile:
                self.post_message(self.ProfileClicked(profile))


def _line_width(badges: Sequence[tuple[str, tuple[Cell, ...]]]) -> int:
    return sum(cells_width(cells) for _, cells in badges) + _GAP * max(0, len(badges) - 1)
