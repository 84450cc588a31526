"""Keeping secrets out of everything a person or a file may see."""

import re
from collections.abc import Iterable, Mapping

from runtui.model.secret import Secret

_SECRET_NAME = re.compile(
    r"token|passw|secret|api[-_]?key|encrypted.*key|encryption[-_]?key|authorization|credential|signature|private[-_]?key",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
_BEARER = re.compile(r"\b(Bearer|Token|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_SHORTEST_SECRET = 4


def is_secret_name(name: str) -> bool:
    """Whether a field of that name is taken to hold a secret, whatever service it comes from."""
    return _SECRET_NAME.search(name) is not None


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """The text without the given secrets, without authorization values and without the queries of addresses.

    A signed storage address is a secret in its query, so the query of every address goes.
    """
    for secret in secrets:
        plain = secret.reveal()
        if len(plain) >= _SHORTEST_SECRET:
            text = text.replace(plain, "***")
    return _BEARER.sub(r"\1 ***", _QUERY.sub(r"\1?***", text))


def redact_fields(value: object) -> object:
    """A copy of decoded JSON in which every field with a secret's name shows `***`."""
    if isinstance(value, Mapping):
        return {key: "***" if is_secret_name(str(key)) else redact_fields(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact_fields(item) for item in value]
    return value
