"""Following a source of which a service gives only the last lines, without a position."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from runtui.services.joining import HeldLines, Joined
from runtui.services.spool import Spool

_WIDER: Final = 4
_LEAST: Final = 32
_MOST_RESUMED: Final = 8 * 1024 * 1024
ALL_LINES: Final = 64_000
"""How many last lines to ask for where a service gives no more than that of a live file."""
BEGUN_ANEW: Final = "the log was cut or begun anew here"


class WindowLines(msgspec.Struct, frozen=True):
    """How many last lines are asked for at first, and at most when a window does not reach what is held."""

    first: int = 1000
    most: int = ALL_LINES


class LinesMark(msgspec.Struct, frozen=True, kw_only=True):
    """Where windows of last lines stand: from which byte of the spool on lines are held, whether those are all of the
    source, and whether the last joining was doubtful."""

    held_from: int = 0
    is_whole: bool = False
    was_doubted: bool = False


class LineWindows:
    """Joins windows of last lines in a spool.

    A window that was given with fewer lines than were asked for is the whole source: then positions are known by
    counting. Else it is joined where it agrees with what is held; while that leaves a doubt a wider one is wanted, and
    when there is none a gap is admitted. The last line of a window may still grow.
    """

    def __init__(self, spool: Spool, lines: WindowLines, why_missing: Callable[[], str]) -> None:
        self._spool = spool
        self._lines = lines
        self._why_missing = why_missing
        self._held = HeldLines(lines.most)
        self._last = b""
        """The last line held: it may still grow, and when it had no end, change."""
        self._last_is_open = False
        """Whether it came without an end."""
        self._last_had_end = True
        """Whether the spool holds an end for it."""
        self._is_whole = False
        """Whether everything since the beginning of the source is held, so that lines can be counted."""
        self._was_doubted = False
        self._held_from = 0
        self._held_from_start = True
        """Whether what is held stands in the spool from `held_from` on without anything in between."""
        self._widened_to = 0
        self.wanted = lines.first
        """How many last lines to ask for next."""

    @property
    def mark(self) -> LinesMark:
        """What is needed, with the spool, to go on later."""
        is_whole = self._is_whole and self._held_from_start
        return LinesMark(held_from=self._held_from, is_whole=is_whole, was_doubted=self._was_doubted)

    def resume(self, mark: LinesMark) -> None:
        """Go on behind what the spool holds already."""
        self._held_from, self._is_whole, self._was_doubted = mark.held_from, mark.is_whole, mark.was_doubted
        size = self._spool.source_size
        start = max(mark.held_from, size - _MOST_RESUMED)
        lines, had_end = _split(self._spool.read_source(start, size - start))
        if start > mark.held_from:
            lines, self._is_whole = lines[1:], False
        if lines:
            self._hold(lines, had_end)

    def take(self, content: bytes) -> bool:
        """Join a window. False when it leaves a doubt: then `wanted` is more than before, and is to be asked for.

        An empty window says nothing: a source that was emptied is known by what it holds next.
        """
        lines, had_end = _split(content)
        if not lines:
            return True
        is_all = len(lines) < self.wanted and len(lines) % 1000 != 0
        if not self._held.count:
            if not is_all:
                self._spool.admit_gap(
                    f"earlier lines are not shown: the service gives the last {len(lines)} of a live file"
                )
            self._begin(lines, had_end, is_whole=is_all)
            return True
        if is_all and self._is_whole and self._held.is_all:
            return self._take_whole(lines, had_end)
        joined, changes_last = self._find(lines, is_all=is_all)
        if joined.fresh is not None and joined.certain:
            self._was_doubted = False
            self._go_on(lines, joined.fresh, had_end, changes_last=changes_last)
            return True
        if len(lines) >= self.wanted and self.wanted < self._lines.most:
            self.wanted = self._widened_to = min(self._lines.most, self.wanted * _WIDER)
            return False
        self._admit(lines, had_end, joined.fresh, changes_last=changes_last, is_all=is_all)
        return True

    def _take_whole(self, lines: Sequence[bytes], had_end: bool) -> bool:
        """The whole source, of which all was held that there was: lines are told apart by counting."""
        count = self._held.count
        if self._held.begins(lines):
            self._go_on(lines, count, had_end)
            return True
        self._held.pop()
        goes_on = len(lines) >= count and self._held.begins(lines) and self._may_become(lines[count - 1], count - 1)
        self._held.extend([self._last])
        if goes_on:
            self._go_on(lines, count - 1, had_end, changes_last=True)
            return True
        joined, changes_last = self._find(lines)
        if joined.fresh is not None and joined.certain:
            self._is_whole = False
            self._go_on(lines, joined.fresh, had_end, changes_last=changes_last)
        else:
            self._take_anew(lines, had_end)
        return True

    def _take_anew(self, lines: Sequence[bytes], had_end: bool) -> None:
        """The source was cut or replaced: go on behind the beginning that is the same. One that is shorter and
        otherwise the same says nothing yet: it may be an old copy."""
        same = self._held.same_start(lines)
        if same == len(lines):
            return
        self._break_off(BEGUN_ANEW)
        self._held_from, self._held_from_start = self._spool.source_size, same == 0
        self._write(lines[same:], had_end)
        self._held.clear()
        self._hold(lines, had_end)
        self._settle(0)

    def _find(self, lines: Sequence[bytes], *, is_all: bool = False) -> tuple[Joined, bool]:
        """Where a window goes on, and whether it does so with another state of the last line held."""
        joined = self._held.join(lines, is_all=is_all)
        if joined.fresh is not None and joined.certain:
            return joined, False

        def becomes_another(place: Joined) -> bool:
            line = lines[place.fresh] if place.fresh is not None and place.fresh < len(lines) else self._last
            return line != self._last and self._may_become(line, place.overlap)

        self._held.pop()
        before = self._held.join(lines, is_all=is_all, suits=becomes_another) if self._held.count else Joined(None)
        self._held.extend([self._last])
        is_better = before.fresh is not None and (joined.fresh is None or before.certain)
        return (before, True) if is_better else (joined, False)

    def _may_become(self, line: bytes, agreeing: int) -> bool:
        """Whether the last line held may have become this one; one without an end may even have been written over,
        where lines before it agree."""
        return line.startswith(self._last) or (self._last_is_open and agreeing > 0)

    def _admit(
        self, lines: Sequence[bytes], had_end: bool, fresh: int | None, *, changes_last: bool, is_all: bool
    ) -> None:
        """A window that cannot be joined without a doubt."""
        if fresh is None:
            begun_anew = is_all and len(lines) < self._held.count
            why = f"lines are missing here: the service gave the last {len(lines)} and {self._why_missing()}"
            self._break_off(BEGUN_ANEW if begun_anew else why, lines)
            self._begin(lines, had_end, is_whole=is_all)
            return
        if not self._was_doubted:
            if changes_last:
                self._replace_last(lines[fresh])
                fresh, changes_last = fresh + 1, False
            self._was_doubted, self._is_whole = True, False
            self._break_off(f"lines may be missing here: the same lines come again in the last {len(lines)}")
        self._go_on(lines, fresh, had_end, changes_last=changes_last)

    def _break_off(self, sentence: str, following: Sequence[bytes] = ()) -> None:
        """Admit a gap. A last line without an end that comes again among the following is not shown twice."""
        if self._last_is_open and any(line.startswith(self._last) for line in following):
            self._spool.cut_to(self._start_of_last())
        self._spool.admit_gap(sentence)
        self._last_had_end = True

    def _begin(self, lines: Sequence[bytes], had_end: bool, *, is_whole: bool) -> None:
        self._held.clear()
        self._is_whole = is_whole
        self._was_doubted = False
        self._held_from, self._held_from_start = self._spool.source_size, True
        self._write(lines, had_end)
        self._hold(lines, had_end)
        self._settle(0)

    def _go_on(self, lines: Sequence[bytes], fresh: int, had_end: bool, *, changes_last: bool = False) -> None:
        new = lines[fresh:]
        if changes_last:
            self._replace_last(new[0])
            new = new[1:]
        if new:
            if not self._last_had_end:
                self._spool.append(b"\n")
            self._write(new, had_end)
            self._hold(new, had_end)
        elif had_end != self._last_had_end:
            if had_end:
                self._spool.append(b"\n")
            self._last_had_end = had_end or self._last_had_end
            self._last_is_open = not had_end
        self._settle(len(new))

    def _replace_last(self, line: bytes) -> None:
        """Write the last line's newer state, without an end."""
        if not self._last_had_end and line.startswith(self._last):
            self._spool.append(line[len(self._last) :])
        else:
            self._spool.cut_to(self._start_of_last())
            self._spool.append(line)
        self._held.pop()
        self._held.extend([line])
        self._last, self._last_had_end, self._last_is_open = line, False, True

    def _start_of_last(self) -> int:
        return self._spool.source_size - len(self._last) - (1 if self._last_had_end else 0)

    def _write(self, lines: Sequence[bytes], had_end: bool) -> None:
        self._spool.append(b"\n".join(lines) + (b"\n" if had_end else b""))

    def _hold(self, lines: Sequence[bytes], had_end: bool) -> None:
        self._held.extend(lines)
        self._last, self._last_had_end, self._last_is_open = lines[-1], had_end, not had_end

    def _settle(self, new: int) -> None:
        """Ask next for about what will be needed: several times what came now, and not much less than it took."""
        least = min(_LEAST, self._lines.first)
        self.wanted = min(self._lines.most, max(least + 2 * new, self._widened_to // 2))
        self._widened_to //= 2


def _split(content: bytes) -> tuple[list[bytes], bool]:
    """The lines of a window, and whether the last one has its end."""
    lines = content.split(b"\n")
    had_end = not lines[-1]
    if had_end:
        lines.pop()
    return lines, had_end
