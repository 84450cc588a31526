import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.services.merged import MergedLines
from runtui.services.merged_search import MergedSearch
from runtui.services.spool import Spool

Spools = Callable[[], Spool]


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[Spools]:
    opened: list[Spool] = []

    def new() -> Spool:
        opened.append(Spool(tmp_path / f"log-{len(opened)}"))
        return opened[-1]

    yield new
    for spool in opened:
        spool.close()


def stamped(seconds: int, text: str = "x") -> bytes:
    return f"2026-01-29T10:{seconds // 60:02}:{seconds % 60:02}Z {text}\n".encode()


def advance(merged: MergedLines) -> None:
    for _ in merged.advance():
        pass
    assert not merged.is_behind


def texts(merged: MergedLines) -> list[str]:
    return [line.content.decode().rpartition(" ")[2] for line in merged.lines(0, 100_000)]


def test_lines_of_two_logs_come_in_the_order_of_their_times(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(stamped(1, "a") + stamped(4, "d"))
    two.append(stamped(2, "b") + stamped(3, "c"))
    merged = MergedLines([("one", one), ("two", two)])
    advance(merged)
    assert texts(merged) == ["a", "b", "c", "d"]
    assert [line.origin for line in merged.lines(0, 4)] == [0, 1, 1, 0]
    assert merged.names == ("one", "two")


def test_a_line_without_a_time_stays_with_the_record_before_it(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(b"banner\n" + stamped(1, "Traceback") + b"  File\nValueError\n" + stamped(5, "end"))
    two.append(stamped(2, "b"))
    merged = MergedLines([("one", one), ("two", two)])
    advance(merged)
    assert texts(merged) == ["banner", "Traceback", "File", "ValueError", "b", "end"]


def test_logs_without_times_come_in_the_order_of_their_arrival(spools: Spools) -> None:
    one, two = spools(), spools()
    merged = MergedLines([("one", one), ("two", two)])
    for spool, text in ((one, b"1\n"), (two, b"2\n"), (one, b"3\n"), (two, b"4\n")):
        spool.append(text)
        advance(merged)
    assert texts(merged) == ["1", "2", "3", "4"]
    assert merged.generation == 0


def test_what_logs_without_times_held_when_they_were_opened_comes_log_after_log(spools: Spools) -> None:
    one, two = spools(), spools()
    merged = MergedLines([("one", one), ("two", two)])
    for spool, text in ((two, b"3\n4\n"), (one, b"1\n2\n")):
        spool.append(text)
        advance(merged)
    assert texts(merged) == ["3", "4", "1", "2"]
    merged.place_log_after_log()
    assert merged.is_behind
    for spool, text in ((one, b"5\n"), (two, b"6\n"), (one, b"7\n")):
        advance(merged)
        spool.append(text)
    advance(merged)
    assert texts(merged) == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_line_that_comes_late_takes_its_place_and_what_was_before_is_found_again(spools: Spools) -> None:
    one, two = spools(), spools()
    merged = MergedLines([("one", one), ("two", two)])
    one.append(stamped(1, "a") + stamped(3, "c") + stamped(5, "e"))
    advance(merged)
    two.append(stamped(2, "b") + stamped(4, "d"))
    advance(merged)
    assert texts(merged) == ["a", "b", "c", "d", "e"]
    assert merged.unchanged_lines(0) == 1
    assert merged.place_of(0, 1) == 2
    assert [merged.origin_of(place) for place in range(5)] == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)]


