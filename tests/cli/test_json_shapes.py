"""The JSON scripts rely on: these keys in this order, and these types."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from runtui.cli import json_shapes
from runtui.cli.json_text import json_text
from runtui.config.profile import Origin, Profile
from runtui.model.node import Node
from runtui.model.output_file import FileHash, FilesWorld, OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.transfer import Transfer, TransferState
from runtui.model.variable import Role, Variable

NOW = datetime(2026, 1, 29, 10, 0, 5, tzinfo=UTC)
FILE = OutputFile(
    id="f1", path="100/U", size=12, modified_at=NOW, hashes=(FileHash("md5", "0f"), FileHash("sha512", "aa"))
)
RUN = Run(
    profile="hpc",
    service="rescale",
    id="aBc/1",
    job="airfoil sweep",
    job_id="aBc",
    name="x=20",
    status=Status.RUNNING,
    status_text="Executing",
    created_at=NOW - timedelta(minutes=2),
    started_at=NOW - timedelta(seconds=61.5),
    owner="ada",
    progress=0.25,
    output_bytes=2**40,
    variables=(
        Variable(name="Cd", role=Role.RESULT, type="float", value=-0.0188, text="-0.0188"),
        Variable(name="key", role=Role.INPUT, type="secret", value="open", text="***", default="open", secret=True),
    ),
    extra={"region": "eu"},
)


def test_a_run() -> None:
    assert json_shapes.run_shape(RUN, NOW) == {
        "reference": "hpc:aBc/1",
        "profile": "hpc",
        "service": "rescale",
        "id": "aBc/1",
        "job": "airfoil sweep",
        "job_id": "aBc",
        "name": "x=20",
        "status": "running",
        "status_text": "Executing",
        "reason": "",
        "created_at": "2026-01-29T09:58:05Z",
        "started_at": "2026-01-29T09:59:03.500000Z",
        "ended_at": None,
        "took_seconds": 61.5,
        "owner": "ada",
        "message": "",
        "exit_code": None,
        "progress": 0.25,
        "parent_id": None,
        "is_optimal": False,
        "files": None,
        "bytes": 1099511627776,
        "variables": [json_shapes.variable_shape(variable) for variable in RUN.variables],
        "extra": {"region": "eu"},
    }


def test_a_variable() -> None:
    assert json_shapes.variable_shape(RUN.variables[0]) == {
        "name": "Cd",
        "role": "result",
        "type": "float",
        "value": -0.0188,
        "text": "-0.0188",
        "default": None,
        "secret": False,
        "file_id": None,
    }


def test_a_secret_variable_never_shows_its_value() -> None:
    assert "open" not in json_text(json_shapes.variable_shape(RUN.variables[1]))


def test_a_node() -> None:
    node = Node(id="n1", name="solve", kind="call", status=Status.FAILED, started_at=NOW, needs=("n0",), shard=2)
    assert json_shapes.node_shape(node, NOW) == {
        "id": "n1",
        "name": "solve",
        "kind": "call",
        "status": "failed",
        "status_text": "",
        "started_at": "2026-01-29T10:00:05Z",
        "ended_at": None,
        "took_seconds": None,
        "parent_id": None,
        "depth": 0,
        "needs": ("n0",),
        "shard": 2,
        "attempt": None,
        "exit_code": None,
        "message": "",
        "has_log": True,
        "run_id": None,
        "extra": {},
    }


def test_a_file() -> None:
    assert json_shapes.file_shape(FILE, FilesWorld.FINISHED) == {
        "id": "f1",
        "path": "100/U",
        "name": "U",
        "size": 12,
        "modified_at": "2026-01-29T10:00:05Z",
        "hashes": {"md5": "0f", "sha512": "aa"},
        "kind": "output",
        "location": "",
        "world": "finished",
    }


def test_a_transfer() -> None:
    transfer = Transfer(
        id=1, run=RUN.reference, file=FILE, target=Path("/r/U"), state=TransferState.DONE, received=12, size=12
    )
    assert json_shapes.transfer_shape(transfer) == {
        "run": "hpc:aBc/1",
        "file": "f1",
        "path": "100/U",
        "target": "/r/U",
        "state": "done",
        "received": 12,
        "size": 12,
        "rate": 0.0,
        "seconds": 0.0,
        "verified": "",
        "error": "",
        "hint": "",
        "note": "",
    }


def test_a_profile_shows_no_secret_even_when_its_address_holds_one() -> None:
    options = {"url": "https://user:pass@host.example:8443/api?key=abc", "token": "abc"}
    profile = Profile(name="hpc", service="rescale", options=options, origin=Origin(place="/c.toml", line=3))
    assert json_shapes.profile_shape(profile, configured=True, error=None) == {
        "name": "hpc",
        "service": "rescale",
        "url": "https://host.example:8443/api",
        "origin": "/c.toml:3",
        "configured": True,
        "error": None,
    }


def test_every_key_is_explained_where_the_shapes_are() -> None:
    explained = json_shapes.__doc__ or ""
    shapes = (
        json_shapes.run_shape(RUN, NOW),
        json_shapes.variable_shape(RUN.variables[0]),
        json_shapes.node_shape(Node(id="n", name="n"), NOW),
        json_shapes.file_shape(FILE, FilesWorld.FINISHED),
    )
    for key in {key for shape in shapes for key in shape}:
        assert key in explained, key


def test_json_is_ascii_and_inert_whatever_the_text() -> None:
    text = json_text({"name": "\x1b[31m\x7f\x9b é 名 \u202e 😀"})
    assert text == '{"name":"\\u001b[31m\\u007f\\u009b \\u00e9 \\u540d \\u202e \\ud83d\\ude00"}'


def test_a_name_that_is_no_text_and_a_number_that_is_none_are_still_json() -> None:
    assert json_text({"name": "a\udc80"}) == '{"name":"a\\udc80"}'
    assert json_text({"value": float("nan")}) == '{"value":null}'
