"""From the service's words to ours."""

from datetime import UTC, datetime

import msgspec
import pytest

from runtui.backends.deltatwin.components import job_of, usage_of
from runtui.backends.deltatwin.mapping import FILTER_WORDS, RETURN_CODES, STATUSES, node_of, run_of, status_of
from runtui.backends.deltatwin.parameters import MASK, input_variables, output_files
from runtui.backends.deltatwin.wire import MetricWire, NodeWire, RunWire, TwinWire, VersionWire
from runtui.model.node import Node
from runtui.model.output_file import FileHash
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.usage import Usage
from runtui.model.variable import Role, Variable
from runtui.transport.decoding import decode_raw_items

SAMPLE: dict[str, object] = {
    "run_id": "5e8f6a4f-3a83-4f41-ae28-99ce831a9861",
    "owner": "alice",
    "deltatwin_name": "image-rotation",
    "deltatwin_version": "1.0.0",
    "status": "success",
    "start_at": "2026-01-29T10:00:00Z",
    "end_at": "2026-01-29T10:05:00Z",
    "message": "",
    "return_code": 0,
    "inputs": {
        "image": {"type": "Data", "url": "https://example.org/a.jpg", "basename": "a.jpg"},
        "angle": {"type": "integer", "value": 45},
        "key": {"type": "secret"},
        "dem": {"type": "DriveData", "drive_id": "b8810ff1-16c7-4269-b784-0c5ce392ff25"},
    },
    "outputs": {"rotatedImage": {"type": "Data", "basename": "rotated.jpg", "url": "s3://bucket/rotated.jpg"}},
}


def run(**changes: object) -> Run:
    fields = {name: value for name, value in {**SAMPLE, **changes}.items() if value is not ...}
    found = decode_raw_items([msgspec.Raw(msgspec.json.encode(fields))], RunWire)
    assert found.problems == []
    return run_of(found.items[0], "destine")


def inputs(**parameters: object) -> Variable:
    (variable,) = input_variables(parameters)
    return variable


def node(of: Run | None = None, **fields: object) -> Node:
    raw = {"id": "n1", "name": "rotation", "type": "model", "status": "running", "workflow_node_id": "2", **fields}
    found = decode_raw_items([msgspec.Raw(msgspec.json.encode(raw))], NodeWire)
    return node_of(found.items[0], of or run(status="running"))


def test_a_run_of_the_documents_form_is_read_whole() -> None:
    found = run()
    assert (found.id, found.job, found.owner) == (SAMPLE["run_id"], "image-rotation", "alice")
    assert (found.status, found.status_text) == (Status.SUCCEEDED, "success")
    assert found.started_at == datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
    assert found.took_seconds(found.started_at) == 300
    assert (found.exit_code, found.output_count, found.extra) == (0, 1, {"version": "1.0.0"})
    assert [(v.name, v.role, v.type, v.text) for v in found.variables] == [
        ("image", Role.INPUT, "Data", "a.jpg"),
        ("angle", Role.INPUT, "integer", "45"),
        ("key", Role.INPUT, "secret", MASK),
        ("dem", Role.INPUT, "DriveData", "b8810ff1-16c7-4269-b784-0c5ce392ff25"),
        ("rotatedImage", Role.OUTPUT, "Data", "rotated.jpg"),
    ]
    assert found.variables[-1].file_id == "rotatedImage"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("created", Status.QUEUED),
        ("pending", Status.QUEUED),
        ("running", Status.RUNNING),
        ("success", Status.SUCCEEDED),
        ("succeeded", Status.SUCCEEDED),
        ("error", Status.FAILED),
        ("cancelled", Status.STOPPED),
        ("RUNNING", Status.RUNNING),
        (" Error ", Status.FAILED),
        ("hibernating", Status.UNKNOWN),
        ("", Status.UNKNOWN),
        (None, Status.UNKNOWN),
        (7, Status.UNKNOWN),
    ],
)
def test_each_word_has_its_status(word: object, status: Status) -> None:
    assert status_of(word) is status
    assert run(status=word).status is status


