"""Tolerant reading of JSON: a bad item is reported with its path and the others are kept; unknown fields are kept."""

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from runtui.model.errors import PayloadError
from runtui.transport.redaction import is_secret_name, redact, redact_fields
from runtui.transport.reply import Reply

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_LONGEST_EXTRA = 2000


class Item(msgspec.Struct, Generic[T], frozen=True):
    """One decoded object, and the fields its struct does not know, as JSON gave them."""

    value: T
    unknown: dict[str, object]


class Items(msgspec.Struct, Generic[T], frozen=True):
    """The readable objects of a list, and a sentence with its JSON path for each that is not."""

    items: list[Item[T]]
    problems: list[str]


def decode_json(reply: Reply) -> object:
    """Any JSON value. Raises PayloadError for a web page, a cut-off body or no JSON at all."""
    if not reply.body.strip():
        raise _payload_error(reply, "the answer is empty where JSON was expected")
    try:
        return msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(reply, str(error)) from error


def decode_object(reply: Reply, kind: type[T], *, path: str = "$") -> Item[T]:
    """One object. Raises PayloadError that names the JSON path of what is wrong."""
    raw = _decode_raw(reply)
    try:
        return _decode_item(raw, kind, path)
    except PayloadError as error:
        raise _payload_error(reply, error.message, path=error.path) from error


def decode_items(reply: Reply, kind: type[T], *, key: str | None = None) -> Items[T]:
    """A list of objects: the whole body, or what stands under `key` of it.

    A bad item becomes a problem; only a body that is no such list at all raises PayloadError.
    """
    path = "$" if key is None else f"$.{key}"
    raws = _decode_list(reply, key, path)
    return decode_raw_items(raws, kind, path=path)


def decode_raw_items(raws: Sequence[msgspec.Raw], kind: type[T], *, path: str = "$") -> Items[T]:
    """Like `decode_items`, for items that were already split."""
    items: list[Item[T]] = []
    problems: list[str] = []
    for index, raw in enumerate(raws):
        try:
            items.append(_decode_item(raw, kind, f"{path}[{index}]"))
        except PayloadError as error:
            problems.append(error.message)
    return Items(items, problems)


def extra_texts(unknown: dict[str, object]) -> dict[str, str]:
    """Unknown fields as texts to be shown: strings as they are, the rest as JSON, secrets masked, long ones cut."""
    return {name: _extra_text(name, value) for name, value in unknown.items() if value is not None}


def _extra_text(name: str, value: object) -> str:
    if is_secret_name(name):
        return "***"
    text = value if isinstance(value, str) else msgspec.json.encode(redact_fields(value)).decode()
    text = redact(text)
    return text if len(text) <= _LONGEST_EXTRA else text[: _LONGEST_EXTRA - 1] + "…"


def _decode_raw(reply: Reply) -> msgspec.Raw:
    decode_json(reply)
    return msgspec.Raw(reply.body)


def _decode_list(reply: Reply, key: str | None, path: str) -> list[msgspec.Raw]:
    try:
        if key is None:
            return msgspec.json.decode(reply.body, type=list[msgspec.Raw])
        return msgspec.json.decode(
            msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])[key], type=list[msgspec.Raw]
        )
    except KeyError:
        raise _payload_error(reply, f"the answer has no list at {path}", path=path) from None
    except msgspec.ValidationError as error:
        raise _payload_error(reply, f"the answer has no list at {path}: {_plain(error)}", path=path) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(reply, str(error)) from error


def _decode_item(raw: msgspec.Raw, kind: type[T], path: str) -> Item[T]:
    try:
        value = msgspec.json.decode(raw, type=kind, strict=False)
        fields = msgspec.json.decode(raw, type=dict[str, object])
    except msgspec.ValidationError as error:
        match = _AT.match(str(error))
        below = (match["path"] if match else "") or ""
        what = match["what"] if match else str(error)
        raise PayloadError(f"cannot read {path}{below}: {what}", path=path + below) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PayloadError(f"cannot read {path}: {error}", path=path) from error
    known = set(kind.__struct_encode_fields__)
    return Item(value, {name: field for name, field in fields.items() if name not in known})


def _plain(error: msgspec.ValidationError) -> str:
    match = _AT.match(str(error))
    return match["what"] if match else str(error)


def _not_json(reply: Reply, why: str) -> PayloadError:
    if reply.is_html:
        return _payload_error(
            reply,
            "the answer is a web page in place of JSON",
            hint="Is the url the address of the service's API? A proxy or a log-in page may stand before it.",
        )
    if "truncated" in why:
        return _payload_error(reply, f"the answer is cut off after {len(reply.body)} bytes")
    return _payload_error(reply, f"the answer is not JSON: {why}")


def _payload_error(reply: Reply, message: str, *, path: str = "$", hint: str = "") -> PayloadError:
    return PayloadError(message, path=path, hint=hint, profile=reply.profile, operation=reply.operation)
