"""CARROT's objects as ours."""

from typing import Any

import msgspec
import pytest

from runtui.backends.carrot import wire, words
from runtui.backends.carrot.mapping import RunContext, job_of, report_of, run_of
from runtui.backends.carrot.outputs import OutputCollection, report_files
from runtui.backends.carrot.simulation.query_text import JOB_STATUSES, RUN_STATUSES
from runtui.backends.carrot.standing import phase_of, standing_of
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role
from runtui.transport.decoding import Item

RUN = "0f4949ab-875e-4cee-8135-2dfd31aab9bc"
TEST_WORKFLOW = "11111111-875e-4cee-8135-2dfd31aab9bc"
EVAL_WORKFLOW = "22222222-875e-4cee-8135-2dfd31aab9bc"


def run_wire(status: str = "succeeded", **fields: Any) -> wire.RunWire:
    given = {"run_id": RUN, "test_id": "t", "name": "n", "status": status, **fields}
    return msgspec.convert(given, wire.RunWire)


def mapped(status: str = "succeeded", unknown: dict[str, object] | None = None, **fields: Any) -> Run:
    test = msgspec.convert(
        {"test_id": "t", "name": "Example Test", "test_input_defaults": {"w.a": 0.5, "w.b": 1.5}}, wire.TestWire
    )
    context = RunContext(profile="lab", test=test, result_types={"file": "file", "number": "numeric", "words": "text"})
    return run_of(Item(run_wire(status, **fields), unknown or {}), context)


EXPECTED = {
    "created": Status.QUEUED, "building": Status.QUEUED, "testsubmitted": Status.QUEUED, "teststarting": Status.QUEUED,
    "testqueuedincromwell": Status.QUEUED, "testwaitingforqueuespace": Status.QUEUED, "testrunning": Status.RUNNING,
    "testaborting": Status.STOPPING, "evalsubmitted": Status.RUNNING, "evalstarting": Status.RUNNING,
    "evalqueuedincromwell": Status.RUNNING, "evalwaitingforqueuespace": Status.RUNNING, "evalrunning": Status.RUNNING,
    "evalaborting": Status.STOPPING, "succeeded": Status.SUCCEEDED, "buildfailed": Status.FAILED,
    "testfailed": Status.FAILED, "evalfailed": Status.FAILED, "carrotfailed": Status.FAILED,
    "testaborted": Status.STOPPED, "evalaborted": Status.STOPPED,
}  # fmt: skip


def test_the_table_of_words_is_total() -> None:
    assert set(words.RUN_STATUSES) == set(RUN_STATUSES) == set(EXPECTED)
    assert set(words.REPORT_STATUSES) == set(JOB_STATUSES)
    assert {word for word in RUN_STATUSES if word in words.DELETABLE} == {
        "buildfailed", "carrotfailed", "testfailed", "evalfailed", "testaborted", "evalaborted",
    }  # fmt: skip


@pytest.mark.parametrize(("word", "status"), EXPECTED.items())
def test_every_word_has_its_status_and_stays_beside_it(word: str, status: Status) -> None:
    run = mapped(word)
    assert (run.status, run.status_text) == (status, word)


@pytest.mark.parametrize("word", ["test_running", "TestRunning", " testrunning "])
def test_the_databases_form_of_a_word_is_understood_too(word: str) -> None:
    assert mapped(word).status is Status.RUNNING


@pytest.mark.parametrize("word", ["", "paused", "testpaused"])
def test_an_unknown_word_is_unknown_and_kept(word: str) -> None:
    run = mapped(word, test_cromwell_job_id=TEST_WORKFLOW)
    assert (run.status, run.status_text) == (Status.UNKNOWN, word)


def test_the_phase_follows_from_the_ids_and_not_from_the_word() -> None:
    glitch = run_wire("testsubmitted", test_cromwell_job_id=TEST_WORKFLOW, eval_cromwell_job_id=EVAL_WORKFLOW)
    assert phase_of(glitch) == "eval"
    assert standing_of(glitch).status is Status.RUNNING
    assert standing_of(glitch, "Submitted").status is Status.RUNNING
    assert phase_of(run_wire("building")) == "build"
    assert phase_of(run_wire("created")) == ""


