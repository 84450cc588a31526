import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.model.errors import ConfigError
from runtui.services.search import Finder, LineSearch, compile_pattern, is_literal
from runtui.services.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "log")
    yield spool
    spool.close()


def found(spool: Spool, text: str) -> list[int]:
    search = LineSearch(spool, text)
    list(search.advance())
    return list(search.lines)


def test_lower_case_finds_any_case_and_a_capital_only_itself(spool: Spool) -> None:
    spool.append(b"error\nError\nERROR\nfine\n")
    assert found(spool, "error") == [0, 1, 2]
    assert found(spool, "Error") == [1]


def test_the_capital_of_a_class_is_no_capital(spool: Spool) -> None:
    spool.append(b"an Error\nfine\n")
    assert found(spool, r"\Berror|\S error|\Werror") == [0]
    assert found(spool, r"\WE") == [0]
    assert found(spool, r"\We\D") == [0]
    assert found(spool, r"\WeR") == []


def test_a_regular_expression_is_matched_within_lines(spool: Spool) -> None:
    spool.append(b"residual = nan\nresidual = 1\nnan\n")
    assert found(spool, r"residual.*nan") == [0]
    assert found(spool, r"^nan$") == [2]


def test_a_line_with_many_hits_is_found_once(spool: Spool) -> None:
    spool.append(b"aaa\nb\n")
    assert found(spool, "a") == found(spool, "a+?") == [0]


def test_lines_after_a_gap_keep_their_shown_numbers(spool: Spool) -> None:
    spool.append(b"one\n")
    spool.admit_gap("gap")
    spool.append(b"two\n")
    assert found(spool, "two") == [2]


def test_lines_in_a_log_of_several_pieces_are_all_found(spool: Spool) -> None:
    block = b"x" * 99 + b"\n"
    for _ in range(6):
        spool.append(block * 20_000 + b"needle\n")
    assert found(spool, "needle") == [20_000 + n * 20_001 for n in range(6)]


def test_a_broken_pattern_says_where(spool: Spool) -> None:
    with pytest.raises(ConfigError, match="no regular expression") as raised:
        found(spool, "a(b")
    assert "character 2" in raised.value.hint


def test_it_stops_when_cancelled(spool: Spool) -> None:
    spool.append(b"needle\n")
    search = LineSearch(spool, "needle")
    assert list(search.advance(lambda: True)) == []
    assert search.is_behind


def test_what_comes_later_is_found_later_and_a_growing_last_line_once(spool: Spool) -> None:
    search = LineSearch(spool, "needle")
    spool.append(b"needle\nnee")
    list(search.advance())
    assert list(search.lines) == [0]
    spool.append(b"dle\nneedle")
    list(search.advance())
    list(search.advance())
    assert list(search.lines) == [0, 1, 2]


def test_a_replaced_log_is_searched_anew(spool: Spool) -> None:
    search = LineSearch(spool, "needle")
    spool.append(b"x\nneedle\n")
    list(search.advance())
    spool.cut_to(0)
    spool.append(b"needle\n")
    list(search.advance())
    assert list(search.lines) == [0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(st.lists(st.text("abAB.é", max_size=6), max_size=12), st.text("abAB.é", min_size=1, max_size=3))
def test_it_finds_what_a_line_by_line_search_finds(tmp_path: Path, lines: list[str], text: str) -> None:
    spool = Spool(tmp_path / "log")
    spool.append("".join(line + "\n" for line in lines).encode())
    flags = 0 if any(character.isupper() for character in text) else re.IGNORECASE
    expected = [n for n, line in enumerate(lines) if re.search(text.encode(), line.encode(), flags)]
    assert found(spool, text) == expected
    spool.close()


@pytest.mark.parametrize(("text", "literal"), [("plain text-1", True), ("a.b", False), ("a\\b", False), ("=", True)])
def test_a_pattern_without_signs_is_a_literal(text: str, literal: bool) -> None:
    assert is_literal(text) is literal


@given(
    st.text("aAbB.\n []^-$\\x41", max_size=8),
    st.lists(st.sampled_from([b"a", b"A", b"b", b"B", b".", b"\n", b"[", b"-", b"\xc3\xa4"]), max_size=30),
)
def test_the_quick_ways_find_what_the_regex_engine_finds(text: str, letters: list[bytes]) -> None:
    try:
        finder = Finder(text)
    except ConfigError:
        return
    content = b"".join(letters)
    starts = [match.start() for match in finder.pattern.finditer(content)]
    assert list(finder.lines_of(content)) == sorted({content.count(b"\n", 0, start) for start in starts})


def test_signs_a_later_python_may_read_otherwise_are_taken_without_a_warning() -> None:
    assert compile_pattern("[[ab]").search(b"[") is not None
