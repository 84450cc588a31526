"""Which runs and rows are compared, and what is plotted of them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from runtui.model.comparison import ComparedRow, compare
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role
from runtui.render.cell import Tone
from runtui.services.compared_series import ComparedSeries, NamedLog
from runtui.services.spool import Spool
from runtui.tui.compared_plots import NamedRun, SeriesAxis, number_plot, series_plot
from runtui.tui.compared_runs import ComparedRuns, run_before
from tests.support.sample_runs import NOW, number, sweep_runs, word

RUNS = [
    Run(profile="hpc", service="s", id=str(place), job="sweep", status=Status.SUCCEEDED,
        started_at=NOW + timedelta(minutes=place), variables=(number("x", x, Role.INPUT), number("Cd", cd)))
    for place, (x, cd) in enumerate([(3, 0.1), (1, 0.2), (2, 0.3)])
]  # fmt: skip
NAMED = [NamedRun(run.reference, run.id) for run in RUNS]


def row(name: str, runs: list[Run] = RUNS) -> ComparedRow:
    return next(row for row in compare(runs, NOW) if row.name == name)


# the runs


def test_the_run_before_is_the_last_one_of_the_same_job_that_began_earlier() -> None:
    other = msgspec.structs.replace(RUNS[1], id="9", job="another")
    later = msgspec.structs.replace(RUNS[2], id="8", started_at=NOW + timedelta(hours=1))
    known = [later, RUNS[0], other, RUNS[1], RUNS[2]]
    assert run_before(RUNS[2], known) == RUNS[1]
    assert run_before(RUNS[0], known) is None


def test_of_runs_that_began_at_once_each_but_one_has_one_before_it() -> None:
    runs = [msgspec.structs.replace(run, started_at=NOW) for run in RUNS]
    assert [run_before(run, runs) for run in runs] == [None, runs[0], runs[1]]


def test_a_run_that_ended_is_told_once_and_one_that_is_gone_stays_as_it_was() -> None:
    live = msgspec.structs.replace(RUNS[0], status=Status.RUNNING)
    compared = ComparedRuns([live, RUNS[1]])
    known = {live.reference: live, RUNS[1].reference: RUNS[1]}
    assert compared.take_in(known.get) == []
    known[live.reference] = RUNS[0]
    assert compared.take_in(known.get) == [live.reference]
    assert compared.take_in(known.get) == []
    del known[live.reference]
    compared.take_in(known.get)
    assert compared.gone == {live.reference}
    assert compared.runs[0] == RUNS[0]


def test_a_run_no_list_ever_had_is_not_gone() -> None:
    compared = ComparedRuns(RUNS[:2])
    compared.take_in(lambda reference: None)
    assert compared.gone == frozenset()
    assert compared.runs == RUNS[:2]


def test_rows_that_did_not_change_stay_the_same_objects() -> None:
    compared = ComparedRuns(RUNS)
    compared.compare(NOW, {})
    before = dict(compared.rows)
    compared.runs[0] = msgspec.structs.replace(RUNS[0], variables=(number("x", 9, Role.INPUT), number("Cd", 0.1)))
    compared.compare(NOW, {})
    assert [key[1] for key, row in compared.rows.items() if row is not before[key]] == ["x"]


def test_rows_are_found_by_parts_of_name_kind_and_values() -> None:
    compared = ComparedRuns([*RUNS[:1], msgspec.structs.replace(RUNS[1], variables=(word("mesh", "Fine"),))])
    compared.compare(NOW, {})

    def names(*words: str) -> list[str]:
        return [key[1] for key in compared.shown(words, all_rows=True)]

    assert names("fin") == ["mesh"]
    assert names("result") == ["Cd"]
    assert names("input", "x") == ["x"]
    assert names("nothing") == []


def test_two_hundred_variables_of_eight_runs_of_which_one_differs() -> None:
    variables = tuple(word(f"v{place}", "y" * 10_000) for place in range(200))
    runs = [msgspec.structs.replace(run, variables=variables, id=str(place))
            for place, run in enumerate(sweep_runs(1) * 8)]  # fmt: skip
    runs[7] = msgspec.structs.replace(runs[7], variables=(*variables[:199], word("v199", "z")))
    compared = ComparedRuns(runs)
    compared.compare(NOW, {})
    assert [key[1] for key in compared.shown((), all_rows=False)] == ["v199"]


# plots of numbers


def test_numbers_are_plotted_over_another_one_with_a_sign_for_each_run() -> None:
    drawn = number_plot(row("Cd"), row("x"), NAMED)
    joined, *points = drawn.lines
    assert joined.points == [(1, 0.2), (2, 0.3), (3, 0.1)]
    assert joined.tone is Tone.FAINT
    assert [(line.sign, line.points) for line in points] == [("1", [(3, 0.1)]), ("2", [(1, 0.2)]), ("3", [(2, 0.3)])]
    assert (drawn.title, drawn.x_title) == ("Cd over x", "x")


def test_without_another_one_numbers_are_plotted_over_the_runs() -> None:
    assert number_plot(row("Cd"), None, NAMED).lines[0].points == [(1, 0.1), (2, 0.2), (3, 0.3)]


def test_a_plot_of_fewer_than_two_points_says_so() -> None:
    runs = [RUNS[0], msgspec.structs.replace(RUNS[1], variables=(number("Cd", 1),))]
    drawn = number_plot(row("Cd", runs), row("x", runs), NAMED[:2])
    assert not drawn.lines
    assert "Fewer than two" in drawn.said


# plots of series


@pytest.fixture
def series(tmp_path: Path) -> Iterator[ComparedSeries]:
    """Two runs with a residual and a time in each log, one with a line that is no number; the third has no log."""
    logs = [Spool(tmp_path / name) for name in ("a", "b")]
    logs[0].append(b"Time = 1\nres = 10\nTime = 2\nres = nan\nTime = 3\nres = 1e-3\n")
    logs[1].append(b"2026-01-29T10:00:00Z Time = 5\n2026-01-29T10:00:01Z res = 4\n2026-01-29T10:00:03Z res = 2\n")
    made = ComparedSeries(
        [NamedLog(run.reference, "stdout", log) for run, log in zip(RUNS, logs, strict=False)],
        ["res = {}", "Time = {}"],
    )
    for _ in made.advance():
        pass
    yield made
    for log in logs:
        log.close()


def points(series: ComparedSeries, axis: SeriesAxis) -> list[list[tuple[float, str]]]:
    drawn = series_plot(series, "res = {}", axis, NAMED, logarithmic=None)
    return [[(x, f"{y:g}") for x, y in line.points] for line in drawn.lines]


def test_series_are_drawn_over_how_many_values_came_before(series: ComparedSeries) -> None:
    assert points(series, SeriesAxis()) == [[(1, "10"), (2, "nan"), (2, "0.001")], [(1, "4"), (2, "2")]]


def test_series_are_drawn_over_time_where_the_log_tells_it(series: ComparedSeries) -> None:
    assert points(series, SeriesAxis(by_time=True)) == [[(0, "4"), (2, "2")]]


def test_series_are_drawn_over_another_series_of_the_same_log(series: ComparedSeries) -> None:
    axis = SeriesAxis(pattern="Time = {}")
    assert points(series, axis) == [[(1, "10"), (2, "nan"), (3, "0.001")], [(5, "4"), (5, "2")]]
    assert series_plot(series, "res = {}", axis, NAMED, logarithmic=None).x_title == "Time"


def test_the_scale_is_logarithmic_when_values_go_over_decades_unless_one_chose(series: ComparedSeries) -> None:
    def is_logarithmic(chosen: bool | None) -> bool:
        return series_plot(series, "res = {}", SeriesAxis(), NAMED, logarithmic=chosen).logarithmic

    assert [is_logarithmic(chosen) for chosen in (None, False, True)] == [True, False, True]


def test_only_runs_that_have_the_series_are_in_the_legend(series: ComparedSeries) -> None:
    drawn = series_plot(series, "res = {}", SeriesAxis(), NAMED, logarithmic=None)
    assert [cell.text.strip() for cell in drawn.legend] == ["1", "0", "2", "1"]


def test_a_series_no_log_has_says_so(series: ComparedSeries) -> None:
    nothing = ComparedSeries(series.logs, ["lift = {}"])
    for _ in nothing.advance():
        pass
    drawn = series_plot(nothing, "lift = {}", SeriesAxis(), NAMED, logarithmic=None)
    assert (drawn.lines, drawn.said) == ([], "Nothing of this in the logs.")