def test_an_unknown_word_is_kept_as_it_came() -> None:
    assert run(status="hibernating").status_text == "hibernating"


def test_every_word_one_can_filter_by_means_the_status_it_stands_for() -> None:
    assert {word: status for status, words in FILTER_WORDS.items() for word in words} == {
        word: status for word, status in STATUSES.items() if word != "succeeded"
    }


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-29T10:00:00Z", datetime(2026, 1, 29, 10, 0, tzinfo=UTC)),
        ("2026-01-29T10:00:00.250Z", datetime(2026, 1, 29, 10, 0, 0, 250000, tzinfo=UTC)),
        ("2026-01-29T12:00:00+02:00", datetime(2026, 1, 29, 10, 0, tzinfo=UTC)),
        (None, None),
        ("", None),
        ("yesterday", None),
        (1769680800, None),
    ],
)
def test_dates_of_any_form_are_read_or_left_out(text: object, moment: datetime | None) -> None:
    assert run(start_at=text).started_at == moment


def test_a_run_with_nothing_but_an_id_is_a_run() -> None:
    found = run(**dict.fromkeys(SAMPLE.keys() - {"run_id"}, ...))
    assert (found.status, found.status_text, found.output_count) == (Status.UNKNOWN, "", None)


def test_a_run_with_fields_of_other_types_is_a_run() -> None:
    found = run(owner=3, message=["a"], return_code="221", inputs=5, outputs="none", deltatwin_version=2)
    assert (found.owner, found.message, found.exit_code, found.extra["version"]) == ("3", '["a"]', 221, "2")


def test_a_field_we_do_not_know_is_kept_unless_it_is_a_secret() -> None:
    extra = run(priority=3, upload_token="hush-hush", where="https://h/x?sig=hush").extra
    assert (extra["priority"], extra["upload_token"], extra["where"]) == ("3", "***", "https://h/x?***")


def test_names_of_fields_before_v2_are_read() -> None:
    old = {"owner": ..., "deltatwin_name": ..., "deltatwin_version": ..., "start_at": ...}
    new = {"author": "bob", "dtwin_id": "old-twin", "dtwin_version": "0.1", "generation_date": "2026-01-29T10:00:00Z"}
    found = run(**old, **new)
    assert (found.owner, found.job, found.extra["version"]) == ("bob", "old-twin", "0.1")
    assert found.started_at == datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", ["cancelled", "error", "running"])
def test_a_code_of_0_is_no_outcome_of_a_run_that_did_not_succeed(status: str) -> None:
    assert run(status=status, return_code=0).exit_code is None
    assert run(status=status, return_code=221).exit_code == 221


@pytest.mark.parametrize("code", sorted(RETURN_CODES))
def test_a_failed_run_says_what_its_return_code_means(code: int) -> None:
    assert run(status="error", return_code=code).reason == RETURN_CODES[code]


def test_a_successful_run_has_no_reason() -> None:
    assert run(return_code=0).reason == ""


def test_the_run_of_a_dependency_knows_its_parent() -> None:
    assert run(parent_run="p-1").parent_id == "p-1"
    assert run(parent_run="").parent_id is None


