"""What is said above a log: whose it is, how long, and where in it one is."""

from collections.abc import Sequence

import msgspec

from runtui.model.errors import RuntuiError
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import Glyphs
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_cell
from runtui.render.units import count, size
from runtui.services.cause import Cause
from runtui.tui.error_cells import error_cell
from runtui.tui.followed_log import RunSource
from runtui.tui.log_text import LogText
from runtui.tui.widgets.detail_line import Fact
from runtui.tui.widgets.line_places import LinePlaces
from runtui.tui.widgets.log_state import LogState


class HeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say. `names` are those of the runs, not yet safe; `place` which of `count` sources is shown."""

    names: Sequence[str]
    run: Run | None
    shown: Sequence[RunSource]
    count: int
    place: int
    state: LogState
    is_over: bool
    problem: RuntuiError | None
    cause: Cause | None
    text: LogText | None


def log_head(facts: HeadFacts, glyphs: Glyphs) -> list[Fact]:
    """The facts in the order of their worth."""
    said: list[Fact] = [_name(facts, glyphs)]
    if not facts.shown:
        return said
    if facts.problem is not None:
        return [*said, error_cell(facts.problem)]
    if facts.cause is not None and facts.state.line == facts.cause.line:
        said.append(Cell(f"here: {facts.cause.sentence}", Tone.WARNING))
    said.append(_lines(facts.state))
    said.extend(_places(facts.state))
    said.extend(_warnings(facts))
    if not facts.state.is_following and not facts.is_over:
        new = f", {count(facts.state.new_lines)} new" if facts.state.new_lines else ""
        said.append(Cell(f"paused{new}: F follows", Tone.WARNING if facts.state.new_lines else Tone.MUTED))
    if facts.state.selected_count:
        said.append(Cell(f"{count(facts.state.selected_count)} selected", Tone.ACCENT))
    return said


def _name(facts: HeadFacts, glyphs: Glyphs) -> Fact:
    if len(facts.names) > 1:
        parts = [Cell(f"{len(facts.names)} runs", Tone.STRONG)]
    else:
        parts = [Cell(one_line(facts.names[0], 48), Tone.STRONG)]
        if facts.run is not None:
            glyph = status_cell(facts.run.status, facts.run.status_text, glyphs)
            parts.append(Cell(f" {glyph.text[:1]}", glyph.tone))
    if len(facts.shown) > 1:
        muted = sum(map(facts.text.merged.is_muted, range(len(facts.shown)))) if facts.text and facts.text.merged else 0
        parts.append(Cell(f" › {len(facts.shown)} logs by time"))
        if muted:
            parts.append(Cell(f", {muted} muted", Tone.MUTED))
    elif facts.shown:
        parts.append(Cell(f" › {one_line(facts.shown[0].source.name, 60)}"))
        if facts.count > 1 and facts.place:
            parts.append(Cell(f"  {facts.place}/{facts.count}", Tone.FAINT))
    return parts


def _lines(state: LogState) -> Fact:
    lines = "line" if state.line_count == 1 else "lines"
    if state.shown_count == state.line_count:
        return Cell(f"{count(state.line_count)} {lines} · {size(state.byte_count)}", Tone.MUTED)
    return Cell(f"{count(state.shown_count)} of {count(state.line_count)} {lines}", Tone.ACCENT)


def _warnings(facts: HeadFacts) -> list[Fact]:
    """Which warning one is at, once somebody asked for them."""
    found = facts.text.warnings if facts.text is not None else None
    places = LinePlaces(found.lines if found is not None else ())
    at = places.ordinal(facts.state.line)
    return [Cell(f"warning {count(at)} of {count(len(places))}", Tone.WARNING)] if at else []


def _places(state: LogState) -> list[Fact]:
    facts: list[Fact] = []
    if state.error_count:
        at = f"error {count(state.error)} of " if state.error else ""
        errors = "error" if state.error_count == 1 else "errors"
        facts.append(Cell(f"{at}{count(state.error_count)}{'' if at else ' ' + errors}", Tone.ERROR))
    if state.mark_count:
        facts.append(Cell(f"{state.mark_count} marked", Tone.ACCENT))
    return facts
