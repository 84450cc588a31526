"""The columns of the profiles. A row is how a profile does."""

from collections.abc import Callable

from runtui.model.call_gauge import CallGauge
from runtui.model.delta import FeedState, ProfileHealth
from runtui.render import units
from runtui.render.call_gauge import calls_cell
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.health import health_badge, is_stale
from runtui.render.sanitise import one_line, safe_lines
from runtui.render.widths import Align

_WORDS = {
    FeedState.STARTING: "starting",
    FeedState.FRESH: "up to date",
    FeedState.REFRESHING: "asking",
    FeedState.OFFLINE: "offline",
    FeedState.NEEDS_LOGIN: "log in",
    FeedState.BROKEN: "error",
}


def _state(health: ProfileHealth, context: DrawContext) -> Cell:
    sign = health_badge(health, context.now, context.glyphs).sign
    works = health.state in (FeedState.FRESH, FeedState.REFRESHING)
    if works and (health.scopes_failing or health.problems):
        return Cell(f"{sign.text} in part", sign.tone)
    word = "overdue" if works and is_stale(health, context.now) else _WORDS[health.state]
    return Cell(f"{sign.text} {word}", sign.tone)


def _next(health: ProfileHealth, context: DrawContext) -> Cell:
    if health.next_at is None:
        return MISSING
    seconds = (health.next_at - context.now).total_seconds()
    return Cell(units.age(seconds) if seconds > 0 else "now", Tone.MUTED)


def _next_seconds(health: ProfileHealth, context: DrawContext) -> SortValue:
    return None if health.next_at is None else (health.next_at - context.now).total_seconds()


def _age_seconds(health: ProfileHealth, context: DrawContext) -> SortValue:
    return None if health.refreshed_at is None else (context.now - health.refreshed_at).total_seconds()


def _said(health: ProfileHealth, _: DrawContext) -> Cell:
    if health.error:
        return Cell(safe_lines(health.error)[0], Tone.ERROR)
    count = len(health.problems)
    return Cell(f"{count} {'item' if count == 1 else 'items'} could not be read", Tone.WARNING) if count else EMPTY


def calls_column(gauge_of: Callable[[str], CallGauge | None]) -> Column[ProfileHealth]:
    """The calls made to each profile's account; `gauge_of` gives them by the profile's name, None when not known."""

    def cell(health: ProfileHealth, _: DrawContext) -> Cell:
        gauge = gauge_of(health.profile)
        return MISSING if gauge is None else calls_cell(gauge)

    def made(health: ProfileHealth, _: DrawContext) -> SortValue:
        gauge = gauge_of(health.profile)
        return None if gauge is None else gauge.made

    return Column(key="calls", title="CALLS", cell=cell, sort_value=made, align=Align.RIGHT, width=7, min_width=6)


PROFILE_COLUMNS: tuple[Column[ProfileHealth], ...] = (
    Column(
        key="profile",
        title="PROFILE",
        cell=lambda health, _: Cell(one_line(health.profile), Tone.STRONG),
        sort_value=lambda health, _: natural_key(health.profile),
        width=24,
        min_width=8,
    ),
    Column(
        key="service",
        title="SERVICE",
        cell=lambda health, _: Cell(one_line(health.service)),
        sort_value=lambda health, _: natural_key(health.service),
        width=12,
    ),
    Column(
        key="state",
        title="STATE",
        cell=_state,
        sort_value=lambda health, _: list(FeedState).index(health.state),
        width=14,
        min_width=12,
    ),
    Column(
        key="runs",
        title="RUNS",
        cell=lambda health, _: Cell(units.count(health.run_count)),
        sort_value=lambda health, _: health.run_count,
        align=Align.RIGHT,
        width=9,
        descending_first=True,
    ),
    Column(
        key="age",
        title="AGE",
        cell=lambda health, context: Cell(units.age_of(health.refreshed_at, context.now), Tone.MUTED),
        sort_value=_age_seconds,
        align=Align.RIGHT,
        width=5,
    ),
    Column(key="next", title="NEXT", cell=_next, sort_value=_next_seconds, align=Align.RIGHT, width=5),
    Column(
        key="error",
        title="ERROR",
        cell=_said,
        sort_value=lambda health, _: health.error,
        width=30,
        min_width=10,
        grows=True,
    ),
)
"""All columns of a profile, in their order. Ages and what is next are in seconds before and after now."""
