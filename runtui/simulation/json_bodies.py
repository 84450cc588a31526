"""JSON bodies a simulated service may keep: whatever it takes in it must be able to give back."""

from typing import Any

import msgspec

DEEPEST = 127
"""How many lists and objects may lie within each other: what serde_json reads, and little enough to be written again
anywhere."""


class UnreadableError(ValueError):
    """A body that is no JSON, or JSON nobody could give back; the text says what is wrong with it."""


def read_json(body: bytes, kind: Any = Any) -> Any:
    """The value of a JSON body.

    Raises UnreadableError for what is no JSON (also for the NaN, the numbers out of range and the lone surrogates
    that Python's own reader lets through), does not fit `kind`, or nests deeper than `DEEPEST`.
    """
    try:
        if _nests_deeper(msgspec.json.decode(body), DEEPEST):
            raise UnreadableError("recursion limit exceeded")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(str(error)) from None


def _nests_deeper(value: object, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        inner: list[object] = []
        for part in layer:
            if isinstance(part, dict):
                inner += part.values()
            elif isinstance(part, list):
                inner += part
        layer = [part for part in inner if isinstance(part, dict | list)]
        if not layer:
            return False
    return True