@pytest.mark.parametrize(
    ("parameter", "value", "text"),
    [
        ({"type": "boolean", "value": True}, True, "true"),
        ({"type": "boolean", "value": False}, False, "false"),
        ({"type": "integer", "value": 45}, 45, "45"),
        ({"type": "integer", "value": 0}, 0, "0"),
        ({"type": "number", "value": 1.5}, 1.5, "1.5"),
        ({"type": "string", "value": "x"}, "x", "x"),
        ({"type": "datetime", "value": "2026-01-29T10:00:00Z"}, "2026-01-29T10:00:00Z", "2026-01-29T10:00:00Z"),
        ({"type": "json", "value": {"a": [1]}}, '{"a":[1]}', '{"a":[1]}'),
        ({"type": "Data", "url": "https://h/a.jpg"}, "https://h/a.jpg", "https://h/a.jpg"),
        ({"type": "Data", "url": "https://h/a.jpg?sig=1", "basename": "a.jpg"}, "a.jpg", "a.jpg"),
        ({"type": "DriveData", "drive_id": "b88"}, "b88", "b88"),
        ({"type": "float", "value": 2.5}, 2.5, "2.5"),
        ({"type": "novel", "shape": 3}, None, ""),
        ({"param_type": "integer", "value": 3}, 3, "3"),
        ("bare", "bare", "bare"),
        ({"type": "string", "value": None}, None, ""),
    ],
)
def test_each_type_of_input_has_its_value_and_text(parameter: object, value: object, text: str) -> None:
    variable = inputs(x=parameter)
    assert (variable.value, variable.text) == (value, text)


def test_inputs_as_a_list_are_read_like_an_object() -> None:
    listed = [{"name": "angle", "type": "integer", "value": 45}, {"type": "integer"}, "x"]
    assert input_variables(listed) == input_variables({"angle": {"type": "integer", "value": 45}})


@pytest.mark.parametrize(
    "parameter",
    [
        {"type": "secret", "secret_value": "hush-hush"},
        {"type": "Secret", "value": "hush-hush"},
        {"type": "string", "secret_value": "hush-hush"},
        {"type": "Data", "url": "https://h/a?X-Sig=hush-hush", "auth": {"type": "SesamEO", "api_key": "hush-hush"}},
        {"type": "string", "value": "see https://h/a?token=hush-hush"},
        {"type": "json", "value": {"api_key": "hush-hush"}},
        {"type": "json", "value": {"url": "https://h/a?key=hush-hush"}},
    ],
)
def test_no_secret_of_an_input_is_ever_in_a_variable(parameter: object) -> None:
    assert "hush-hush" not in repr(inputs(x=parameter))


def test_a_text_input_with_the_name_of_a_secret_is_masked() -> None:
    variable = inputs(cdse_secret={"type": "string", "value": "hush-hush"})
    assert (variable.value, variable.text, variable.secret) == (None, MASK, True)


def test_outputs_that_are_no_files_are_only_variables() -> None:
    outputs = {"depth": {"type": "number", "value": 2.5}, "map": {"type": "Data", "basename": "m.tif"}}
    found = run(outputs=outputs)
    assert (found.variable("depth") or found).__class__ is Variable
    assert found.output_count == 1
    assert [file.id for file in output_files(outputs)] == ["map"]


def test_a_file_is_called_by_its_base_name_else_by_its_output() -> None:
    files = output_files({"a": {"type": "Data", "basename": "x.tif"}, "b": {"type": "Data", "url": "s3://y/z.tif"}})
    assert [(file.id, file.path) for file in files] == [("a", "x.tif"), ("b", "b")]


def test_files_of_one_base_name_get_a_folder_each() -> None:
    files = output_files({name: {"type": "Data", "basename": "out.tif"} for name in ("a", "b")})
    assert [file.path for file in files] == ["a/out.tif", "b/out.tif"]


def test_size_and_checksum_are_read_where_they_are_sent() -> None:
    digest = "9e107d9d372bb6826bd81d3542a419d6"
    (file,) = output_files({"a": {"type": "Data", "size": "12", "checksum": f"md5@{digest}"}})
    assert (file.size, file.hashes) == (12, (FileHash("md5", digest),))
    assert run(outputs={"a": {"type": "Data", "size": 12}}).output_bytes == 12


@pytest.mark.parametrize("checksum", ["", None, 5, "md5@short", "crc@00000000", "@"])
def test_a_checksum_of_another_form_is_none(checksum: object) -> None:
    (file,) = output_files({"a": {"type": "Data", "checksum": checksum}})
    assert file.hashes == ()