@pytest.mark.parametrize(
    ("carrots", "cromwells", "status"),
    [
        ("testsubmitted", "Running", Status.RUNNING),
        ("testsubmitted", "Submitted", Status.QUEUED),
        ("testsubmitted", "On Hold", Status.QUEUED),
        ("testrunning", "Aborting", Status.STOPPING),
        ("testrunning", "Aborted", Status.STOPPED),
        ("testrunning", "Failed", Status.FAILED),
        ("testrunning", "Succeeded", Status.RUNNING),
        ("testaborting", "Aborted", Status.STOPPED),
        ("testrunning", "", Status.RUNNING),
        ("testrunning", "Levitating", Status.RUNNING),
    ],
)
def test_cromwell_is_fresher_but_never_says_that_a_run_succeeded(carrots: str, cromwells: str, status: Status) -> None:
    standing = standing_of(run_wire(carrots, test_cromwell_job_id=TEST_WORKFLOW), cromwells)
    assert standing.status is status
    assert standing.reason


def test_a_final_word_of_carrot_is_not_overruled() -> None:
    standing = standing_of(run_wire("testfailed", test_cromwell_job_id=TEST_WORKFLOW), "Running")
    assert (standing.status, standing.reason) == (Status.FAILED, "the test workflow failed")


def test_a_doomed_run_says_by_which_call() -> None:
    standing = standing_of(run_wire("testrunning", test_cromwell_job_id=TEST_WORKFLOW), "Running", "Align[3]")
    assert standing.status is Status.RUNNING
    assert standing.reason.startswith("doomed: Align[3] has failed")


def test_inputs_options_and_results_have_their_roles() -> None:
    run = mapped(
        test_input={"w.a": 0.75, "w.list": [1, 2], "w.flag": True, "w.none": None},
        eval_input={"e.data": "test_output:w.data"},
        test_options={"read_from_cache": False},
        results={"file": "/x/y/z.txt", "number": "0.25", "words": "12"},
    )
    found = {one.name: (one.role, one.type, one.value, one.text) for one in run.variables}
    assert found == {
        "w.a": (Role.INPUT, "number", 0.75, "0.75"),
        "w.list": (Role.INPUT, "array", "[1,2]", "[1,2]"),
        "w.flag": (Role.INPUT, "boolean", True, "true"),
        "w.none": (Role.INPUT, "", None, "null"),
        "e.data": (Role.INPUT, "test output", "test_output:w.data", "test_output:w.data"),
        "read_from_cache": (Role.PARAMETER, "boolean", False, "false"),
        "file": (Role.RESULT, "file", "/x/y/z.txt", "/x/y/z.txt"),
        "number": (Role.RESULT, "numeric", 0.25, "0.25"),
        "words": (Role.RESULT, "text", "12", "12"),
    }
    assert [one.file_id for one in run.variables if one.file_id] == ["/x/y/z.txt"]


def test_a_default_is_shown_where_another_value_was_given() -> None:
    run = mapped(test_input={"w.a": 0.75, "w.b": 1.5, "w.c": 1})
    assert [one.default for one in run.variables] == ["0.5", None, None]


def test_a_name_that_comes_twice_gets_its_phase_before_it() -> None:
    run = mapped(test_input={"sample": 1}, eval_input={"sample": 2}, test_options={"c": 1}, eval_options={"c": 2})
    assert [one.name for one in run.variables] == ["test:sample", "eval:sample", "test_options:c", "eval_options:c"]


@pytest.mark.parametrize(
    ("result", "value"),
    [("3", 3), ("0.5", 0.5), ("-1e-3", -0.001), ("n/a", "n/a"), ("1_000", "1_000"), (7, 7), (None, None)],
)
def test_a_result_of_unknown_type_is_a_number_when_it_reads_as_one(result: Any, value: object) -> None:
    variable = mapped(results={"other": result}).variable("other")
    assert variable is not None
    assert variable.value == value


def test_secret_inputs_are_masked_at_any_depth() -> None:
    secret = "hush-hush-0815"
    run = mapped(
        test_input={"w.api_key": secret, "w.nested": {"password": secret, "rows": [{"token": secret}]}},
        test_options={"user_service_account_json": secret},
        eval_input={"e.url": f"https://x.org/y?signature={secret}"},
        unknown={"access_token": secret, "cluster": {"secret": secret}},
    )
    assert secret not in repr(run)
    key = run.variable("w.api_key")
    assert key is not None
    assert (key.secret, key.value, key.text) == (True, None, "***")


