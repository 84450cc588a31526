"""Values as JSON a person reads: indented, safe for a terminal, and without secrets.

What is shown is valid JSON still: unsafe characters are written as JSON escapes. A secret is `***`, wherever one is
known to stand: fields with a secret's name, the value beside `"type": "secret"`, what an address carries in its query
or before its host, and authorization values within texts.
"""

import json
import math
import re
from collections.abc import Mapping

import msgspec

from runtui.model.run import Run
from runtui.model.secret import Secret
from runtui.model.secret_names import is_secret_name
from runtui.render.sanitise import escaped_line

MASK = "***"
DEEPEST = 100
"""Levels that are shown; what lies deeper is left out."""

_VALUE_NAMES = frozenset({"value", "secret_value", "default", "default_value", "text"})
_HARMLESS_NAMES = frozenset({"type", "name", "description", "required"})
_ADDRESS_QUERY = re.compile(r"([a-z][a-z0-9+.-]{0,15}://[^\s\"'<>?#]+)\?[^\s\"'<>#]+", re.IGNORECASE)
_ADDRESS_USER = re.compile(r"([a-z][a-z0-9+.-]{0,15}://)[^\s\"'<>/@]+@", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"\b(Bearer|Token|Basic)\s+(?=\S*\d|\S{20})[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)


def json_lines(value: object) -> list[str]:
    """The lines of a value made of JSON's types or of the model's."""
    value = value.whole() if isinstance(value, Run) else value
    plain = msgspec.to_builtins(value, str_keys=True, enc_hook=_builtin)
    text = json.dumps(_masked(plain, 0, hidden=False), indent=2, ensure_ascii=False)
    return [escaped_line(line) for line in text.split("\n")]


def pretty_json(value: object) -> str:
    """The same as one text, without a line end at its end."""
    return "\n".join(json_lines(value))


def _builtin(value: object) -> object:
    return MASK if isinstance(value, Secret) else str(value)


def _masked(value: object, depth: int, *, hidden: bool) -> object:
    if depth >= DEEPEST and isinstance(value, Mapping | list):
        return "…"
    if isinstance(value, Mapping):
        holds_secret = _holds_secret(value)
        return {
            _masked_text(str(key)): _masked(item, depth + 1, hidden=_hides(str(key), hidden, holds_secret))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item, depth + 1, hidden=hidden) for item in value]
    if value is None or isinstance(value, bool) or value == "":
        return value
    if hidden:
        return MASK
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _masked_text(value) if isinstance(value, str) else value


def _holds_secret(fields: Mapping[object, object]) -> bool:
    """Whether the fields describe a secret: by their type, by saying so, or by the name they give it."""
    return (
        str(fields.get("type", "")).lower() == "secret"
        or fields.get("secret") is True
        or is_secret_name(str(fields.get("name", "")))
    )


def _hides(name: str, hidden: bool, holds_secret: bool) -> bool:
    if (holds_secret and name in _VALUE_NAMES) or is_secret_name(name):
        return True
    return hidden and name not in _HARMLESS_NAMES


def _masked_text(text: str) -> str:
    if "://" in text:
        text = _ADDRESS_USER.sub(rf"\1{MASK}@", _ADDRESS_QUERY.sub(rf"\1?{MASK}", text))
    return _AUTHORIZATION.sub(rf"\1 {MASK}", text)