@pytest.mark.parametrize(
    ("kind", "has_log"),
    [("model", True), ("input", False), ("output", False), ("resource", False), ("dependency", False), ("new", True)],
)
def test_only_models_and_what_we_do_not_know_have_logs(kind: str, has_log: bool) -> None:
    assert node(type=kind).has_log is has_log


def test_a_node_carries_the_id_the_author_wrote() -> None:
    assert node(workflow_node_id=2).extra == {"workflow_node_id": "2"}


def test_a_node_without_a_name_is_called_by_its_number() -> None:
    assert node(name=None).name == "2"


@pytest.mark.parametrize("word", ["created", "pending", "running"])
def test_nodes_left_behind_by_a_run_that_is_over_are_over(word: str) -> None:
    found = node(run(status="error"), status=word)
    assert (found.status, found.status_text) == (Status.ENDED, word)
    assert found.message


def test_a_component_is_a_job_with_its_declared_inputs() -> None:
    fields = {
        "name": "image-rotation",
        "version": "1.1.0",
        "description": "Rotates",
        "owner": "alice",
        "publication_date": "2026-01-05T03:12:00.123456Z",
        "topics": ["image", "example"],
        "license": {"name": "LGPLv3"},
        "visibility": "private",
        "inputs": [{"name": "angle", "type": "integer", "default_value": 45}, {"name": "key", "type": "secret"}],
        "rating": 5,
    }
    (item,) = decode_raw_items([msgspec.Raw(msgspec.json.encode(fields))], TwinWire).items
    job = job_of(item, "destine", [VersionWire(name="1.1.0"), VersionWire(name="1.0.0")])
    assert (job.id, job.version, job.description, job.owner) == ("image-rotation", "1.1.0", "Rotates", "alice")
    assert [(v.name, v.type, v.default, v.secret) for v in job.inputs] == [
        ("angle", "integer", "45", False),
        ("key", "secret", None, True),
    ]
    assert job.extra == {
        "visibility": "private",
        "topics": "image, example",
        "license": "LGPLv3",
        "versions": "1.1.0, 1.0.0",
        "rating": "5",
    }


@pytest.mark.parametrize(
    ("metric", "lines"),
    [
        (
            {"type": "run", "number_of_runs": 3, "max_run": 10, "number_of_runs_parallel": 1, "max_run_parallel": 2},
            [
                Usage(name="runs", used=3, limit=10, unit="runs"),
                Usage(name="parallel runs", used=1, limit=2, unit="runs"),
            ],
        ),
        (
            {"type": "s3", "occupied_size": 36306993, "max_size": 21474836480, "total_objects": 1},
            [
                Usage(name="drive", used=36306993, limit=21474836480, unit="bytes"),
                Usage(name="drive elements", used=1, unit="elements"),
            ],
        ),
        (
            {"type": "cron", "cron_number": 0, "max_cron": 5},
            [Usage(name="schedules", used=0, limit=5, unit="schedules")],
        ),
        (
            {"type": "harbor", "project_name": "mine", "occupied_size": 176867025.0, "metric_date": "2025-06-10"},
            [Usage(name="images of mine", used=176867025.0, unit="bytes")],
        ),
        ({"type": "gpu", "hours": 2, "model": "A100"}, [Usage(name="gpu hours", used=2)]),
        ({}, []),
    ],
)
def test_each_metric_gives_its_lines(metric: dict[str, object], lines: list[Usage]) -> None:
    (item,) = decode_raw_items([msgspec.Raw(msgspec.json.encode(metric))], MetricWire).items
    assert list(usage_of(item)) == lines


def test_a_run_without_an_id_is_a_problem_with_its_path() -> None:
    found = decode_raw_items([msgspec.Raw(b'{"status":"x"}')], RunWire)
    assert found.items == []
    assert "$[0]" in found.problems[0]
