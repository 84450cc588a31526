"""How serious a line of a log is, told from its text, and which lines belong to the one before them.

The first word of a level in a line decides, so that `INFO ... error: none` stays information. Where a line names no
level, well-known signs of failure count: tracebacks, exceptions, OpenFOAM's fatal errors, exit codes other than 0,
signals, failed system calls. A `nan` is a warning: it tells that a solver diverged, but comes on every line after.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class LogLevel(StrEnum):
    """How serious a line is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"
    NONE = "none"
    """The line does not say."""


class LineLevel(NamedTuple):
    """The level of a line's record, and whether the line continues the record of the line before."""

    level: LogLevel
    continues: bool = False


LONGEST_RECORD = 200
"""Lines after which a record is taken to be over, whatever they look like."""

_WORDS = {
    LogLevel.ERROR: ("ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG", "error|err|fatal|critical|crit|severe|panic", "EF"),
    LogLevel.WARNING: ("WARNING|WARN", "warning|warn", "W"),
    LogLevel.INFO: ("INFO|NOTICE", "info|notice|information", "I"),
    LogLevel.DEBUG: ("DEBUG|TRACE|VERBOSE", "debug|trace|verbose", "D"),
}

_SIGNS = {
    LogLevel.ERROR: (
        r"\bTraceback \(most recent call last\)",
        r"\b[A-Za-z_.]*[A-Za-z](?:Error|Exception)(?=:|\s*$)",
        r"\bException in thread\b",
        r"\bERR!",
        r"(?i:\b(?:fatal )?error:(?!\s*[-+.\d]))",
        r"(?i:\b(?:exit|exited|return|returned)(?: with)?(?: exit)?(?: code| status| value)(?: of)?[ =:]+(?!0+\b)-?\d)",
        r"(?i:\bexited with -?[1-9])",
        r"(?i:\b(?:segmentation fault|core dumped|bus error|floating point exception(?! trapping)))",
        r"(?i:\b(?:out of memory|oom.kill|stack overflow))",
        r"(?i:\b(?:assertion [^\n]{0,100}failed|killed by signal|terminated by signal|caught signal))",
        r"(?i:\b(?:no such file or directory|permission denied|command not found|no space left on device))",
        r"\bMPI_ABORT\b",
        r"^(?:Killed|Aborted|Terminated)\b",
    ),
    LogLevel.WARNING: (
        r"\b[A-Za-z]+Warning\b",
        r"\bFOAM Warning\b",
        r"(?i:\bwarning:)",
        r"(?i:(?<![\w.])[-+]?nan(?:\(\w*\))?(?![\w.]))",
    ),
}


def _source(level: LogLevel) -> str:
    upper, any_case, letters = _WORDS[level]
    named = (
        rf"\b(?:{upper})\b(?!\s*=)",
        rf"(?i:[\[<(]\s*(?:{any_case})\s*[\]>)])",
        rf"(?i:\b(?:level|levelname|lvl|severity)[\"']?\s*[=:]\s*[\"']?(?:{any_case})\b)",
        rf"^[{letters}]\d{{4}} \d\d:",
    )
    return "|".join((*named, *_SIGNS.get(level, ())))


_LEVEL = re.compile("|".join(f"(?P<{level.value}>{_source(level)})" for level in _WORDS), re.ASCII)
_READ = 500
"""Characters of a line that are looked at."""

# Most lines of a solver say nothing of this kind; seeing that by their words is ten times quicker than by the pattern.
_LETTERS = re.compile("[a-z]+")
_HINTS = frozenset(
    {
        "error",
        "err",
        "fatal",
        "critical",
        "crit",
        "severe",
        "panic",
        "emerg",
        "warning",
        "warn",
        "info",
        "notice",
        "information",
        "debug",
        "trace",
        "verbose",
        "traceback",
        "exception",
        "exit",
        "exited",
        "return",
        "returned",
        "segmentation",
        "core",
        "bus",
        "floating",
        "memory",
        "oom",
        "stack",
        "assertion",
        "signal",
        "such",
        "permission",
        "command",
        "space",
        "mpi",
        "killed",
        "aborted",
        "terminated",
        "foam",
        "nan",
    }
)


def level_of(line: str) -> LogLevel:
    """The level the line itself tells. Colours and other sequences should be out of it (`sanitise.log_line`)."""
    line = line[:_READ]
    if not _may_tell(line):
        return LogLevel.NONE
    match = _LEVEL.search(line)
    return LogLevel.NONE if match is None or match.lastgroup is None else LogLevel(match.lastgroup)


def _may_tell(line: str) -> bool:
    lower = line.lower()
    return (
        not line.isascii()  # lower case may join other letters to a word
        or "error" in lower
        or "warning" in lower
        or "exception" in lower
        or line[1:5].isdigit()
        or not _HINTS.isdisjoint(_LETTERS.findall(lower))
    )


class _Record(StrEnum):
    """What kind of record is being read, which decides how it ends."""

    PLAIN = "plain"
    TRACEBACK = "traceback"
    AFTER_TRACEBACK = "after traceback"
    FOAM = "foam"


_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
_JAVA = re.compile(r"(?:Caused by: |\s*at [\w.$<>]+\(|\s*\.\.\. \d+ more)")


class LevelReader:
    """Gives each line the level of its record, for lines read one after the other from anywhere in a log.

    Records of several lines are tracebacks to the line that names the exception (and those chained to it), OpenFOAM's
    fatal errors to `FOAM exiting` or `FOAM aborting`, and lines that are indented below one with a level. Begun in the
    middle of a record, it takes the rest of it for lines without a level.
    """

    def __init__(self) -> None:
        self._record = _Record.PLAIN
        self._level = LogLevel.NONE
        self._length = 0

    def read(self, line: str) -> LineLevel:
        """The level of the next line, which has no line end and no colours."""
        if self._level is not LogLevel.NONE and self._length < LONGEST_RECORD and self._goes_on(line):
            self._length += 1
            return LineLevel(self._level, continues=True)
        self._begin(line)
        return LineLevel(self._level)

    def _begin(self, line: str) -> None:
        self._level = level_of(line)
        self._length = 1
        self._record = _Record.PLAIN
        if "Traceback (most recent call last)" in line:
            self._record = _Record.TRACEBACK
        elif self._level is LogLevel.ERROR and "FOAM FATAL" in line:
            self._record = _Record.FOAM

    def _goes_on(self, line: str) -> bool:
        match self._record:
            case _Record.FOAM:
                if "FOAM exiting" in line or "FOAM aborting" in line:
                    self._record = _Record.PLAIN
                return True
            case _Record.TRACEBACK:
                if line and not line[0].isspace():
                    self._record = _Record.AFTER_TRACEBACK
                return True
            case _Record.AFTER_TRACEBACK:
                return self._is_chained(line)
            case _Record.PLAIN:
                return self._is_indented(line)

    def _is_chained(self, line: str) -> bool:
        if line.startswith("Traceback (most recent call last)"):
            self._record = _Record.TRACEBACK
            return True
        return not line.strip() or line.startswith(_CHAINED)

    def _is_indented(self, line: str) -> bool:
        if self._level is LogLevel.ERROR and _JAVA.match(line):
            return True
        return line[:1].isspace() and bool(line.strip()) and level_of(line) in (LogLevel.NONE, self._level)


def line_levels(lines: Iterable[str]) -> list[LineLevel]:
    """The level of each of some lines that follow each other."""
    reader = LevelReader()
    return [reader.read(line) for line in lines]
