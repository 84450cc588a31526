"""A run's inputs, options and results as variables."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from runtui.backends.carrot.file_places import looks_like_file
from runtui.backends.carrot.wire import RunWire, TestWire
from runtui.model.secret_names import is_secret_name
from runtui.model.variable import Role, Variable
from runtui.transport.redaction import redact, redact_fields

IMAGE_BUILD: Final = "image_build:"
"""Begins an input whose docker image is built first: `image_build:<software>|<commit or tag>`."""
TEST_OUTPUT: Final = "test_output:"
"""Begins an input of the eval workflow that is taken from the test workflow: `test_output:<workflow>.<output>`."""
_MASK = "***"
_SUSPECT = re.compile(r"[?@&#]|bearer|token|basic", re.IGNORECASE)


class _Entry(msgspec.Struct, frozen=True):
    """One value before it gets its name. `prefix` tells it from another of the same name."""

    role: Role
    prefix: str
    name: str
    value: object
    default: object = msgspec.UNSET


def variables_of(run: RunWire, test: TestWire | None, result_types: Mapping[str, str]) -> tuple[Variable, ...]:
    """Inputs of the test and the eval workflow, their options, then results.

    A name that comes more than once gets the phase before it: `test:` or `eval:`.
    """
    entries = [*_entries(run, test), *_results(run)]
    counts = Counter(entry.name for entry in entries)
    return tuple(_variable(entry, counts[entry.name] > 1, result_types) for entry in entries)


def declared_inputs(test: TestWire) -> tuple[Variable, ...]:
    """The inputs a test has defaults for: what one may give when starting it."""
    entries = [
        *_of(Role.INPUT, "test", test.test_input_defaults, None),
        *_of(Role.INPUT, "eval", test.eval_input_defaults, None),
        *_of(Role.PARAMETER, "test", test.test_option_defaults, None),
        *_of(Role.PARAMETER, "eval", test.eval_option_defaults, None),
    ]
    counts = Counter(entry.name for entry in entries)
    return tuple(_variable(entry, counts[entry.name] > 1, {}) for entry in entries)


def _entries(run: RunWire, test: TestWire | None) -> Iterator[_Entry]:
    yield from _of(Role.INPUT, "test", run.test_input, test.test_input_defaults if test else None)
    yield from _of(Role.INPUT, "eval", run.eval_input, test.eval_input_defaults if test else None)
    yield from _of(Role.PARAMETER, "test", run.test_options, test.test_option_defaults if test else None)
    yield from _of(Role.PARAMETER, "eval", run.eval_options, test.eval_option_defaults if test else None)


def _of(role: Role, phase: str, values: object, defaults: object) -> Iterator[_Entry]:
    if not isinstance(values, dict):
        return
    known = defaults if isinstance(defaults, dict) else {}
    prefix = phase if role is Role.INPUT else f"{phase}_options"
    for name, value in values.items():
        yield _Entry(role, prefix, str(name), value, known.get(name, msgspec.UNSET))


def _results(run: RunWire) -> Iterator[_Entry]:
    for name, value in (run.results or {}).items():
        yield _Entry(Role.RESULT, "result", name, value)


def _variable(entry: _Entry, is_ambiguous: bool, result_types: Mapping[str, str]) -> Variable:
    name = f"{entry.prefix}:{entry.name}" if is_ambiguous and entry.role is not Role.RESULT else entry.name
    if is_secret(entry.name):
        return Variable(name=name, role=entry.role, type="secret", text=_MASK, secret=True)
    if entry.role is Role.RESULT:
        return _result(name, entry.value, result_types.get(entry.name, ""))
    value, text = _value_and_text(entry.value)
    default = None
    if entry.default is not msgspec.UNSET and entry.default != entry.value:
        default = _value_and_text(entry.default)[1]
    return Variable(name=name, role=entry.role, type=_type_of(entry.value), value=value, text=text, default=default)


def _result(name: str, raw: object, result_type: str) -> Variable:
    """A result: always a text at the service. Numbers are read; one of a file is that file's address."""
    value, text = _value_and_text(raw)
    if result_type == "file" or (not result_type and looks_like_file(text)):
        return Variable(name=name, role=Role.RESULT, type="file", value=text, text=text, file_id=text)
    if result_type != "text":
        number = _number(text)
        if number is not None:
            return Variable(name=name, role=Role.RESULT, type="numeric", value=number, text=text)
    return Variable(name=name, role=Role.RESULT, type=result_type or "text", value=value, text=text)


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether an input or option of that name is never shown. Cromwell's options may hold a service account's key."""
    return is_secret_name(name) or "service_account" in name.lower()


def _value_and_text(value: object) -> tuple[float | int | bool | str | None, str]:
    match value:
        case None:
            return None, "null"
        case bool():
            return value, "true" if value else "false"
        case int() | float():
            return value, msgspec.json.encode(value).decode()
        case str():
            shown = safe_text(value)
            return shown, shown
        case _:
            text = safe_text(msgspec.json.encode(_without_secrets(value)).decode())
            return text, text


def safe_text(text: str) -> str:
    """The text without what addresses and headers in it carry in secret. Most texts have nothing of the kind, which is
    told at a glance: lists hold dozens of texts for each of 100,000 runs."""
    return redact(text) if _SUSPECT.search(text) else text


def _without_secrets(value: Any) -> object:
    if isinstance(value, dict):
        return {name: _MASK if is_secret(str(name)) else _without_secrets(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return redact_fields(value)


def _type_of(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str() if value.startswith(IMAGE_BUILD):
            return "image build"
        case str() if value.startswith(TEST_OUTPUT):
            return "test output"
        case str():
            return "file" if looks_like_file(value) else "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return ""


def _number(text: str) -> float | int | None:
    """The number a text is, or None: also for one that is not finite, which nothing can be sorted by."""
    if "_" in text:
        return None
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None
