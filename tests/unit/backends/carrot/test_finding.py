"""Every filter of CARROT's lists of runs, as a person writes them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from runtui.backends.carrot.service_filters import RUN_FILTERS
from runtui.model.errors import BackendError, InputError
from tests.support.carrot_service import CarrotService, Connected

Row = dict[str, Any]
CHOICES: dict[str, Callable[[Row], str]] = {
    "name": lambda row: str(row["name"]),
    "status": lambda row: str(row["status"]),
    "created_by": lambda row: str(row["created_by"]),
    "created_after": lambda row: f"{row['created_at']}Z"[:19] + "Z",
    "created_before": lambda row: f"{row['created_at']}Z"[:19] + "Z",
    "finished_after": lambda row: f"{row['finished_at']}Z"[:19] + "Z",
    "finished_before": lambda row: f"{row['finished_at']}Z"[:19] + "Z",
    "run_group_id": lambda row: str(row["run_group_ids"][0]),
    "test_cromwell_job_id": lambda row: str(row["test_cromwell_job_id"]),
    "eval_cromwell_job_id": lambda row: str(row["eval_cromwell_job_id"]),
}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fits(row: Row, name: str, value: str) -> bool:
    if name == "run_group_id":
        return value in row["run_group_ids"]
    if name.endswith(("_after", "_before")):
        field, _, side = name.partition("_")
        written, bound = row[f"{field}_at"], datetime.fromisoformat(value)
        if written is None:
            return False
        return (moment(written) - bound).total_seconds() >= 1 if side == "after" else moment(written) < bound
    return bool(row[name] == value)


@pytest.mark.parametrize("name", CHOICES)
async def test_a_filter_finds_the_rows_it_says(service: CarrotService, lab: Connected, name: str) -> None:
    rows = service.rows()
    chosen = next(row for row in rows if row["finished_at"] and row["run_group_ids"] and row["eval_cromwell_job_id"])
    value = CHOICES[name](chosen)
    found = {run.id for run in (await lab.backend.find_runs({"pipeline": "Example Pipeline", name: value})).runs}
    assert found == {row["run_id"] for row in rows if fits(row, name, value)}


async def test_a_status_may_be_written_as_the_database_writes_it(lab: Connected) -> None:
    runs = (await lab.backend.find_runs({"status": "EVAL_FAILED"})).runs
    assert {run.status_text for run in runs} == {"evalfailed"}


async def test_an_order_may_be_written_short(lab: Connected) -> None:
    short = await lab.backend.find_runs({"pipeline": "Example Pipeline", "sort": "-finished_at, name"})
    theirs = await lab.backend.find_runs({"pipeline": "Example Pipeline", "sort": "desc(finished_at),asc(name)"})
    assert [run.id for run in short.runs] == [run.id for run in theirs.runs]
    assert short.runs[0].ended_at is None


async def test_the_narrowest_place_is_where_one_looks(lab: Connected) -> None:
    runs = (await lab.backend.find_runs({"pipeline": "Example Pipeline", "test": "Example Test"})).runs
    assert {run.job for run in runs} == {"Example Test"}


async def test_versions_of_software_must_be_of_software_there_is(lab: Connected) -> None:
    with pytest.raises(BackendError):
        await lab.backend.find_runs({"software_versions": '{"name": "no-such-software", "count": 1}'})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("status", "test_runing", "testrunning"),
        ("created_after", "soon", "no moment"),
        ("sort", "name desc", "no order"),
        ("test", "No Test", "none called"),
        ("offset", "9" * 30, "not a whole number"),
    ],
)
async def test_a_value_that_is_none_is_said_of_its_filter(lab: Connected, name: str, value: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        await lab.backend.find_runs({name: value})
    assert [problem.name for problem in caught.value.problems] == [name]


def test_every_filter_but_places_and_pages_is_tried_here() -> None:
    others = {"pipeline", "template", "test", "software_versions", "sort", "limit", "offset"}
    assert {one.name for one in RUN_FILTERS} == CHOICES.keys() | others
