"""Sorting bit by bit."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.sorted_pieces import Entry, SortedPieces

_KEYS = st.lists(st.floats(allow_nan=False) | st.integers()) | st.lists(st.text()) | st.lists(st.integers(0, 2))


def of(entries: Sequence[Entry[str]], length: int) -> SortedPieces[str]:
    sorting = SortedPieces[str]()
    for start in range(0, len(entries) + 1, length):
        sorting.add(list(entries[start : start + length]))
    return sorting


@given(_KEYS, st.integers(1, 40), st.booleans())
def test_what_comes_in_pieces_leaves_in_order(keys: list[float | str], length: int, descending: bool) -> None:
    entries: list[Entry[str]] = [(key, float(place % 3), str(place)) for place, key in enumerate(keys)]
    out = [entry for piece in of(entries, length).in_order(descending=descending) for entry in piece]
    assert out == sorted(entries, reverse=descending)
    assert [entry[0].__class__ for entry in out] == [
        entry[0].__class__ for entry in sorted(entries, reverse=descending)
    ]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ["sorted", "shuffled", "alike"])
def test_no_piece_of_the_order_is_long(order: str, descending: bool) -> None:
    entries: list[Entry[str]] = [(0.0 if order == "alike" else float(at), 0.0, f"{at:06}") for at in range(100_000)]
    if order == "shuffled":
        Random(1).shuffle(entries)
    pieces = list(of(entries, 2048).in_order(descending=descending))
    assert [entry for piece in pieces for entry in piece] == sorted(entries, reverse=descending)
    assert max(map(len, pieces)) < 6_000


def test_nothing_is_the_order_of_nothing() -> None:
    assert not list(of([], 1).in_order())
