"""Where two texts, or two pieces of bytes, begin to differ."""

from typing import TypeVar

Text = TypeVar("Text", str, bytes)


def common_start(one: Text, other: Text) -> int:
    """How much at the beginning is the same, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
