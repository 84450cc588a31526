"""The line of a failed run's log that tells most about why it failed."""

import re
from collections.abc import Iterator
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from runtui.model.lines import ByteLines
from runtui.model.log_levels import LevelReader, LogLevel
from runtui.services.pieces import literal_starts

LOOKED_AT: Final = 4 * 1024 * 1024
"""Bytes at the end of a log in which the cause is looked for, however long the log is."""

_SEQUENCE: Final = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-_])")
_TRACEBACK: Final = b"Traceback (most recent call last)"
_EXIT: Final = re.compile(
    rb"(?i)\b(?:exit(?:ed)?|return(?:ed)?)(?: with)?(?: exit)?(?: code| status| value)?(?: of)?[ =:]+(-?[1-9]\d*)\b"
)
_SIGNS: Final = (
    b"error", b"fatal", b"critical", b"severe", b"panic", b"exception", b"signal", b"killed", b"abort", b"denied",
    b"no such", b"cannot", b"failed", b"failure", b"floating", b"oom", b"emerg", b"terminated", b"core dumped",
    b"segmentation", b"no space", b"not found",
)  # fmt: skip
"""What every line that tells an error holds, in any case: the few lines that do are then looked at closely."""

_SHORT_SIGN: Final = re.compile(rb"^\W{0,3}[EF]\d{4} ", re.MULTILINE)
_MOST_LOOKED_AT: Final = 20_000


class CauseKind(StrEnum):
    """What made a line the most telling one."""

    TRACEBACK = "traceback"
    ERROR = "error"
    EXIT = "exit"
    LAST = "last"


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """The most telling line by its shown number, what made it so, and a sentence for a person about that."""

    line: int
    kind: CauseKind
    sentence: str


def find_cause(source: ByteLines) -> Cause | None:
    """The final line of the last traceback, else the first error, else a non-zero exit, else the last line that holds
    anything; looked for in the last 4 MiB. None for a log without a text."""
    start = max(0, source.byte_count - LOOKED_AT)
    content = source.read(start, source.byte_count - start)
    if start:
        cut = content.find(b"\n") + 1
        start, content = start + cut, content[cut:]
    found = _traceback(content) or _first_error(content) or _exit(content) or _last_line(content)
    if found is None:
        return None
    place, kind, why = found
    number = source.shown_line(source.text_line_at_byte(start) + content.count(b"\n", 0, place))
    where = "" if not start or kind is not CauseKind.ERROR else " of the last 4 MB"
    return Cause(line=number, kind=kind, sentence=why + where)


_Found = tuple[int, CauseKind, str]


def _plain(line: bytes) -> str:
    return _SEQUENCE.sub(b"", line).decode("utf-8", "replace").rstrip("\r")


def _traceback(content: bytes) -> _Found | None:
    """The line that names the exception the last traceback ends with."""
    place = content.rfind(_TRACEBACK)
    if place < 0:
        return None
    reader = LevelReader()
    start = content.rfind(b"\n", 0, place) + 1
    named = -1
    prefix = content[start:place]
    for at, line in _lines(content, start):
        text = _plain(line.removeprefix(prefix))
        level = reader.read(text)
        if at != start and not level.continues:
            break
        if at != start and text and not text[0].isspace():
            named = at
            break
    if named < 0:
        return (start, CauseKind.TRACEBACK, "here begins the last traceback, which has no end")
    return (named, CauseKind.TRACEBACK, "the exception the last traceback ends with")


def _first_error(content: bytes) -> _Found | None:
    lower = content.lower()
    places = merge(
        *(literal_starts(lower, sign) for sign in _SIGNS), (match.start() for match in _SHORT_SIGN.finditer(content))
    )
    looked_to = -1
    for place in islice(places, _MOST_LOOKED_AT):
        if place <= looked_to:
            continue
        start, looked_to = _line_around(content, place)
        line = content[start:looked_to]
        if _EXIT.search(line) is None and LevelReader().read(_plain(line)).level is LogLevel.ERROR:
            return (start, CauseKind.ERROR, "the first error")
    return None


def _exit(content: bytes) -> _Found | None:
    lower = content.lower()
    end = len(lower)
    while (place := max(lower.rfind(b"exit", 0, end), lower.rfind(b"return", 0, end))) >= 0:
        start, stop = _line_around(content, place)
        match = _EXIT.search(content, start, stop)
        if match is not None:
            return (start, CauseKind.EXIT, f"it ended with exit code {match[1].decode()}")
        end = start
    return None


def _line_around(content: bytes, place: int) -> tuple[int, int]:
    """Where the line that holds a place begins and ends."""
    end = content.find(b"\n", place)
    return content.rfind(b"\n", 0, place) + 1, len(content) if end < 0 else end


def _last_line(content: bytes) -> _Found | None:
    end = len(content.rstrip())
    if not end:
        return None
    return (content.rfind(b"\n", 0, end) + 1, CauseKind.LAST, "the last line: nothing before it looks like an error")


def _lines(content: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The lines from a place on, each with its place."""
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        yield start, content[start:end]
        start = end + 1
