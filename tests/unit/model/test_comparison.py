"""Runs side by side."""

import math
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from runtui.model.comparison import ComparedRow, Unit, compare
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


def run(*variables: Variable, status: Status = Status.SUCCEEDED, took: float | None = None) -> Run:
    ended = None if took is None else NOW + timedelta(seconds=took)
    started = None if took is None else NOW
    return Run(profile="p", service="s", id="1", status=status, started_at=started, ended_at=ended, variables=variables)


def value(
    name: str, held: float | int | str | bool | None, role: Role = Role.RESULT, *, secret: bool = False
) -> Variable:
    return Variable(name=name, role=role, value=held, text="" if held is None else str(held), secret=secret)


def rows(*runs: Run) -> dict[str, ComparedRow]:
    return {row.name: row for row in compare(runs, NOW)}


def test_a_number_is_measured_against_the_first_runs() -> None:
    row = rows(run(value("Cd", -0.02)), run(value("Cd", -0.03)), run(value("Cd", 0.01)))["Cd"]
    assert [one.delta for one in row.values] == [None, pytest.approx(-0.01), pytest.approx(0.03)]
    assert [one.share for one in row.values] == [None, pytest.approx(-0.5), pytest.approx(1.5)]


@pytest.mark.parametrize(("first", "other"), [("fine", 2), (True, 2), (2, True), (None, 2), (math.nan, 2), (2, "x")])
def test_what_is_no_number_is_not_measured(first: float | str | None, other: float | str | None) -> None:
    row = rows(run(value("v", first)), run(value("v", other)))["v"]
    assert [(one.delta, one.share) for one in row.values] == [(None, None)] * 2


def test_there_is_no_share_of_nothing() -> None:
    (_, other) = rows(run(value("v", 0)), run(value("v", 2)))["v"].values
    assert (other.delta, other.share) == (2.0, None)


def test_what_only_some_runs_have_is_missing_in_the_others_and_differs() -> None:
    row = rows(run(value("a", 1)), run())["a"]
    assert [one.value for one in row.values] == [1, None]
    assert row.differs


def test_what_is_the_same_in_all_does_not_differ() -> None:
    found = rows(run(value("a", 1)), run(value("a", 1.0)), run(value("a", 1)))
    assert not found["a"].differs
    assert not found["status"].differs
    assert rows(run(value("a", 1)), run(value("a", True)))["a"].differs


def test_secrets_neither_show_nor_tell() -> None:
    row = rows(run(value("key", "one", secret=True)), run(value("key", "two", secret=True)))["key"]
    assert [one.value for one in row.values] == [None, None]
    assert not row.differs


def test_variables_come_by_role_and_one_name_may_have_several_roles() -> None:
    compared = compare([run(value("x", 1), value("x", 2, Role.INPUT)), run(value("b", 3, Role.INPUT))], NOW)
    assert [(row.role, row.name) for row in compared if row.role] == [
        (Role.INPUT, "x"),
        (Role.INPUT, "b"),
        (Role.RESULT, "x"),
    ]


def test_facts_that_no_run_has_are_left_out() -> None:
    assert list(rows(run(), run(took=3.0))) == ["status", "started", "ended", "took"]


def test_others_are_measured_against_the_run_one_chooses() -> None:
    runs = [run(value("Cd", 1)), run(value("Cd", 2)), run(value("Cd", 4))]
    (row,) = [row for row in compare(runs, NOW, reference=1) if row.name == "Cd"]
    assert [one.delta for one in row.values] == [-1.0, None, 2.0]
    assert [one.share for one in row.values] == [-0.5, None, 1.0]


def test_moments_are_apart_by_seconds_and_have_no_share() -> None:
    early, late = run(took=3.0), msgspec.structs.replace(run(took=3.0), started_at=NOW + timedelta(seconds=90))
    row = rows(early, late)["started"]
    assert (row.unit, row.values[1].delta, row.values[1].share) == (Unit.MOMENT, 90.0, None)


def test_what_only_some_services_tell_is_compared_but_no_fact_twice() -> None:
    first = Run(profile="p", service="s", id="1", owner="ada", extra={"commit": "a1", "owner": "of the account"})
    second = msgspec.structs.replace(first, extra={"commit": "b2"})
    found = [row for row in compare([first, second], NOW) if row.role is None]
    assert [row.name for row in found if row.differs] == ["commit"]
    assert [row.name for row in found].count("owner") == 1


def test_a_whole_number_beyond_all_others_is_compared_but_not_measured() -> None:
    row = rows(run(value("n", 10**400)), run(value("n", 1)))["n"]
    assert row.differs
    assert row.numbers == (None, 1.0)
    assert row.values[1].delta is None


def test_no_number_is_the_same_as_no_number() -> None:
    assert not rows(run(value("loss", math.nan)), run(value("loss", math.nan)))["loss"].differs
    assert rows(run(value("loss", math.nan)), run(value("loss", 1.0)))["loss"].differs


def test_an_empty_text_is_something_and_a_value_one_does_not_have_is_not() -> None:
    row = rows(run(value("note", "")), run())["note"]
    assert [one.is_missing for one in row.values] == [False, True]
    assert row.differs


def test_the_last_value_of_a_series_is_a_row_of_its_own() -> None:
    runs = [run(), msgspec.structs.replace(run(), id="2"), msgspec.structs.replace(run(), id="3")]
    lasts = {"res = {}": ("res", {runs[0].reference: 0.5, runs[2].reference: 0.25})}
    (row,) = [row for row in compare(runs, NOW, series=lasts) if row.pattern]
    assert (row.key, row.kind) == (("", "res", "res = {}"), "log")
    assert [one.value for one in row.values] == [0.5, None, 0.25]
    assert [one.delta for one in row.values] == [None, None, -0.25]
