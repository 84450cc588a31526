"""How many runs changed since one last looked, in one short text."""

from collections.abc import Iterable

from runtui.model.delta import ProfileHealth
from runtui.render.cell import Cell, Tone
from runtui.render.units import count


def changes_hint(healths: Iterable[ProfileHealth], key: str) -> tuple[Cell, ...]:
    """`5 new: n` with the key that lists them; nothing when nothing changed."""
    changes = sum(health.changes for health in healths)
    return (Cell(f"{count(changes)} new: {key}   ", Tone.ACCENT),) if changes else ()
