"""Rescale's JSON as our values."""

from datetime import UTC, datetime

import msgspec
import pytest

from runtui.backends.rescale.mapping import (
    JOB_PHASES,
    JobPhase,
    JobState,
    file_of,
    guessed_roles,
    job_kind,
    job_state,
    parts_of,
    phase_of,
    role_of_type,
    run_number_of,
    run_of,
    status_of_reason,
)
from runtui.backends.rescale.wire import WireFile, WireJobDetail, WireRun, WireStatus
from runtui.model.job import Job
from runtui.model.output_file import FileHash
from runtui.model.status import Status
from runtui.model.variable import Role
from runtui.transport.decoding import Item

JOB = Job(profile="hpc", service="rescale", id="AbCdE", name="sweep", owner="ada@aero.example")


def wire_run(**fields: object) -> Item[WireRun]:
    return Item(msgspec.convert({"id": "1", **fields}, WireRun, strict=False), {})


def wire_file(**fields: object) -> Item[WireFile]:
    return Item(msgspec.convert({"id": "xYz", **fields}, WireFile, strict=False), {})


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("", JobPhase.DRAFT),
        ("Pending", JobPhase.QUEUED),
        ("Queued", JobPhase.QUEUED),
        ("Waiting for Queue", JobPhase.QUEUED),
        ("Waiting for Cluster", JobPhase.QUEUED),
        ("WAITING_FOR_CLUSTER", JobPhase.QUEUED),
        ("Started", JobPhase.STARTING),
        ("Validated", JobPhase.STARTING),
        ("Executing", JobPhase.EXECUTING),
        ("Stopping", JobPhase.STOPPING),
        ("Force Stop", JobPhase.FORCE_STOP),
        ("force_stop", JobPhase.FORCE_STOP),
        ("Force Stopped", JobPhase.STOPPED),
        ("Stopped", JobPhase.STOPPED),
        ("Terminated", JobPhase.STOPPED),
        ("Completed", JobPhase.COMPLETED),
        ("Failed", JobPhase.FAILED),
        ("Hibernating", JobPhase.UNKNOWN),
    ],
)
def test_each_word_of_a_job_has_its_phase(word: str, phase: JobPhase) -> None:
    assert phase_of(word) is phase


def test_every_phase_has_a_status() -> None:
    words = {phase: word for word, phase in JOB_PHASES.items()} | {JobPhase.UNKNOWN: "Hibernating"}
    assert {JobState(word=words[phase]).status for phase in JobPhase} >= {Status.QUEUED, Status.RUNNING, Status.UNKNOWN}


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("Completed successfully", Status.SUCCEEDED),
        ("A run failed", Status.FAILED),
        ("Exceeded max number of restarts", Status.FAILED),
        ("Could not allocate compute resources from the compute provider", Status.FAILED),
        ("User Terminated", Status.STOPPED),
        ("", Status.ENDED),
        ("The moon was full", Status.ENDED),
    ],
)
def test_completed_alone_is_no_success(reason: str, status: Status) -> None:
    assert JobState(word="Completed", reason=reason).status is status


@pytest.mark.parametrize(
    ("cluster", "status"), [("Stopped", Status.STOPPED), ("Stopping", Status.STOPPING), ("", Status.STOPPING)]
)
def test_a_force_stop_whose_cluster_has_stopped_is_over(cluster: str, status: Status) -> None:
    assert JobState(word="Force Stop", cluster=cluster).status is status


def test_an_unknown_reason_says_nothing() -> None:
    assert status_of_reason("The moon was full") is None


def test_a_history_is_read_by_its_dates_and_not_by_its_order() -> None:
    oldest_first = [
        WireStatus(status="Executing", status_date="2026-01-29T10:00:00Z"),
        WireStatus(status="Completed", status_date="2026-01-29T11:00:00.5+01:00"),
        WireStatus(status="Stopping", status_date="2026-01-29T02:30:00-08:00"),
    ]
    assert job_state(oldest_first).word == "Stopping"


def test_of_two_statuses_at_one_moment_the_first_counts() -> None:
    same = [WireStatus(status=word, status_date="2026-01-29T10:00:00Z") for word in ("Executing", "Validated")]
    assert job_state(same).word == "Executing"


def test_the_reason_may_stand_at_the_stopping_before() -> None:
    state = job_state(
        [
            WireStatus(status="Completed", status_date="2026-01-29T10:00:03Z"),
            WireStatus(status="Stopping", status_date="2026-01-29T10:00:00Z", status_reason="A run failed"),
        ]
    )
    assert (state.reason, state.status) == ("A run failed", Status.FAILED)


def test_no_history_is_a_draft() -> None:
    assert job_state([]).phase is JobPhase.DRAFT