def test_a_muted_log_is_left_out_until_it_is_taken_in_again(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(stamped(1, "a") + stamped(3, "c"))
    two.append(stamped(2, "b"))
    merged = MergedLines([("one", one), ("two", two)])
    advance(merged)
    merged.set_muted(0, True)
    advance(merged)
    assert texts(merged) == ["b"]
    merged.set_muted(0, False)
    advance(merged)
    assert texts(merged) == ["a", "b", "c"]


def test_a_clock_that_is_set_back_reorders_no_log_and_loses_no_line(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(stamped(50, "first") + stamped(10, "second") + stamped(60, "third"))
    two.append(stamped(20, "other"))
    merged = MergedLines([("one", one), ("two", two)])
    advance(merged)
    assert texts(merged) == ["other", "first", "second", "third"]


def test_the_oldest_lines_are_shown_while_times_of_later_ones_are_read(spools: Spools) -> None:
    logs = [("one", spools()), ("two", spools())]
    lines = b"".join(stamped(seconds, "x" * 1000) for seconds in range(3600))
    for _, spool in logs:
        spool.append(lines)
    merged = MergedLines(logs)
    counts = list(merged.advance())
    assert counts == sorted(counts)
    assert merged.generation == 0
    assert merged.line_count == 7200
    first = next(step for step, count in enumerate(counts) if count)
    assert first <= len(logs), "a piece of each log was read"
    assert [merged.origin_of(place) for place in (0, 1, 7198, 7199)] == [(0, 0), (1, 0), (0, 3599), (1, 3599)]


def test_gap_lines_and_a_growing_last_line_keep_their_places(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(stamped(1, "a"))
    one.admit_gap("lines are missing")
    one.append(b"2026-01-29T10:0")
    two.append(stamped(2, "b"))
    merged = MergedLines([("one", one), ("two", two)])
    advance(merged)
    one.append(b"0:03Z c\n")
    advance(merged)
    assert texts(merged) == ["a", "missing", "b", "c"]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["time", "none", "part", "gap", "replace", "mute", "advance", "early"]),
        st.integers(0, 40),
    ),
    max_size=40,
)


@settings(suppress_health_check=list(HealthCheck), max_examples=150, deadline=None)
@given(STEPS)
def test_every_line_has_one_place_and_each_log_keeps_its_order(
    spools: Spools, steps: list[tuple[int, str, int]]
) -> None:
    logs = [spools() for _ in range(3)]
    merged = MergedLines([(str(number), log) for number, log in enumerate(logs)])
    for number, kind, amount in steps:
        log = logs[number]
        match kind:
            case "time" | "early":
                log.append(stamped(amount if kind == "time" else amount // 4))
            case "none":
                log.append(b"no time\n")
            case "part":
                log.append(b"2026-"[: amount % 6])
            case "gap":
                log.admit_gap("gap")
            case "replace" if amount < 4:
                log.cut_to(0)
                log.append(stamped(amount))
            case "mute" if amount < 8:
                merged.set_muted(number, not merged.is_muted(number))
            case _:
                advance(merged)
    advance(merged)
    places = [merged.origin_of(place) for place in range(merged.line_count)]
    for number, log in enumerate(logs):
        own = [line for origin, line in places if origin == number]
        assert own == ([] if merged.is_muted(number) else list(range(log.line_count)))
    assert [merged.place_of(*place) for place in places] == list(range(len(places)))
    shown = merged.lines(0, len(places))
    assert [(line.origin, line.content) for line in shown] == [
        (origin, logs[origin].lines(line, 1)[0].content) for origin, line in places
    ]


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 500), max_size=30), min_size=1, max_size=4), st.integers(1, 20))
def test_times_that_grow_in_each_log_grow_in_all_of_them_together(
    spools: Spools, seconds: list[list[int]], at_a_time: int
) -> None:
    logs = [spools() for _ in seconds]
    merged = MergedLines([(str(number), log) for number, log in enumerate(logs)])
    arriving = [
        (order // at_a_time, number, second)
        for number, times in enumerate(seconds)
        for order, second in enumerate(sorted(times))
    ]
    for _, batch in itertools.groupby(sorted(arriving, key=lambda one: one[0]), key=lambda one: one[0]):
        for _, number, second in batch:
            logs[number].append(stamped(second))
        advance(merged)
    shown = [line.content for line in merged.lines(0, merged.line_count)]
    assert shown == sorted(shown)


def test_hits_know_their_line_in_their_log_and_their_place_among_all(spools: Spools) -> None:
    one, two = spools(), spools()
    one.append(stamped(1, "needle") + stamped(3, "c"))
    two.append(stamped(2, "b") + stamped(4, "needle"))
    merged = MergedLines([("one", one), ("two", two)])
    search = MergedSearch(merged, "needle")
    for _ in search.advance():
        pass
    assert (list(search.hits(0)), list(search.hits(1)), search.hit_count) == ([0], [1], 2)
    assert list(search.lines) == []
    advance(merged)
    assert list(search.lines) == [0, 3]
    merged.set_muted(0, True)
    advance(merged)
    assert list(search.lines) == [1]
