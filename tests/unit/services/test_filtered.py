from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runtui.model.errors import ConfigError
from runtui.model.lines import GrowingLines, Line
from runtui.services.filtered import FilteredLines, LineFilter, filter_of
from runtui.services.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


class OnlyLines:
    """A spool of which only lines can be read."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    line_count = property(lambda self: self._spool.line_count)
    byte_count = property(lambda self: self._spool.byte_count)
    generation = property(lambda self: self._spool.generation)

    def lines(self, first: int, count: int) -> list[Line]:
        return self._spool.lines(first, count)

    def unchanged_lines(self, since: int) -> int:
        return self._spool.unchanged_lines(since)

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        return self._spool.watch(on_change)


def shown(source: GrowingLines, rules: LineFilter) -> list[str]:
    filtered = FilteredLines(source, rules)
    advance(filtered)
    return texts(filtered)


def advance(filtered: FilteredLines) -> None:
    for _ in filtered.advance():
        pass
    assert not filtered.is_behind


def texts(filtered: FilteredLines) -> list[str]:
    return [line.content.decode() for line in filtered.lines(0, 100_000)]


def test_only_lines_that_are_let_in_and_not_kept_out_are_shown(spool: Spool) -> None:
    spool.append(b"apple\nbanana\napple pie\ncherry\n")
    assert shown(spool, filter_of(["apple", "cherry"], ["pie"])) == ["apple", "cherry"]
    assert shown(spool, filter_of([], ["a"])) == ["cherry"]


def test_lines_around_are_shown_but_not_those_kept_out(spool: Spool) -> None:
    spool.append(b"".join(b"%d\n" % number for number in range(10)))
    assert shown(spool, filter_of(["5"], ["6"], 2)) == ["3", "4", "5", "7"]


def test_gaps_are_always_shown(spool: Spool) -> None:
    spool.append(b"a\n")
    spool.admit_gap("missing")
    spool.append(b"b\n")
    assert shown(spool, filter_of(["b"])) == ["missing", "b"]


def test_a_shown_line_is_found_in_the_source_and_back(spool: Spool) -> None:
    spool.append(b"a\nb\na\nb\na\n")
    filtered = FilteredLines(spool, filter_of(["b"]))
    advance(filtered)
    assert [filtered.source_line(number) for number in range(2)] == [1, 3]
    assert (filtered.place_of(3), filtered.place_of(2), filtered.nearest(2), filtered.nearest(4)) == (1, None, 1, 1)


def test_a_pattern_that_is_no_regular_expression_is_refused(spool: Spool) -> None:
    with pytest.raises(ConfigError):
        FilteredLines(spool, filter_of(["("]))


PIECES = st.sampled_from([b"a\n", b"b\n", b"c\n", b"ab\n", b"a", b"b", b"\n", b"gap", b"cut", b"look", b"replace"])


@settings(suppress_health_check=list(HealthCheck), max_examples=200, deadline=None)
@example([b"a", b"look", b"b\n", b"a\n", b"cut"], ("a",), ("b",), 0, True)
@given(
    st.lists(PIECES, max_size=40),
    st.sampled_from([("a",), (), ("a", "c")]),
    st.sampled_from([(), ("b",)]),
    st.integers(0, 3),
    st.booleans(),
)
def test_a_filter_that_follows_shows_what_one_begun_at_the_end_shows(
    spool: Spool, pieces: list[bytes], include: tuple[str, ...], exclude: tuple[str, ...], context: int, by_line: bool
) -> None:
    spool.cut_to(0)
    spool.append(b"")
    rules = LineFilter(include=include, exclude=exclude, context=context)
    filtered = FilteredLines(OnlyLines(spool) if by_line else spool, rules)
    for piece in pieces:
        match piece:
            case b"gap":
                spool.admit_gap("gap")
            case b"cut":
                spool.cut_to(max(0, spool.byte_count - 1))
            case b"replace":
                spool.cut_to(0)
                spool.append(b"a\nb\n")
            case b"look":
                advance(filtered)
            case _:
                spool.append(piece)
    advance(filtered)
    kept = [shown(spool, rules), shown(OnlyLines(spool), rules)]
    filtered.close()
    assert [texts(filtered)] * 2 == kept