def test_errors_become_the_message_newest_first() -> None:
    run = mapped("carrotfailed", errors=["2026-01-01 00:00:00.000: first", "2026-01-02 00:00:00.000: second"])
    assert run.message.splitlines() == ["2026-01-02 00:00:00.000: second", "2026-01-01 00:00:00.000: first"]
    many = mapped("testrunning", errors=[f"2026-01-01 00:00:{number:02d}.000: x" for number in range(30)])
    assert many.message.splitlines()[-1] == "and 10 older ones"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-29T10:00:00", "2026-01-29 10:00:00+00:00"),
        ("2026-01-29T10:00:00.123456789", "2026-01-29 10:00:00.123456+00:00"),
        ("2026-01-29T12:00:00+02:00", "2026-01-29 10:00:00+00:00"),
        (None, "None"),
        ("soon", "None"),
    ],
)
def test_dates_of_every_form_are_utc(text: str | None, moment: str) -> None:
    assert str(mapped(created_at=text).created_at) == moment


def test_a_run_has_started_when_it_has_left_the_queue() -> None:
    created = "2026-01-29T10:00:00"
    assert mapped("testsubmitted", created_at=created, test_cromwell_job_id=TEST_WORKFLOW).started_at is None
    assert mapped("testrunning", created_at=created, test_cromwell_job_id=TEST_WORKFLOW).started_at is not None
    assert mapped("carrotfailed", created_at=created).started_at is None


def test_facts_without_a_place_go_to_extra() -> None:
    run = mapped(unknown={"cost": 1.25}, test_cromwell_job_id=TEST_WORKFLOW, run_group_ids=["g1", "g2"])
    assert run.extra["cost"] == "1.25"
    assert run.extra["test_workflow"] == TEST_WORKFLOW
    assert run.extra["run_groups"] == "g1, g2"


def test_a_test_is_a_job_with_its_defaults_as_inputs() -> None:
    test = msgspec.convert(
        {
            "test_id": "t",
            "name": "Example Test",
            "test_input_defaults": {"w.a": 0.5},
            "eval_input_defaults": {"e.b": "x"},
            "test_option_defaults": {"c": True},
        },
        wire.TestWire,
    )
    job = job_of(test, "lab", {"template": "T", "pipeline": "P"})
    assert [(one.name, one.role) for one in job.inputs] == [
        ("w.a", Role.INPUT), ("e.b", Role.INPUT), ("c", Role.PARAMETER),
    ]  # fmt: skip
    assert job.extra == {"template": "T", "pipeline": "P"}


@pytest.mark.parametrize(("word", "status"), words.REPORT_STATUSES.items())
def test_every_word_of_a_report_has_its_status(word: str, status: Status) -> None:
    report = report_of(wire.ReportMapWire(report_id="r", status=word), "Example Report", ())
    assert (report.status, report.status_text) == (status, word)


def test_the_page_of_a_report_comes_first() -> None:
    files = report_files(
        {"empty_notebook": "/a/e.ipynb", "html_report": "/a/p.html", "odd": 5, "run_csv_zip": "gs://b/c.zip"}, "R/1"
    )
    assert [file.path for file in files] == ["reports/R_1/p.html", "reports/R_1/e.ipynb", "reports/R_1/c.zip"]
    assert {file.kind for file in files} == {"report"}


def test_output_paths_are_made_of_phase_call_shard_and_file() -> None:
    collection = OutputCollection()
    root = f"/cromwell-executions/wf/{TEST_WORKFLOW}"
    outputs = {
        "wf.one": f"{root}/call-align/shard-3/attempt-2/execution/out.bam",
        "wf.several": [f"{root}/call-sub/Sub/{EVAL_WORKFLOW}/call-x/execution/out.bam", 5, None],
        "wf.number": 12,
        "wf.text": "no file",
        "wf.cloud": f"gs://bucket/wf/{TEST_WORKFLOW}/call-align/out.bam",
        "wf.elsewhere": "https://x.org/data/out.bam",
        "wf.again": f"{root}/call-align/shard-3/attempt-2/execution/out.bam",
    }
    collection.add_outputs(outputs, "test", [TEST_WORKFLOW])
    assert [file.path for file in collection.files()] == [
        "test/align/shard-3/attempt-2/out.bam", "test/sub/Sub/x/out.bam", "test/align/out.bam", "test/out.bam",
    ]  # fmt: skip


def test_two_files_of_one_name_get_paths_of_their_own() -> None:
    collection = OutputCollection()
    collection.add_outputs({"a": "/x/out.vcf.gz", "b": "/y/out.vcf.gz"}, "eval", [])
    assert [file.path for file in collection.files()] == ["eval/out.vcf.gz", "eval/out-2.vcf.gz"]
