"""What is known of a run and of its nodes."""

from datetime import timedelta

import msgspec
import pytest

from runtui.model.node import Node
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.sample_runs import NOW, number, word

START = NOW - timedelta(seconds=131)


def run(**more: object) -> Run:
    return Run(**{"profile": "hpc", "service": "rescale", "id": "a/1"} | more)  # type: ignore[arg-type]


def test_a_run_is_named_by_profile_and_id() -> None:
    assert run().reference == RunReference("hpc", "a/1")


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        ({"status": Status.SUCCEEDED, "started_at": START, "ended_at": NOW}, 131.0),
        ({"status": Status.RUNNING, "started_at": START}, 131.0),
        ({"status": Status.UNKNOWN, "started_at": START}, 131.0),
        ({"status": Status.FAILED, "started_at": START}, None),
        ({"status": Status.QUEUED}, None),
        ({"status": Status.FAILED, "ended_at": NOW}, None),
        ({"status": Status.FAILED, "started_at": NOW, "ended_at": START}, 0.0),
    ],
)
def test_how_long_it_took_is_said_only_when_it_is_known(times: dict[str, object], seconds: float | None) -> None:
    assert run(**times).took_seconds(NOW) == seconds
    assert Node(**{"id": "1", "name": "n"} | times).took_seconds(NOW) == seconds  # type: ignore[arg-type]


def test_lists_are_ordered_by_start_else_by_creation_else_by_end() -> None:
    assert run(started_at=NOW, created_at=START).sort_moment == NOW
    assert run(created_at=START, ended_at=NOW).sort_moment == START
    assert run(ended_at=NOW).sort_moment == NOW
    assert run().sort_moment is None


def test_of_several_variables_of_a_name_the_first_is_meant() -> None:
    first = word("mesh", "a")
    assert run(variables=(number("Cd", 1), first, word("mesh", "b"))).variable("mesh") == first
    assert run().variable("mesh") is None


def test_what_only_the_fuller_answer_knew_is_kept() -> None:
    known = run(
        status=Status.FAILED,
        message="Divergence",
        reason="exit code 1",
        exit_code=1,
        output_count=3,
        output_bytes=9,
        variables=(number("Cd", 1),),
        extra={"a": "1", "b": "1"},
    )
    listed = run(status=Status.FAILED, owner="me", extra={"b": "2"})
    filled = listed.filled_from(known)
    assert filled == msgspec.structs.replace(known, owner="me", extra={"a": "1", "b": "2"})


def test_what_a_list_does_say_wins() -> None:
    known = run(message="old", exit_code=1, variables=(number("Cd", 1),))
    listed = run(message="new", exit_code=0, variables=(number("Cd", 2),))
    assert listed.filled_from(known) == listed


def test_the_words_on_another_status_are_not_kept() -> None:
    known = run(status=Status.RUNNING, message="waiting", reason="no end yet", exit_code=1)
    filled = run(status=Status.SUCCEEDED).filled_from(known)
    assert (filled.message, filled.reason, filled.exit_code) == ("", "", None)


def test_a_run_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        run().message = "x"  # type: ignore[misc]


def test_an_outcome_that_is_known_is_not_forgotten_by_a_list_that_knows_less() -> None:
    times = {"started_at": START, "ended_at": NOW}
    known = run(status=Status.FAILED, reason="the log says exit code 2", exit_code=2, **times)
    ended = run(status=Status.ENDED, reason="its log has not been read", **times)
    joined = ended.filled_from(known)
    assert (joined.status, joined.reason, joined.exit_code) == (Status.FAILED, "the log says exit code 2", 2)


@pytest.mark.parametrize(
    "news",
    [
        {"status": Status.ENDED, "started_at": NOW},
        {"status": Status.ENDED, "started_at": START, "ended_at": NOW + timedelta(seconds=1)},
        {"status": Status.SUCCEEDED, "started_at": START, "ended_at": NOW},
        {"status": Status.RUNNING, "started_at": START},
    ],
)
def test_an_outcome_gives_way_to_another_execution_and_to_another_outcome(news: dict[str, object]) -> None:
    known = run(status=Status.FAILED, started_at=START, ended_at=NOW)
    assert run(**news).filled_from(known).status is news["status"]
