"""What a list of jobs shows."""

from datetime import UTC, datetime

import pytest

from runtui.model.job import Job
from runtui.model.status import Status
from runtui.render.cell import Tone
from runtui.render.columns import DrawContext
from runtui.render.glyphs import UNICODE
from runtui.render.job_columns import JOB_COLUMNS, job_columns

CONTEXT = DrawContext(now=datetime(2026, 1, 29, 12, tzinfo=UTC), glyphs=UNICODE)
CLUSTER = next(column for column in JOB_COLUMNS if column.key == "cluster")


def a_job(**fields: object) -> Job:
    return Job(profile="hpc", service="rescale", **{"id": "aBcDeF", **fields})  # type: ignore[arg-type]


def test_only_columns_with_something_in_them_are_shown() -> None:
    assert [column.key for column in job_columns([a_job()], CONTEXT)] == ["job", "created"]
    named = a_job(name="a sweep", cluster_text="Started", status=Status.RUNNING)
    assert [column.key for column in job_columns([named], CONTEXT)] == ["job", "id", "status", "cluster", "created"]


def test_long_ids_are_shown_where_names_do_not_tell_jobs_apart() -> None:
    jobs = [a_job(id=f"5e8f6a4f-3a83-4f41-ae28-99ce831a986{number}", name=f"test {number % 2}") for number in range(3)]
    assert "id" not in [column.key for column in job_columns(jobs[:2], CONTEXT)]
    assert "id" in [column.key for column in job_columns(jobs, CONTEXT)]


@pytest.mark.parametrize(
    ("status", "cluster", "tone"),
    [
        (Status.RUNNING, "Started", Tone.MUTED),
        (Status.SUCCEEDED, "Started", Tone.WARNING),
        (Status.SUCCEEDED, "Stopping", Tone.WARNING),
        (Status.SUCCEEDED, "Stopped", Tone.MUTED),
    ],
)
def test_a_cluster_that_outlives_its_job_stands_out(status: Status, cluster: str, tone: Tone) -> None:
    cell = CLUSTER.cell(a_job(status=status, cluster_text=cluster), CONTEXT)
    assert (cell.text, cell.tone) == (cluster, tone)
