from datetime import UTC, datetime

from runtui.model.lines import Line, LineKind, StaticLines
from runtui.services.log_times import line_at_time, time_of_line

TEN = datetime(2026, 1, 29, 10, 0, tzinfo=UTC).timestamp()


def a_log(minutes: int) -> StaticLines:
    lines: list[str | Line] = ["a banner"]
    for minute in range(minutes):
        lines.extend([f"2026-01-29T10:{minute:02}:00Z minute {minute}", "  goes on", Line(b"missing", LineKind.GAP)])
    return StaticLines(lines)


def test_a_line_without_a_time_has_that_of_its_record() -> None:
    log = a_log(3)
    assert [time_of_line(log, number) for number in (0, 1, 2, 3, 4)] == [None, TEN, TEN, TEN, TEN + 60]


def test_the_line_of_a_time_is_the_first_that_is_not_earlier() -> None:
    log = a_log(60)
    assert line_at_time(log, TEN + 30 * 60) == 91
    assert line_at_time(log, TEN + 30 * 60 - 1) == 91
    assert line_at_time(log, 0) == 1
    assert line_at_time(log, TEN + 1e6) == log.line_count - 1


def test_a_log_without_times_has_no_line_of_a_time() -> None:
    assert line_at_time(StaticLines(["a", "b"]), TEN) is None
    assert line_at_time(StaticLines(), TEN) is None
