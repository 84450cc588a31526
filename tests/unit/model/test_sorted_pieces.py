"""Sorting bit by bit."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.sorted_pieces import SortedPieces


def of(pieces: Sequence[Sequence[int]]) -> SortedPieces[int]:
    sorting = SortedPieces[int]()
    for piece in pieces:
        sorting.add(list(piece))
    return sorting


def cut_up(values: Sequence[int], length: int) -> list[Sequence[int]]:
    return [values[start : start + length] for start in range(0, len(values), length)]


@given(st.lists(st.integers(), unique=True), st.integers(1, 40), st.booleans())
def test_what_comes_in_pieces_leaves_in_order(values: list[int], length: int, descending: bool) -> None:
    out = [value for piece in of(cut_up(values, length)).in_order(descending=descending) for value in piece]
    assert out == sorted(values, reverse=descending)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("shuffled", [False, True])
def test_no_piece_of_the_order_is_long(shuffled: bool, descending: bool) -> None:
    values = list(range(100_000))
    if shuffled:
        Random(1).shuffle(values)
    pieces = list(of(cut_up(values, 2048)).in_order(descending=descending))
    assert [value for piece in pieces for value in piece] == sorted(values, reverse=descending)
    assert max(map(len, pieces)) < 6_000


def test_nothing_is_the_order_of_nothing() -> None:
    assert [value for piece in of([[], []]).in_order() for value in piece] == []
