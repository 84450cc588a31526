"""Keeping secrets out of everything a person or a file may see."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from runtui.model.secret import Secret
from runtui.model.secret_names import SECRET_WORDS, is_secret_name

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,15}://[^\s\"'<>\\]+", re.IGNORECASE)
_PARAMETER = re.compile(
    rf"([?&#](?:[\w.~%-]{{0,60}}(?:{SECRET_WORDS})[\w.~%-]{{0,60}}|sig|key)=)[^\s&\"'<>\\]+", re.IGNORECASE
)
_SCHEME_AND_VALUE = re.compile(r"\b(Bearer|Token|Basic)\s+(?=\S*\d|\S{20})[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_SHORTEST_SECRET = 4


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """The text without the given secrets, without authorization values and without what addresses carry in secret.

    A signed storage address is a secret in its query, so the query of every address goes, and so does who asks
    (`https://user:password@host`). A secret is also found where it stands percent-encoded or as JSON writes it.
    """
    for form in sorted({form for secret in secrets for form in _forms(secret.reveal())}, key=len, reverse=True):
        text = text.replace(form, "***")
    text = _PARAMETER.sub(r"\1***", _ADDRESS.sub(_bare_address, text))
    return _SCHEME_AND_VALUE.sub(r"\1 ***", text)


def redact_bytes(body: bytes, secrets: Iterable[Secret] = ()) -> bytes:
    """Like `redact` for an answer's body in UTF-8; bytes that are none stay as they are."""
    return redact(body.decode("utf-8", "surrogateescape"), secrets).encode("utf-8", "surrogateescape")


def redact_fields(value: object) -> object:
    """A copy of decoded JSON in which every field with a secret's name shows `***`."""
    if isinstance(value, Mapping):
        return {key: "***" if is_secret_name(str(key)) else redact_fields(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact_fields(item) for item in value]
    return value


def secrets_among(value: object, name: str = "") -> tuple[Secret, ...]:
    """The texts in the fields with a secret's name, at any depth: what a request's own body gives away."""
    if isinstance(value, Mapping):
        return tuple(secret for key, item in value.items() for secret in secrets_among(item, str(key)))
    if isinstance(value, list | tuple):
        return tuple(secret for item in value for secret in secrets_among(item, name))
    return (Secret(value),) if isinstance(value, str) and is_secret_name(name) else ()


def _bare_address(match: re.Match[str]) -> str:
    address, mark, _ = match[0].partition("?")
    scheme, _, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    _, at, host = authority.rpartition("@")
    return f"{scheme}://{'***@' if at else ''}{host}{slash}{path}" + ("?***" if mark else "")


def _forms(plain: str) -> Iterator[str]:
    if len(plain) < _SHORTEST_SECRET:
        return
    yield plain
    yield quote(plain, safe="", errors="replace")
    yield json.dumps(plain)[1:-1]
    yield json.dumps(plain, ensure_ascii=False)[1:-1]
