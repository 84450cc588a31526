"""Some lines of a log: those that filters let in and do not keep out, with the lines around them."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from runtui.model.lines import GrowingLines, Line, LineKind
from runtui.model.watchable import Watchable
from runtui.services.advancing import never
from runtui.services.indexed_file import IndexedFile
from runtui.services.kept_lines import KeptLines
from runtui.services.line_history import LineHistory
from runtui.services.pieces import Piece, PieceReader, shown_lines
from runtui.services.search import Finder

_LINES_AT_A_TIME: Final = 2000


class LineFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines to show: those in which one of `include` occurs (every line without any) and none of `exclude`,
    and `context` lines before and after each that are not kept out. Patterns are typed as for a search."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    context: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether every line is shown."""
        return not self.include and not self.exclude


class _Verdicts(msgspec.Struct, frozen=True):
    """What was found out about the lines from `first` up to and without `last`: those let in (None: all), those kept
    out, and those that say that something is missing; each ascending."""

    first: int
    last: int
    let_in: Sequence[int] | None
    kept_out: Sequence[int]
    gaps: Sequence[int]


class FilteredLines(Watchable):
    """The lines of a source that a filter shows, found further as it grows. Lines that say that something is missing
    are always shown. Implements `model.lines.GrowingLines` and `Advancing`; raises ConfigError for a pattern that is
    no regular expression.

    `advance` is for one thread at a time; everything else may be called from any.
    """

    def __init__(self, source: GrowingLines, rules: LineFilter) -> None:
        super().__init__()
        self.rules: Final = rules
        self._source = source
        self._include = [Finder(text) for text in rules.include]
        self._exclude = [Finder(text) for text in rules.exclude]
        self._lock = threading.RLock()
        self._kept = KeptLines()
        self._looked_to = 0
        self._let_in: int | None = None
        """The last line that was let in for its own sake."""
        self._kept_out: list[int] = []
        """The last lines that were kept out, as far back as lines may be shown around another."""
        self._looker = _ByteLooker(self, source) if isinstance(source, IndexedFile) else _LineLooker(self, source)
        self._history = LineHistory()
        self._stop_watching = source.watch(self.tell)

    def close(self) -> None:
        """Listen to the source no more. It is not closed."""
        self._stop_watching()

    @property
    def line_count(self) -> int:
        """Lines shown so far."""
        return self._kept.count

    @property
    def byte_count(self) -> int:
        """Bytes of the whole source."""
        return self._source.byte_count

    @property
    def generation(self) -> int:
        """Grows when lines that were given out changed or went away."""
        return self._history.generation

    def unchanged_lines(self, since: int) -> int:
        """How many of the first lines are as they were at generation `since`."""
        with self._lock:
            return self._history.unchanged(since, self.line_count)

    def lines(self, first: int, count: int) -> list[Line]:
        """Lines `first` to `first + count` of those shown."""
        with self._lock:
            stretches = list(self._kept.stretches(max(0, first), max(0, first + count)))
        return [line for start, length in stretches for line in self._source.lines(start, length)]

    def source_line(self, number: int) -> int:
        """The number a shown line has in the source. Raises IndexError where there is none."""
        with self._lock:
            if not 0 <= number < self._kept.count:
                raise IndexError(number)
            return self._kept.line(number)

    def place_of(self, line: int) -> int | None:
        """The place at which a line of the source is shown, or None when it is not."""
        place = self.nearest(line)
        with self._lock:
            return place if place < self._kept.count and self._kept.line(place) == line else None

    def nearest(self, line: int) -> int:
        """The place of the first shown line that is not before a line of the source; the last when there is none."""
        with self._lock:
            return max(0, min(self._kept.place(line), self._kept.count - 1))

    # looking

    @property
    def is_behind(self) -> bool:
        """Whether there are lines that were not looked at."""
        return self._looker.is_behind or self._looked_to < self._source.line_count

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many lines are shown after each piece."""
        for verdicts in self._looker.verdicts(cancelled):
            with self._lock:
                self._take(verdicts)
            self.tell()
            yield self._kept.count

    @property
    def looked_to(self) -> int:
        """The first line of the source that was not looked at yet."""
        return self._looked_to

    def judged(self, first: int, last: int) -> _Verdicts:
        """Look at some lines one by one."""
        let_in: list[int] = []
        kept_out: list[int] = []
        gaps: list[int] = []
        for number, line in enumerate(self._source.lines(first, last - first), first):
            if line.kind is LineKind.GAP:
                gaps.append(number)
            elif any(finder.matches(line.content) for finder in self._exclude):
                kept_out.append(number)
            elif self._include and any(finder.matches(line.content) for finder in self._include):
                let_in.append(number)
        return _Verdicts(first, last, let_in if self._include else None, kept_out, gaps)

    def judged_bytes(self, source: IndexedFile, piece: Piece) -> _Verdicts:
        """Look at a piece of bytes, and at the gaps before its lines."""
        content, searched = piece.content, piece.searchable
        first = source.text_line_at_byte(piece.start)
        ends = content.count(b"\n") + (0 if content.endswith(b"\n") else 1)
        last = source.shown_line(first + ends - 1) + 1
        gaps = [line for line in source.gap_lines() if self._looked_to <= line < last]

        def found(finders: Sequence[Finder]) -> list[int]:
            lines: set[int] = set()
            for finder in finders:
                lines.update(finder.lines_of(searched))
            return list(shown_lines(source, piece, sorted(line for line in lines if line < ends)))

        let_in = found(self._include) if self._include else None
        return _Verdicts(self._looked_to, last, let_in, found(self._exclude), gaps)

    def _take(self, verdicts: _Verdicts) -> None:
        """Show what is to be shown of the lines that come next."""
        context, first, last = self.rules.context, verdicts.first, verdicts.last
        if self._let_in is not None:
            self._show(first, min(last, self._let_in + context + 1), verdicts)
        if verdicts.let_in is None:
            self._show(first, last, verdicts)
        else:
            shown_out = set(verdicts.kept_out)
            hits = [line for line in verdicts.let_in if line not in shown_out] if shown_out else verdicts.let_in
            for line in sorted({*hits, *verdicts.gaps}) if verdicts.gaps else hits:
                self._show_around(line, verdicts, is_gap=line in verdicts.gaps)
        self._kept_out = [line for line in (*self._kept_out, *verdicts.kept_out) if line >= last - 2 * context]
        self._looked_to = max(self._looked_to, last)

    def _show_around(self, line: int, verdicts: _Verdicts, *, is_gap: bool) -> None:
        context = self.rules.context
        if is_gap or not context:
            self._kept.keep(line, line + 1)
        else:
            self._show(max(0, line - context), min(verdicts.last, line + context + 1), verdicts)
        if not is_gap:
            self._let_in = line

    def _show(self, first: int, last: int, verdicts: _Verdicts) -> None:
        """Show lines but for those kept out."""
        for out in self._kept_out:
            if first <= out < last:
                self._kept.keep(first, out)
                first = out + 1
        place = bisect_left(verdicts.kept_out, first)
        while place < len(verdicts.kept_out) and verdicts.kept_out[place] < last:
            self._kept.keep(first, verdicts.kept_out[place])
            first = verdicts.kept_out[place] + 1
            place += 1
        self._kept.keep(first, last)

    def look_again_from(self, line: int) -> None:
        """Forget what is shown from a line on, and what is shown for the sake of such a line."""
        line, context = min(line, self._looked_to), self.rules.context
        with self._lock:
            before = self._kept.count
            left = self._kept.forget_from(max(0, line - context))
            self._let_in, self._kept_out = None, []
            self._looked_to = max(0, line - 2 * context)
            if context and line:
                self._take(self.judged(self._looked_to, line))
            if left < before:
                self._history.note(left)


class _ByteLooker:
    """Looks at a file in large pieces of bytes."""

    def __init__(self, filtered: FilteredLines, source: IndexedFile) -> None:
        self._filtered = filtered
        self._source = source
        self._reader = PieceReader(source, filtered.look_again_from)
        self._let_in: Sequence[int] = ()
        self._kept_out: Sequence[int] = ()
        """Whether the last line of the last piece was let in, or kept out."""

    @property
    def is_behind(self) -> bool:
        return self._reader.is_behind

    def _with_beginning(self, verdicts: _Verdicts, line: int) -> _Verdicts:
        """What holds of the pieces of a long line before holds of the line."""
        let_in, kept_out = verdicts.let_in, verdicts.kept_out
        if let_in is not None and line in self._let_in and line not in let_in[:1]:
            let_in = [line, *let_in]
        if line in self._kept_out and line not in kept_out[:1]:
            kept_out = [line, *kept_out]
        return msgspec.structs.replace(verdicts, let_in=let_in, kept_out=kept_out)

    def verdicts(self, cancelled: Callable[[], bool]) -> Iterator[_Verdicts]:
        """What was not looked at yet, in order and without a hole."""
        count = self._source.line_count
        for piece in self._reader.pieces(cancelled):
            first = self._source.shown_line(self._source.text_line_at_byte(piece.start))
            if first < self._filtered.looked_to:
                self._filtered.look_again_from(first)
            verdicts = self._filtered.judged_bytes(self._source, piece)
            if piece.is_within_line:
                verdicts = self._with_beginning(verdicts, first)
            self._let_in = _last_only(verdicts.let_in, verdicts.last)
            self._kept_out = _last_only(verdicts.kept_out, verdicts.last)
            yield verdicts
        if not cancelled() and self._filtered.looked_to < count:
            yield self._filtered.judged(self._filtered.looked_to, count)


def _last_only(lines: Sequence[int] | None, end: int) -> Sequence[int]:
    """The line before `end`, if it is the last one of some."""
    return [line for line in (lines or ())[-1:] if line == end - 1]


class _LineLooker:
    """Looks at the lines of any source."""

    def __init__(self, filtered: FilteredLines, source: GrowingLines) -> None:
        self._filtered = filtered
        self._source = source
        self._generation = source.generation
        self._bytes = -1
        self._last: list[Line] = []

    @property
    def is_behind(self) -> bool:
        return self._bytes != self._source.byte_count or self._generation != self._source.generation

    def verdicts(self, cancelled: Callable[[], bool]) -> Iterator[_Verdicts]:
        """What was not looked at yet, in order and without a hole."""
        source, filtered = self._source, self._filtered
        generation, end, size = source.generation, source.line_count, source.byte_count
        unchanged = filtered.looked_to
        if size != self._bytes and self._last and source.lines(unchanged - 1, 1) != self._last:
            unchanged -= 1  # the last line had no end yet, and has grown
        if generation != self._generation:
            unchanged = min(unchanged, source.unchanged_lines(self._generation))
            self._generation = generation
        if unchanged < filtered.looked_to:
            filtered.look_again_from(unchanged)
        self._bytes = size
        while filtered.looked_to < end and not cancelled():
            last = min(end, filtered.looked_to + _LINES_AT_A_TIME)
            yield filtered.judged(filtered.looked_to, last)
            self._last = source.lines(last - 1, 1)
        if filtered.looked_to < end:
            self._bytes = -1


def filter_of(include: Iterable[str] = (), exclude: Iterable[str] = (), context: int = 0) -> LineFilter:
    """A filter of typed patterns."""
    return LineFilter(include=tuple(include), exclude=tuple(exclude), context=context)
