"""Starting a run: sorting the inputs, and finding out what became of a start whose answer was lost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from runtui.backends.carrot.api import LARGEST_BODY, CarrotApi, newest_page
from runtui.backends.carrot.variables import declared_inputs, is_secret
from runtui.backends.carrot.wire import RunWire, TestWire
from runtui.model.errors import BackendError, RejectedError, TemporaryError
from runtui.transport.decoding import Item
from runtui.transport.redaction import redact_fields

_BODY_FIELDS: Final = ("test_input", "eval_input", "test_options", "eval_options")
_PREFIXES: Final = {
    "test:": "test_input",
    "eval:": "eval_input",
    "test_options:": "test_options",
    "eval_options:": "eval_options",
}


def start_body(test: TestWire, inputs: Mapping[str, object], name: str, email: str) -> dict[str, object]:
    """The body CARROT wants. Inputs come in its own form (`test_input`, `eval_input`, `test_options`,
    `eval_options`) or one by one by the names their variables have here.

    Raises RejectedError for an input that belongs nowhere.
    """
    body: dict[str, Any] = {"name": name, **({"created_by": email} if email else {})}
    for key, value in inputs.items():
        if key in _BODY_FIELDS:
            if not isinstance(value, dict):
                raise RejectedError(f"{key} is not a JSON object", hint='Write it as { "workflow.input": value }.')
            body.setdefault(key, {}).update(value)
        elif key not in ("name", "created_by"):
            field, own = _field_of(test, key)
            body.setdefault(field, {})[own] = value
    return body


def _field_of(test: TestWire, key: str) -> tuple[str, str]:
    for prefix, field in _PREFIXES.items():
        if key.startswith(prefix):
            return field, key.removeprefix(prefix)
    defaults = _defaults(test)
    for field, known in defaults.items():
        if isinstance(known, dict) and key in known:
            return field, key
    workflow = key.partition(".")[0]
    for field in ("test_input", "eval_input"):
        known = defaults[field]
        if "." in key and isinstance(known, dict) and any(name.startswith(f"{workflow}.") for name in known):
            return field, key
    raise RejectedError(
        f"{key!r} is no input of the test {test.name!r}",
        hint="Inputs are named workflow.input; or put them below test_input and eval_input.",
    )


def inputs_again(run: RunWire, test: TestWire) -> dict[str, object]:
    """What to give to start a run again: what differs from the test's defaults, by the names its variables have here.

    Left out are secrets, and lists and objects with a secret in them.
    """
    declared = {variable.name for variable in declared_inputs(test)}
    found: dict[str, object] = {}
    for prefix, field in _PREFIXES.items():
        values = getattr(run, field)
        defaults = _defaults(test)[field]
        for name, value in values.items() if isinstance(values, dict) else ():
            is_default = isinstance(defaults, dict) and name in defaults and defaults[name] == value
            if not is_default and not is_secret(name) and redact_fields(value) == value:
                found[name if name in declared else f"{prefix}{name}"] = value
    return found


def _defaults(test: TestWire) -> dict[str, object]:
    return {
        "test_input": test.test_input_defaults,
        "eval_input": test.eval_input_defaults,
        "test_options": test.test_option_defaults,
        "eval_options": test.eval_option_defaults,
    }


def name_for(test: TestWire, now: datetime) -> str:
    """A name of the form CARROT gives runs itself. One is always sent, so that a lost start can be looked for."""
    return f"{test.name}_run_{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}000 UTC"


async def start_once(api: CarrotApi, test: TestWire, body: dict[str, object]) -> Item[RunWire]:
    """Start a run, once. When CARROT fails or its answer is lost, the run is looked for by its name: it may exist.

    Raises RejectedError for a run CARROT noted as failed, naming it, and the error itself when there is no run.
    """
    _check_size(body)
    try:
        return await api.start(test.test_id, body)
    except TemporaryError as error:
        found = await _find(api, test.test_id, str(body["name"]))
        if found is None:
            raise
        if found.value.status == "carrotfailed":
            raise _noted_as_failed(error, found.value) from error
        return found


def _check_size(body: Mapping[str, object]) -> None:
    """Raise RejectedError for a body CARROT would refuse without a word, naming the input that takes most of it."""
    size = len(msgspec.json.encode(body))
    if size <= LARGEST_BODY:
        return
    inputs = {
        name: len(msgspec.json.encode(value))
        for field in _BODY_FIELDS
        if isinstance(given := body.get(field), dict)
        for name, value in given.items()
    }
    largest = max(inputs, key=lambda name: inputs[name], default="name")
    raise RejectedError(
        f"{largest} is too large: CARROT takes at most {LARGEST_BODY:,} bytes, and all inputs together are {size:,}",
        hint="Put it into a file, and give its address as the input.",
    )


async def _find(api: CarrotApi, test_id: str, name: str) -> Item[RunWire] | None:
    try:
        runs = await api.runs("tests", test_id, newest_page(2, 0, name=name))
    except BackendError:
        return None
    return runs.items[0] if runs.items else None


def _noted_as_failed(error: BackendError, run: RunWire) -> RejectedError:
    return RejectedError(
        f"CARROT could not start it: {error.message}",
        hint=f"CARROT keeps it as the failed run {run.run_id}, which can be deleted.",
        profile=error.profile,
        operation=error.operation,
        code=error.code,
    )