@pytest.mark.parametrize(
    ("text", "expected"),
    [("AbC/12", ("AbC", "12")), ("AbC", None), ("/1", None), ("AbC/", None), ("a/b/c", None)],
)
def test_an_id_is_job_slash_run(text: str, expected: tuple[str, str] | None) -> None:
    assert parts_of(text) == expected


def test_the_start_is_read_from_date_started() -> None:
    run = run_of("hpc", JOB, wire_run(dateStarted="2026-01-29T10:00:00.123456Z", dateInserted="2020-01-01"), {})
    assert run.started_at == datetime(2026, 1, 29, 10, 0, 0, 123456, tzinfo=UTC)


def test_only_where_date_started_is_absent_date_inserted_is_the_start() -> None:
    assert run_of("hpc", JOB, wire_run(dateInserted="2026-01-29T02:00:00-08:00"), {}).started_at == datetime(
        2026, 1, 29, 10, tzinfo=UTC
    )
    assert run_of("hpc", JOB, wire_run(dateStarted=None, dateInserted="2026-01-29"), {}).started_at is None


def test_a_run_keeps_its_place_its_parent_and_what_is_unknown() -> None:
    item = wire_run(id="7", displayOrder=7, type=3, parent="2", isOptimal=True, outputFileSize=None)
    run = run_of("hpc", JOB, Item(item.value, {"mood": "good", "apiToken": "x"}), {})
    assert (run.id, run.parent_id, run.is_optimal, run.output_bytes) == ("AbCdE/7", "AbCdE/2", True, None)
    assert run.extra == {"mood": "good", "apiToken": "***", "type": "case", "order": "7"}


def test_a_variable_is_sorted_by_its_value_and_shown_as_the_service_shows_it() -> None:
    variables = [{"name": "Cd", "value": 0.0123456, "displayValue": "0.0123", "isRelative": False}]
    (variable,) = run_of("hpc", JOB, wire_run(variables=variables), {"Cd": Role.OUTPUT}).variables
    assert (variable.value, variable.text, variable.role) == (0.0123456, "0.0123", Role.OUTPUT)


def test_a_variable_with_a_secret_name_is_masked() -> None:
    variables = [{"name": "license_token", "value": 1, "displayValue": "s3cret"}]
    (variable,) = run_of("hpc", JOB, wire_run(variables=variables), {}).variables
    assert (variable.value, variable.text, variable.secret) == (None, "***", True)


@pytest.mark.parametrize(
    ("kind", "role"),
    [("Param", Role.INPUT), ("Design", Role.INPUT), ("Case", Role.INPUT), ("Output", Role.OUTPUT),
     ("Objective", Role.RESULT), ("Constraint", Role.RESULT), (None, Role.INPUT)],
)  # fmt: skip
def test_a_variable_has_the_role_its_job_declares(kind: str | None, role: Role) -> None:
    assert role_of_type(kind) is role


def test_without_a_declaration_what_only_completed_runs_have_is_an_output() -> None:
    before = wire_run(id="1", variables=[{"name": "x", "value": 1}]).value
    after = wire_run(
        id="2", dateCompleted="2026-01-29", variables=[{"name": "x", "value": 1}, {"name": "Cd", "value": 2}]
    ).value
    assert guessed_roles([before, after]) == {"Cd": Role.OUTPUT}
    assert guessed_roles([after]) == {}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"optimizer": {"code": "x"}, "expectedRuns": 9}, "optimization"),
        ({"expectedRuns": 2}, "doe"),
        ({"jobvariables": [{"name": "x"}]}, "doe"),
        ({"expectedRuns": None, "jobvariables": []}, "basic"),
    ],
)
def test_the_kind_of_a_job_is_derived(fields: dict[str, object], kind: str) -> None:
    assert job_kind(msgspec.convert({"id": "x", **fields}, WireJobDetail)) == kind


def test_a_file_has_its_size_and_hashes_the_strongest_first() -> None:
    file = file_of(
        wire_file(
            relativePath="a/b.txt", decryptedSize="5368709243", typeId=12, md5="ABC",
            fileChecksums=[{"hashFunction": "SHA-512", "fileHash": "Def"}, {"hashFunction": "crc", "fileHash": "1"}],
        )
    )  # fmt: skip
    assert (file.id, file.path, file.size, file.kind) == ("xYz", "a/b.txt", 5368709243, "snapshot")
    assert file.hashes == (FileHash("sha512", "def"), FileHash("md5", "abc"))


def test_a_file_without_anything_but_an_id_is_a_file() -> None:
    file = file_of(wire_file(md5=None, decryptedSize=None, fileChecksums=None))
    assert (file.path, file.size, file.hashes) == ("xYz", None, ())


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("user/user_X/output/job_AbC/run12/out/a.txt", "12"),
        ("user/user_X/output/job_Other/run12/a.txt", None),
        ("user/user_X/input.txt", None),
    ],
)
def test_the_run_of_a_file_is_told_by_its_storage_key(key: str, number: str | None) -> None:
    assert run_number_of("AbC", key) == number
