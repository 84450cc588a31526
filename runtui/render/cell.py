"""What a pure function hands to whoever draws: a text, and the role it plays.

A tone names a role, not a colour; a palette (`render.palette`) turns it into one. So a row can be made once and drawn
under any theme, and a plain listing can drop the tones and lose nothing.
"""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """The role of a piece of text. Each status has the tone of its own name."""

    TEXT = "text"
    STRONG = "strong"
    """What the eye should find first."""
    MUTED = "muted"
    """The first grey: true, but secondary."""
    FAINT = "faint"
    """The second grey: guides, separators, what is stale."""
    ACCENT = "accent"
    WARNING = "warning"
    ERROR = "error"
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    ENDED = "ended"
    UNKNOWN = "unknown"


class Cell(NamedTuple):
    """One line of text, safe for a terminal, and its tone. Widths are not applied yet."""

    text: str
    tone: Tone = Tone.TEXT


EMPTY = Cell("")
MISSING = Cell("-", Tone.FAINT)
"""A value that does not exist, or is not known."""
