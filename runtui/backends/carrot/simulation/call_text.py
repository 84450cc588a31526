"""What a call writes, line by line with the second at which each line comes."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

TimedLine = tuple[float, str | bytes]


class CallContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the text of a call depends on. `seconds` is how long its command would run, `begins_at` when it starts."""

    task: str
    shard: int
    attempt: int
    seconds: float
    begins_at: datetime
    fails: bool
    retried: bool
    failure: int
    inputs: dict[str, Any]
    numbers: dict[str, Any]
    points: Sequence[tuple[float, float]]
    chance: random.Random

    def clock(self, at: float) -> datetime:
        """The wall clock that many seconds after the call's start."""
        return self.begins_at + timedelta(seconds=at)


class CallText:
    """Collects the two streams of a call; moments are given as shares of the time it runs."""

    def __init__(self, context: CallContext) -> None:
        self.context = context
        self.stdout: list[TimedLine] = []
        self.stderr: list[TimedLine] = []

    def say(self, share: float, *lines: str) -> None:
        """Write lines to stdout."""
        self.stdout.extend((share * self.context.seconds, line) for line in lines)

    def warn(self, share: float, *lines: str) -> None:
        """Write lines to stderr."""
        self.stderr.extend((share * self.context.seconds, line) for line in lines)

    def spread(self, begin: float, end: float, lines: Iterable[str], *, errors: bool = False) -> None:
        """Write lines evenly between two shares."""
        listed = list(lines)
        for number, line in enumerate(listed):
            share = begin + (end - begin) * number / max(1, len(listed))
            (self.warn if errors else self.say)(share, line)

    def stamp(self, share: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        """The wall clock at a share, with milliseconds for a form that ends in `%f`."""
        moment = self.context.clock(share * self.context.seconds)
        if form.endswith("%f"):
            return f"{moment:{form[:-2]}}{moment.microsecond // 1000:03d}"
        return f"{moment:{form}}"

    def in_order(self) -> "CallText":
        """Both streams sorted by their seconds, as growing texts need them."""
        self.stdout.sort(key=lambda line: line[0])
        self.stderr.sort(key=lambda line: line[0])
        return self


def python_log(text: CallText, share: float, level: str, name: str, message: str) -> str:
    """A line as Python's logging writes it."""
    return f"{text.stamp(share, '%Y-%m-%d %H:%M:%S,%f')} {level:<8} {name}: {message}"


def gatk_log(text: CallText, share: float, level: str, name: str, message: str) -> str:
    """A line as GATK writes it."""
    return f"{text.stamp(share, '%H:%M:%S.%f')} {level:<5} {name} - {message}"


def traceback_lines(frames: Sequence[tuple[str, int, str, str]], error: str) -> list[str]:
    """A Python traceback: (file, line, function, source) from the outermost frame on, and the error."""
    lines = ["Traceback (most recent call last):"]
    for file, number, function, source in frames:
        lines += [f'  File "{file}", line {number}, in {function}', f"    {source}"]
    return [*lines, error]


def java_trace(error: str, frames: Sequence[str], cause: str = "", cause_frames: Sequence[str] = ()) -> list[str]:
    """A Java stack trace, with what caused it."""
    lines = [error, *(f"\tat {frame}" for frame in frames)]
    if cause:
        lines += [f"Caused by: {cause}", *(f"\tat {frame}" for frame in cause_frames), "\t... 14 more"]
    return lines
