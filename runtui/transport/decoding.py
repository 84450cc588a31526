"""Tolerant reading of JSON: a bad item is reported with its path and the others are kept; unknown fields are kept."""

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from runtui.model.errors import PayloadError
from runtui.model.secret_names import is_secret_name
from runtui.transport.mending import mended_json
from runtui.transport.redaction import redact, redact_fields
from runtui.transport.reply import Reply

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")

_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_LONGEST_EXTRA = 2000
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


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
    return _decode(reply, reply.body, object)


def decode_object(reply: Reply, kind: type[T], *, path: str = "$") -> Item[T]:
    """One object. Raises PayloadError that names the JSON path of what is wrong."""
    raw = _decode(reply, reply.body, msgspec.Raw)
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


def _decode_list(reply: Reply, key: str | None, path: str) -> list[msgspec.Raw]:
    raw = _decode(reply, reply.body, msgspec.Raw)
    try:
        if key is not None:
            raw = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])[key]
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except KeyError:
        raise _payload_error(reply, f"the answer has no list at {path}", path=path) from None
    except msgspec.ValidationError as error:
        raise _payload_error(reply, f"the answer has no list at {path}: {_plain(error)}", path=path) from error


def _decode(reply: Reply, body: bytes, kind: type[V]) -> V:
    """The body as a value of the kind, mended when need be."""
    if not body.strip():
        raise _payload_error(reply, "the answer is empty where JSON was expected")
    try:
        return msgspec.json.decode(body, type=kind)
    except _UNREADABLE as error:
        mended = mended_json(body)
        if mended is None:
            raise _not_json(reply, error) from error
        return msgspec.json.decode(mended, type=kind)


def _decode_item(raw: msgspec.Raw, kind: type[T], path: str) -> Item[T]:
    try:
        return _read_item(raw, kind)
    except _UNREADABLE as error:
        mended = mended_json(bytes(raw)) if _may_be_mended(error) else None
        if mended is None:
            raise _unreadable_item(error, path) from error
    try:
        return _read_item(msgspec.Raw(mended), kind)
    except _UNREADABLE as error:
        raise _unreadable_item(error, path) from error


def _may_be_mended(error: Exception) -> bool:
    return not isinstance(error, msgspec.ValidationError) or "out of range" in str(error)


def _unreadable_item(error: Exception, path: str) -> PayloadError:
    if isinstance(error, RecursionError):
        return PayloadError(f"cannot read {path}: it is nested too deeply", path=path)
    match = _AT.match(str(error))
    below = (match["path"] if match else "") or ""
    what = match["what"] if match else str(error)
    return PayloadError(f"cannot read {path}{below}: {what}", path=path + below)


def _read_item(raw: msgspec.Raw, kind: type[T]) -> Item[T]:
    value = msgspec.json.decode(raw, type=kind, strict=False)
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    known = set(kind.__struct_encode_fields__)
    return Item(value, {name: msgspec.json.decode(field) for name, field in fields.items() if name not in known})


def _plain(error: msgspec.ValidationError) -> str:
    match = _AT.match(str(error))
    return match["what"] if match else str(error)


def _not_json(reply: Reply, error: Exception) -> PayloadError:
    if reply.is_html:
        return _payload_error(
            reply,
            "the answer is a web page in place of JSON",
            hint="Is the url the address of the service's API? A proxy or a log-in page may stand before it.",
        )
    if isinstance(error, RecursionError):
        return _payload_error(reply, "the answer is nested too deeply")
    if "truncated" in str(error):
        return _payload_error(reply, f"the answer is cut off after {len(reply.body)} bytes")
    return _payload_error(reply, f"the answer is not JSON: {error}")


def _payload_error(reply: Reply, message: str, *, path: str = "$", hint: str = "") -> PayloadError:
    return PayloadError(message, path=path, hint=hint, profile=reply.profile, operation=reply.operation)
