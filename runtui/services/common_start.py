"""Where two pieces of bytes begin to differ."""


def common_start(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
