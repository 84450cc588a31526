"""Reading JSON values of which only the usual type is known."""

from datetime import datetime

import msgspec

from runtui.model.moment import parse_moment
from runtui.transport.redaction import redact, redact_fields

Parameter = dict[str, object]
"""One input or output as the service sends it: its type and, by type, `value`, `url`, `basename`, `drive_id` ..."""


def as_text(value: object) -> str:
    """A text for whatever came: texts as they are, null as empty, objects and lists as JSON without their secrets."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(redact_fields(value)).decode()


def as_number(value: object) -> float | None:
    """The number, also when it came as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def as_integer(value: object) -> int | None:
    """The whole number, also when it came as a text or a fraction; None for anything else."""
    number = as_number(value)
    try:
        return None if number is None else int(number)
    except (ValueError, OverflowError):
        return None


def as_moment(value: object) -> datetime | None:
    """The moment a text means; None for anything else."""
    return parse_moment(value) if isinstance(value, str) else None


def as_parameters(value: object) -> dict[str, Parameter] | None:
    """Inputs or outputs by name. Both forms are read: an object of parameters, a list of parameters with names.

    None for null, which says nothing. What is no parameter at all keeps its place, as a bare value.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(name): _parameter(item) for name, item in value.items()}
    if isinstance(value, list):
        named = [(item.get("name"), item) for item in value if isinstance(item, dict)]
        return {str(name): dict(item) for name, item in named if name}
    return {}


def _parameter(item: object) -> Parameter:
    return dict(item) if isinstance(item, dict) else {"value": item}


def type_of(parameter: Parameter) -> str:
    """The type's word: `type`, or `param_type` as it was before v2.0."""
    return as_text(parameter.get("type") or parameter.get("param_type"))


def shown(text: str) -> str:
    """A text without the queries of the addresses in it: signed addresses are secrets in their query."""
    return redact(text)
