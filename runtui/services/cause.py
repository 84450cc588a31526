"""The line of a failed run's log that tells most about why it failed."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

from runtui.model.lines import ByteLines
from runtui.model.log_levels import LevelReader, LogLevel

LOOKED_AT: Final = 4 * 1024 * 1024
"""Bytes at the end of a log in which the cause is looked for, however long the log is."""

_SEQUENCE: Final = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-_])")
_TRACEBACK: Final = b"Traceback (most recent call last)"
_EXIT: Final = re.compile(
    rb"(?i)\b(?:exit(?:ed)?|return(?:ed)?)(?: with)?(?: exit)?(?: code| status| value)?(?: of)?[ =:]+(-?[1-9]\d*)\b"
)
_SIGN: Final = re.compile(
    rb"(?i)error|fatal|critical|severe|panic|exception|signal|killed|abort|denied|no such|cannot|failed|failure|"
    rb"floating|oom|emerg|terminated|core dumped|segmentation|no space|not found|^\W{0,3}[ef]\d{4}"
)


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
    looked_to = 0
    for match in _SIGN.finditer(content):
        if match.start() < looked_to:
            continue
        start = content.rfind(b"\n", 0, match.start()) + 1
        end = content.find(b"\n", start)
        line = content[start : end if end >= 0 else len(content)]
        looked_to = start + len(line)
        if _EXIT.search(line) is None and LevelReader().read(_plain(line)).level is LogLevel.ERROR:
            return (start, CauseKind.ERROR, "the first error")
    return None


def _exit(content: bytes) -> _Found | None:
    last = None
    for match in _EXIT.finditer(content):
        last = match
    if last is None:
        return None
    start = content.rfind(b"\n", 0, last.start()) + 1
    return (start, CauseKind.EXIT, f"it ended with exit code {last[1].decode()}")


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
