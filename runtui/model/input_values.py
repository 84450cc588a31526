"""The values of inputs by their declared types: read from what a person typed, and checked when they came as JSON.

Known types, of whatever service: boolean, integer, number, string, datetime, json, array, object, secret, Data (a file
at an address) and DriveData (something in the user's own drive). Others are taken as JSON where they read as such,
else as texts.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Final

from runtui.model.errors import InputError, InputProblem
from runtui.model.moment import parse_moment

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/]+\S*")
_DRIVE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}
_LONGEST_QUOTED: Final = 40

TEXT_TYPES: Final = frozenset({"string", "file", "text", "image build", "test output"})
"""Types whose values are texts of any form."""

EXPECTED: Final = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "datetime": "a moment such as 2026-01-31T12:00:00Z",
    "json": "JSON",
    "array": "a JSON list such as [1, 2]",
    "object": 'a JSON object such as {"a": 1}',
    "secret": "a text",
    "Data": "an address, https://...",
    "DriveData": "the id of something in the drive (a UUID)",
}
"""What a value of each type is, as the end of a sentence that begins with `expected`."""


def expected_of(kind: str) -> str:
    """What a value of a type is: `a whole number`."""
    return EXPECTED.get(kind, "a text" if kind in TEXT_TYPES else "JSON or a text")


def value_of_text(name: str, kind: str, text: str) -> object:
    """The value a person typed for an input of this type. Raises InputError, which names the input."""
    if kind in TEXT_TYPES or kind == "secret":
        return text
    try:
        return _READERS.get(kind, _json_or_text)(text.strip())
    except ValueError:
        raise wrong_value(name, kind, text) from None


def check_value(name: str, kind: str, value: object) -> object:
    """The value itself when it fits the type. Raises InputError, which names the input and what came instead."""
    if kind in _CHECKS and not _CHECKS[kind](value):
        shown = "something else" if kind == "secret" else json.dumps(value, ensure_ascii=False)
        raise wrong_value(name, kind, shown)
    return value


def wrong_value(name: str, kind: str, shown: str) -> InputError:
    """The error for a value that does not fit. A secret is never quoted."""
    cut = shown if len(shown) <= _LONGEST_QUOTED else f"{shown[:_LONGEST_QUOTED]}..."
    got = "" if kind == "secret" else f", got {cut}" if cut else ", got nothing"
    return InputError.of([InputProblem(name, f"expected {expected_of(kind)}{got}")])


def json_of(text: str) -> object:
    """Strict JSON: no NaN, no infinity, no name twice. Raises ValueError (JSONDecodeError where there is a place)."""
    return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_name_twice)


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON number")


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands in it twice")
        found[name] = value
    return found


def _boolean(text: str) -> object:
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]


def _integer(text: str) -> object:
    if not re.fullmatch(r"[+-]?\d{1,400}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> object:
    if re.fullmatch(r"[+-]?\d{1,400}", text, re.ASCII):
        return int(text)
    if "_" in text or not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _fitting(check: Callable[[object], bool], read: Callable[[str], object]) -> Callable[[str], object]:
    def value(text: str) -> object:
        found = read(text)
        if not check(found):
            raise ValueError(text)
        return found

    return value


def _json_or_text(text: str) -> object:
    try:
        return json_of(text)
    except ValueError:
        return text


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and parse_moment(value) is not None


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def _is_drive_id(value: object) -> bool:
    return isinstance(value, str) and _DRIVE_ID.fullmatch(value) is not None


_CHECKS: Final[dict[str, Callable[[object], bool]]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": _is_number,
    "string": _is_text,
    "secret": _is_text,
    "datetime": _is_moment,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "Data": _is_address,
    "DriveData": _is_drive_id,
}
_READERS: Final[dict[str, Callable[[str], object]]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "datetime": _fitting(_is_moment, str),
    "json": json_of,
    "array": _fitting(lambda value: isinstance(value, list), json_of),
    "object": _fitting(lambda value: isinstance(value, dict), json_of),
    "Data": _fitting(_is_address, str),
    "DriveData": _fitting(_is_drive_id, str),
}
