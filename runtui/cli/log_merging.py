"""Merging what comes in several logs by the times their lines tell."""

from collections.abc import Callable, Iterator
from heapq import merge

from runtui.cli.log_reader import Gap, LogReader
from runtui.cli.log_writer import LogWriter
from runtui.model.log_time import STAMP_WITHIN, TimeReader
from runtui.services.indexed_file import IndexedFile

Line = tuple[float, str, "bytes | Gap"]
"""When it was written, in seconds since 1970; the name of its log; and what to write."""


class MergedLog:
    """One of the logs that are merged. A line without a time is of the time of the line before."""

    def __init__(self, name: str, reader: LogReader, is_over: Callable[[], bool]) -> None:
        self.name = name
        self._reader = reader
        self._is_over = is_over
        self._times = TimeReader()
        self._latest = float("-inf")

    def pieces(self) -> Iterator[bytes | Gap]:
        """What came since the last time, exactly."""
        return self._reader.take(ended=self._is_over())

    def unfinished(self) -> bytes:
        """How the last line stands that may still change."""
        return self._reader.unfinished()

    def take(self) -> Iterator[Line]:
        """What came since the last time, line by line; times never go back. A last line without an end gets one."""
        for piece in self.pieces():
            if isinstance(piece, Gap):
                yield self._latest, self.name, piece
                continue
            lines = piece.split(b"\n")
            rest = lines.pop()
            for line in lines:
                yield self._time_of(line), self.name, line + b"\n"
            if rest:
                yield self._time_of(rest), self.name, rest + b"\n"

    def _time_of(self, line: bytes) -> float:
        seconds = self._times.read(line[:STAMP_WITHIN])
        if seconds is not None:
            self._latest = max(self._latest, seconds)
        return self._latest


def merged_lines(logs: list[MergedLog]) -> Iterator[Line]:
    """What came in any of the logs since the last time, by time; lines of one time in the order of the logs."""
    return merge(*(log.take() for log in logs), key=_seconds)


def _seconds(line: Line) -> float:
    return line[0]


class MergedWriting:
    """Writes followed logs merged by time; several, and one with `names`, with the name of its log before each line.

    `last_lines` is how many of those that were there already come.
    """

    def __init__(self, writer: LogWriter, *, names: bool, last_lines: int | None) -> None:
        self._writer = writer
        self._names = names
        self._last_lines = last_lines
        self._logs: list[MergedLog] = []

    def add_log(self, name: str, spool: IndexedFile, is_over: Callable[[], bool]) -> None:
        """Write this one as well."""
        self._logs.append(MergedLog(name, LogReader(spool, last_lines=self._last_lines), is_over))

    def write_news(self) -> None:
        """Write what came since the last time."""
        if len(self._logs) == 1:
            self._writer.pieces(self._logs[0].pieces(), prefix=self._prefix_of(self._logs[0]))
        else:
            for _, name, line in merged_lines(self._logs):
                self._writer.pieces([line], prefix=name)
        unfinished = [(log, line) for log in self._logs if (line := log.unfinished())]
        for log, line in unfinished[-1:]:
            self._writer.unfinished(line, prefix=self._prefix_of(log))

    def _prefix_of(self, log: MergedLog) -> str:
        return log.name if self._names or len(self._logs) > 1 else ""
