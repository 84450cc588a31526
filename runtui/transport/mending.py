"""Making something of JSON that is not quite JSON."""

import json
import math
import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 4000
_LARGEST_INTEGER = 2**63


def mended_json(body: bytes) -> bytes | None:
    """The same value in JSON that every reader takes, or None when it cannot be told.

    Services built on Python write `NaN` and `Infinity`, which JSON does not have, numbers beyond all bounds, halves of
    characters (lone surrogates), bytes that are no UTF-8, and a byte order mark. Such numbers become texts (`"NaN"`),
    which a field for numbers still reads as what they are; such characters become U+FFFD.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig", "replace"), parse_constant=str, parse_float=_float, parse_int=_integer
        )
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return _LONE_SURROGATE.sub("\ufffd", text).encode()


def _float(text: str) -> float | str:
    number = float(text)
    if math.isfinite(number):
        return number
    return "Infinity" if number > 0 else "-Infinity"


def _integer(text: str) -> int | str:
    number = int(text) if len(text) < _LONGEST_NUMBER else None
    return text if number is None or abs(number) >= _LARGEST_INTEGER else number
