"""Reading numbers as programs write them into logs, many at once."""

import math
from array import array
from collections.abc import Sequence
from typing import Final

import msgspec

_LIST: Final = msgspec.json.Decoder(list[float])
_EXPONENT: Final = bytes.maketrans(b"Dd", b"ee")


def read_numbers(written: Sequence[bytes]) -> "array[float] | None":
    """The values of some written numbers, in order; None when one of them is no number.

    As a list in JSON they are read in a third of the time, where JSON writes numbers so as well.
    """
    joined = b",".join(written)
    try:
        values = array("d", _LIST.decode(b"[%b]" % joined))
    except msgspec.DecodeError:
        try:
            values = array("d", map(float, joined.translate(_EXPONENT).split(b",")))
        except ValueError:
            return None
    return values if len(values) == len(written) else None


def written_number(written: bytes) -> float:
    """A number that may have a `D` before its exponent; nan for what is no number at all."""
    try:
        return float(written.translate(_EXPONENT))
    except ValueError:
        return math.nan
