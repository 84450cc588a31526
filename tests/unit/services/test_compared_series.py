"""Series of several runs' logs side by side, and the forms a comparison is saved in."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtui.model.comparison import compare
from runtui.model.log import LogSource, Stream
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.services.compared_series import MOST_LOGS, ComparedSeries, NamedLog, telling_sources
from runtui.services.comparison_forms import comparison_csv, comparison_json, comparison_shape
from runtui.services.spool import Spool

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
FIRST, SECOND = RunReference("p", "1"), RunReference("q", "2")


class Logs:
    """Spools in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.spools: list[Spool] = []

    def log(self, run: RunReference, content: bytes = b"", name: str = "stdout") -> NamedLog:
        spool = Spool(self._folder / f"{len(self.spools)}")
        self.spools.append(spool)
        spool.append(content)
        return NamedLog(run, name, spool)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    made = Logs(tmp_path)
    yield made
    for spool in made.spools:
        spool.close()


def advanced(series: ComparedSeries) -> ComparedSeries:
    for _ in series.advance():
        pass
    assert not series.is_behind
    return series


def test_a_series_is_of_the_first_log_that_has_it(logs: Logs) -> None:
    series = advanced(
        ComparedSeries([logs.log(FIRST, b"quiet\n", "mesh"), logs.log(FIRST, b"res = 3\n", "solve")], ["res"])
    )
    assert [one.log for one in series.of("res").values()] == ["solve"]


def test_the_last_value_of_each_run_is_given_and_of_a_run_without_one_none(logs: Logs) -> None:
    series = advanced(ComparedSeries([logs.log(FIRST, b"res = 3\nres = 1\n"), logs.log(SECOND, b"no\n")], ["res"]))
    assert series.last_values() == {"res": ("res", {FIRST: 1.0})}


def test_what_is_no_finite_number_is_the_last_one_when_it_stands_last(logs: Logs) -> None:
    (_, last) = advanced(ComparedSeries([logs.log(FIRST, b"res = 3\nres = inf\n")], ["res"])).last_values()["res"]
    assert last == {FIRST: float("inf")}


def test_a_log_that_grows_is_looked_at_on_and_what_is_known_is_kept_when_a_pattern_comes(logs: Logs) -> None:
    log = logs.log(FIRST, b"res = 3\n")
    before = advanced(ComparedSeries([log], ["res"]))
    series = ComparedSeries([log], ["res", "cd"], before)
    assert series.of("res")[FIRST].series is before.of("res")[FIRST].series
    logs.spools[0].append(b"cd = 7\nres = 2\n")
    assert series.is_behind
    assert {name: values for name, (_, values) in advanced(series).last_values().items()} == {
        "res": {FIRST: 2.0},
        "cd": {FIRST: 7.0},
    }


def test_files_that_happen_to_be_text_are_logs_only_when_there_is_no_other() -> None:
    log = LogSource(id="a", name="stdout", stream=Stream.STDOUT)
    file = LogSource(id="b", name="notes.txt", stream=Stream.FILE)
    assert telling_sources([file, log]) == (log,)
    assert telling_sources([file]) == (file,)
    assert len(telling_sources([log] * 9)) == MOST_LOGS


def run(reference: RunReference, *variables: Variable) -> Run:
    return Run(profile=reference.profile, service="s", id=reference.id, variables=variables)


def number(name: str, value: float) -> Variable:
    return Variable(name=name, role=Role.RESULT, value=value, text=f"{value:.2f}")


def test_csv_has_exact_numbers_and_the_distance_from_the_chosen_run() -> None:
    runs = [run(FIRST, number("Cd", 1 / 3)), run(SECOND, number("Cd", 0.25))]
    rows = [row for row in compare(runs, NOW, reference=1) if row.role]
    read = list(csv.reader(io.StringIO(comparison_csv([FIRST, SECOND], 1, rows))))
    assert read == [
        ["kind", "name", "p:1", "q:2", "p:1 delta", "p:1 share"],
        ["result", "Cd", repr(1 / 3), "0.25", repr(1 / 3 - 0.25), repr((1 / 3 - 0.25) / 0.25)],
    ]


def test_csv_keeps_texts_with_quotes_and_line_ends_and_leaves_the_missing_empty() -> None:
    text = 'one, "two"\nthree'
    runs = [run(FIRST, Variable(name="note", role=Role.INPUT, value=text, text=text)), run(SECOND)]
    rows = [row for row in compare(runs, NOW) if row.role]
    (_, read) = csv.reader(io.StringIO(comparison_csv([FIRST, SECOND], 0, rows)))
    assert read == ["input", "note", text, "", "", ""]


def test_json_holds_the_points_of_every_series_and_no_number_json_has_not(logs: Logs) -> None:
    runs = [run(FIRST, number("loss", float("nan"))), run(SECOND)]
    log = logs.log(FIRST, b"2026-01-29T10:00:00Z res = 3\nelse\n2026-01-29T10:00:02Z res = nan\n")
    series = advanced(ComparedSeries([log, logs.log(SECOND)], ["res"]))
    rows = compare(runs, NOW, series=series.last_values())
    read = json.loads(comparison_json(comparison_shape([FIRST, SECOND], 0, rows, series)))
    assert (read["runs"], read["reference"]) == (["p:1", "q:2"], "p:1")
    assert read["series"] == [
        {
            "pattern": "res",
            "name": "res",
            "runs": [
                {
                    "run": "p:1",
                    "log": "stdout",
                    "points": [
                        {"line": 1, "time": "2026-01-29T10:00:00Z", "value": 3.0, "text": None},
                        {"line": 3, "time": "2026-01-29T10:00:02Z", "value": None, "text": "nan"},
                    ],
                }
            ],
        }
    ]
    loss = next(row for row in read["rows"] if row["name"] == "loss")
    assert loss["values"][0]["value"] is None


def test_a_secret_is_in_no_form() -> None:
    secret = Variable(name="key", role=Role.INPUT, text="***", secret=True)
    runs = [run(FIRST, secret), run(SECOND, secret)]
    rows = [row for row in compare(runs, NOW) if row.role]
    assert comparison_shape([FIRST, SECOND], 0, rows, None)["rows"][0]["values"][0]["value"] is None  # type: ignore[index]
    assert comparison_csv([FIRST, SECOND], 0, rows).splitlines()[1] == "input,key,***,***,,"
