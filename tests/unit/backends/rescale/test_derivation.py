"""What became of a run, from its dates, its job and its log."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from runtui.backends.rescale.derivation import (
    Evidence,
    LastWords,
    Setting,
    is_over,
    judged,
    last_words,
    placeholder,
    with_parts_judged,
)
from runtui.backends.rescale.mapping import JobState
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.model.status import Status

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
UNREAD = LastWords()
NEVER = (None, None)
STARTED = (NOW, None)
ENDED = (NOW, NOW)


def judge(
    dates: tuple[datetime | None, datetime | None], word: str, reason: str = "", *, words: LastWords = UNREAD,
    only: bool = False,
) -> Run:  # fmt: skip
    state = JobState(word=word, reason=reason, changed_at=NOW - timedelta(hours=1))
    run = Run(profile="hpc", service="rescale", id="J/1", started_at=dates[0], ended_at=dates[1])
    return judged(run, Setting(state=state, is_over=is_over(state, NOW), is_only_run=only), words)


@pytest.mark.parametrize(
    ("dates", "word", "status"),
    [
        (NEVER, "Queued", Status.QUEUED),
        (NEVER, "Validated", Status.QUEUED),
        (NEVER, "Executing", Status.QUEUED),
        (NEVER, "Stopping", Status.QUEUED),
        (NEVER, "Completed", Status.STOPPED),
        (NEVER, "Hibernating", Status.UNKNOWN),
        (STARTED, "Executing", Status.RUNNING),
        (STARTED, "Queued", Status.RUNNING),
        (STARTED, "Hibernating", Status.RUNNING),
        (STARTED, "Stopping", Status.STOPPING),
        (STARTED, "Completed", Status.ENDED),
        (ENDED, "Executing", Status.ENDED),
        (ENDED, "Completed", Status.ENDED),
        (ENDED, "Hibernating", Status.ENDED),
    ],
)
def test_dates_and_the_job_decide(dates: tuple[datetime | None, datetime | None], word: str, status: Status) -> None:
    run = judge(dates, word)
    assert run.status is status
    assert run.status_text == word
    assert run.reason


@pytest.mark.parametrize("reason", ["", "Completed successfully", "A run failed", "User Terminated"])
def test_one_of_several_ended_runs_is_never_green_without_its_log(reason: str) -> None:
    assert judge(ENDED, "Completed", reason).status is Status.ENDED


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        (0, "A run failed", Status.SUCCEEDED),
        (2, "Completed successfully", Status.FAILED),
        (136, "", Status.FAILED),
        (143, "", Status.STOPPED),
        (137, "", Status.FAILED),
        (137, "User Terminated", Status.STOPPED),
    ],
)
def test_the_exit_code_in_the_log_decides_over_all(code: int, reason: str, status: Status) -> None:
    run = judge(ENDED, "Completed", reason, words=LastWords(Evidence.EXIT_CODE, code), only=True)
    assert (run.status, run.exit_code) == (status, code)
    assert f"the log's last line says exit code {code}" in run.reason


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("Completed successfully", Status.SUCCEEDED),
        ("A run failed", Status.FAILED),
        ("User Terminated", Status.STOPPED),
        ("", Status.ENDED),
    ],
)
def test_the_only_run_of_a_job_shares_its_fate(reason: str, status: Status) -> None:
    assert judge(ENDED, "Completed", reason, only=True).status is status


def test_the_only_run_of_an_executing_job_shares_nothing_yet() -> None:
    assert judge(ENDED, "Executing", only=True).status is Status.ENDED


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence.NONE, "has not been read"),
        (Evidence.NO_EXIT_LINE, "gives no exit code"),
        (Evidence.NO_LOG, "left no process_output.log"),
    ],
)
def test_an_unknown_outcome_says_why_it_is_unknown(evidence: Evidence, said: str) -> None:
    assert said in judge(ENDED, "Completed", "A run failed", words=LastWords(evidence)).reason


def test_a_run_that_was_never_marked_completed_has_no_end_but_a_bound() -> None:
    run = judge(STARTED, "Completed", "Exceeded max number of restarts")
    assert (run.status, run.ended_at) == (Status.ENDED, None)
    assert run.extra["ended_before"] == "2026-01-29T09:00:00Z"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (b"[2026-01-29T10:00:00Z]: Exited with code 0\n\n", LastWords(Evidence.EXIT_CODE, 0)),
        (b"Exited with code -9", LastWords(Evidence.EXIT_CODE, -9)),
        (b"Exited with code 2\r\n  \r\n", LastWords(Evidence.EXIT_CODE, 2)),
        (b"Exited with code 0\nand then more", LastWords(Evidence.NO_EXIT_LINE)),
        (b"\xff\xfe", LastWords(Evidence.NO_EXIT_LINE)),
        (b"", LastWords(Evidence.NO_EXIT_LINE)),
    ],
)
def test_only_the_last_line_that_is_not_empty_counts(end: bytes, words: LastWords) -> None:
    assert last_words(end) == words


@pytest.mark.parametrize(
    ("cluster", "age", "over"),
    [("Started", timedelta(minutes=1), False), ("Stopped", timedelta(minutes=1), True),
     ("Started", timedelta(minutes=11), True)],
)  # fmt: skip
def test_a_force_stop_is_the_last_word_after_a_while_or_without_a_cluster(
    cluster: str, age: timedelta, over: bool
) -> None:
    state = JobState(word="Force Stop", changed_at=NOW - age, cluster=cluster)
    assert is_over(state, NOW) is over


def test_what_holds_runs_is_judged_by_them() -> None:
    root = Run(profile="p", service="rescale", id="J/1", status=Status.ENDED)
    iteration = replace(root, id="J/2", parent_id="J/1")
    cases = [replace(root, id=f"J/{n}", parent_id="J/2", status=Status.SUCCEEDED) for n in (3, 4)]
    judged_runs = {run.id: run for run in with_parts_judged([root, iteration, *cases])}
    assert judged_runs["J/2"].status is Status.SUCCEEDED
    assert judged_runs["J/1"].reason == "all 1 runs below it succeeded"


def test_what_holds_a_failed_run_stays_ended_and_counts() -> None:
    root = Run(profile="p", service="rescale", id="J/1", status=Status.ENDED)
    cases = [
        replace(root, id="J/2", parent_id="J/1", status=Status.SUCCEEDED),
        replace(root, id="J/3", parent_id="J/1", status=Status.FAILED),
    ]
    judged_root = with_parts_judged([root, *cases])[0]
    assert (judged_root.status, judged_root.reason) == (Status.ENDED, "1 of the 2 runs below it succeeded")


@pytest.mark.parametrize(
    ("word", "reason", "status"),
    [
        ("Queued", "", Status.QUEUED),
        ("Validated", "", Status.QUEUED),
        ("Stopping", "", Status.STOPPING),
        ("Hibernating", "", Status.UNKNOWN),
        ("Completed", "Could not allocate compute resources", Status.FAILED),
        ("Completed", "User Terminated", Status.STOPPED),
        ("Completed", "Completed successfully", Status.ENDED),
        ("Completed", "", Status.ENDED),
    ],
)
def test_a_job_without_runs_has_a_line_that_says_why(word: str, reason: str, status: Status) -> None:
    state = JobState(word=word, reason=reason)
    job = Job(profile="hpc", service="rescale", id="J", name="job")
    run = placeholder("hpc", job, state, is_over=is_over(state, NOW))
    assert (run.id, run.status, run.status_text) == ("J/1", status, word)
    assert word in run.reason
