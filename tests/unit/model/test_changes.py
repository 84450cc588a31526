from datetime import UTC, datetime, timedelta

import pytest

from runtui.model.changes import ChangeKind, change_of, changes_between, changes_since, in_telling_order
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
REFERENCE = RunReference("p", "1")


def run_of(status: Status, run_id: str = "1", **moments: datetime) -> Run:
    return Run(profile="p", service="s", id=run_id, status=status, **moments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (Status.RUNNING, Status.FAILED, ChangeKind.FAILED),
        (None, Status.FAILED, ChangeKind.FAILED),
        (Status.ENDED, Status.FAILED, None),
        (Status.RUNNING, Status.SUCCEEDED, ChangeKind.ENDED),
        (Status.QUEUED, Status.STOPPED, ChangeKind.ENDED),
        (None, Status.SUCCEEDED, ChangeKind.ENDED),
        (Status.QUEUED, Status.RUNNING, ChangeKind.CHANGED),
        (Status.SUCCEEDED, Status.RUNNING, ChangeKind.CHANGED),
        (None, Status.QUEUED, ChangeKind.APPEARED),
        (Status.RUNNING, Status.RUNNING, None),
        (Status.ENDED, Status.SUCCEEDED, None),
        (Status.FAILED, Status.ENDED, None),
    ],
)
def test_what_became_of_a_run(before: Status | None, now: Status, kind: ChangeKind | None) -> None:
    change = change_of(REFERENCE, before, run_of(now))
    assert (change.kind if change else None) == kind


def test_a_run_that_was_never_seen_and_is_gone_is_no_change() -> None:
    assert change_of(REFERENCE, None, None) is None


def test_two_states_give_the_exact_list() -> None:
    before = {
        "stays": Status.RUNNING,
        "fails": Status.RUNNING,
        "ends": Status.RUNNING,
        "starts": Status.QUEUED,
        "goes": Status.FAILED,
    }
    after = [
        run_of(Status.RUNNING, "stays"),
        run_of(Status.FAILED, "fails"),
        run_of(Status.SUCCEEDED, "ends"),
        run_of(Status.RUNNING, "starts"),
        run_of(Status.QUEUED, "new"),
    ]
    told = in_telling_order(changes_between("p", before, after, is_whole=True))
    assert [(change.kind.value, change.reference.id) for change in told] == [
        ("failed", "fails"),
        ("ended", "ends"),
        ("changed", "starts"),
        ("appeared", "new"),
        ("gone", "goes"),
    ]


def test_nothing_is_gone_that_may_only_not_have_been_listed() -> None:
    assert changes_between("p", {"1": Status.RUNNING}, [], is_whole=False) == []


def test_the_latest_of_a_kind_is_told_first() -> None:
    runs = [run_of(Status.FAILED, name, ended_at=NOW - timedelta(hours=age)) for name, age in (("a", 2), ("b", 1))]
    told = in_telling_order(changes_between("p", {}, runs, is_whole=True))
    assert [change.reference.id for change in told] == ["b", "a"]


def test_dates_tell_what_happened_since_a_moment() -> None:
    old, new = NOW - timedelta(days=2), NOW
    runs = [
        run_of(Status.SUCCEEDED, "old", created_at=old, started_at=old, ended_at=old),
        run_of(Status.FAILED, "fails", created_at=old, started_at=old, ended_at=new),
        run_of(Status.RUNNING, "starts", created_at=old, started_at=new),
        run_of(Status.QUEUED, "new", created_at=new),
        run_of(Status.RUNNING, "undated"),
    ]
    told = changes_since(runs, NOW - timedelta(hours=1))
    assert [(change.kind.value, change.reference.id) for change in told] == [
        ("failed", "fails"),
        ("changed", "starts"),
        ("appeared", "new"),
    ]
