"""A status as a person sees it: a sign, a word and a tone, so that colour never carries it alone."""

from collections.abc import Mapping

import msgspec

from runtui.model.status import Status
from runtui.render.cell import Cell, Tone
from runtui.render.glyphs import UNICODE, Glyphs
from runtui.render.sanitise import one_line

_WORD_LIMIT = 40

STATUS_TONES: Mapping[Status, Tone] = {status: Tone(status.value) for status in Status}


def status_word(status: Status, status_text: str = "") -> str:
    """Our word for the status; for one we do not know, the service's own word as it came."""
    if status is Status.UNKNOWN and status_text:
        return one_line(status_text, _WORD_LIMIT)
    return status.value


def status_cell(status: Status, status_text: str = "", glyphs: Glyphs = UNICODE) -> Cell:
    """`● running`."""
    return Cell(f"{glyphs.status[status]} {status_word(status, status_text)}", STATUS_TONES[status])


def service_word(status: Status, status_text: str) -> str:
    """The service's own word when it says more than ours, else nothing: what stands in grey beside the status."""
    if not status_text or status is Status.UNKNOWN or status_text.lower() == status.value:
        return ""
    return one_line(status_text, _WORD_LIMIT)


class StatusChip(msgspec.Struct, frozen=True):
    """One chip above the run list: its key, what it shows, and the statuses it lets through."""

    key: str
    label: str
    glyph: str
    tone: Tone
    statuses: frozenset[Status]
    count: int

    @property
    def text(self) -> str:
        """`2 ● Running 12`."""
        return " ".join(part for part in (self.key, self.glyph, self.label, str(self.count)) if part)


_CHIPS: tuple[tuple[Status, frozenset[Status]], ...] = (
    (Status.RUNNING, frozenset({Status.RUNNING, Status.STOPPING})),
    (Status.QUEUED, frozenset({Status.QUEUED})),
    (Status.SUCCEEDED, frozenset({Status.SUCCEEDED})),
    (Status.FAILED, frozenset({Status.FAILED})),
    (Status.STOPPED, frozenset({Status.STOPPED})),
    (Status.ENDED, frozenset({Status.ENDED})),
    (Status.UNKNOWN, frozenset({Status.UNKNOWN})),
)


def status_chips(counts: Mapping[Status, int], glyphs: Glyphs = UNICODE) -> list[StatusChip]:
    """The chips for these counts of runs: all, then one per status, keys 1 to 8.

    Stopping runs count as running. The chip of unknown statuses is there only when it has something to show.
    """
    chips = [StatusChip("1", "All", "", Tone.TEXT, frozenset(Status), sum(counts.values()))]
    for key, (status, statuses) in enumerate(_CHIPS, start=2):
        number = sum(counts.get(member, 0) for member in statuses)
        if number or status is not Status.UNKNOWN:
            label = status.value.capitalize()
            chips.append(StatusChip(str(key), label, glyphs.status[status], STATUS_TONES[status], statuses, number))
    return chips
