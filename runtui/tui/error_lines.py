"""Where errors begin in a followed log."""

from collections.abc import Callable, Iterator
from typing import Final

from runtui.model.log_levels import LONGEST_RECORD, LevelReader, LogLevel
from runtui.render.sanitise import log_line
from runtui.services.indexed_file import IndexedFile
from runtui.services.search import LineSearch

SIGNS: Final = (
    r"error|fatal|critical|severe|panic|traceback|exception|exit(ed)? |code|signal|killed|abort|denied|"
    r"no such|cannot|failed|failure|floating|oom|emerg|terminated|core dumped|segmentation|^\W{0,3}[ef]\d{4}"
)
"""What every line that tells an error holds, in any case: the few lines that do are then looked at closely."""


class ErrorLines:
    """The lines that begin an error record, found further as the log grows. For one thread at a time."""

    def __init__(self, spool: IndexedFile) -> None:
        self.lines: list[int] = []
        """Shown numbers, ascending."""
        self.records: list[range] = []
        """The lines of those records that have more than one."""
        self._spool = spool
        self._search = LineSearch(spool, SIGNS)
        self._generation = spool.generation
        self._looked_at = 0
        self._record_end = -1

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return self._search.is_behind or self._looked_at < len(self._search.lines)

    def advance(self, cancelled: Callable[[], bool]) -> Iterator[int]:
        """Look on to the present end; gives how many errors are found after each piece."""
        if self._generation != self._spool.generation:
            self._generation = self._spool.generation
            self.lines, self.records, self._looked_at, self._record_end = [], [], 0, -1
        else:
            self._look_at_found(cancelled)
        for _ in self._search.advance(cancelled):
            self._look_at_found(cancelled)
            yield len(self.lines)

    def _look_at_found(self, cancelled: Callable[[], bool]) -> None:
        """Look at the lines that hold a sign; those that are left when it is cancelled are next when it goes on."""
        for line in self._search.lines[self._looked_at :]:
            if cancelled():
                return
            self._look_at(line)
            self._looked_at += 1

    def _look_at(self, number: int) -> None:
        if number <= self._record_end:
            return
        reader = LevelReader()
        for place, line in enumerate(self._spool.lines(number, LONGEST_RECORD)):
            level = reader.read(log_line(line.content.decode("utf-8", "replace")).plain)
            if place == 0 and level.level is not LogLevel.ERROR:
                return
            if place and not level.continues:
                break
            self._record_end = number + place
        self.lines.append(number)
        if self._record_end > number:
            self.records.append(range(number, self._record_end + 1))
