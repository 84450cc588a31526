"""What an error says, made safe: the sentence may come from a service."""

from runtui.model.errors import RuntuiError
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line


def error_cell(error: RuntuiError) -> Cell:
    """The message alone, in one line."""
    return Cell(one_line(error.message), Tone.WARNING)


def error_lines(error: RuntuiError) -> tuple[str, ...]:
    """The message in one line, and what to do, if anything, in another."""
    return tuple(one_line(text) for text in (error.message, error.hint) if text)
