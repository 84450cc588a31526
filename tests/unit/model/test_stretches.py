"""Values that are kept sorted while some come and go."""

from hypothesis import given
from hypothesis import strategies as st

from runtui.model.stretches import Stretches

PIECES = st.lists(st.lists(st.integers(0, 50)))


def all_of(stretches: Stretches[int]) -> list[int]:
    return [value for stretch in stretches for value in stretch]


@given(PIECES)
def test_every_stretch_is_sorted_and_they_hold_what_was_added(pieces: list[list[int]]) -> None:
    stretches = Stretches[int]()
    for piece in pieces:
        stretches.add(piece)
    assert all(stretch == sorted(stretch) for stretch in stretches)
    assert sorted(all_of(stretches)) == sorted(value for piece in pieces for value in piece)


def test_equal_pieces_leave_few_stretches() -> None:
    stretches = Stretches[int]()
    for start in range(0, 64_000, 1000):
        stretches.add(range(start, start + 1000))
        assert len(list(stretches)) <= 7
    assert len(stretches) == 64_000


@given(st.sets(st.integers(0, 300)), st.sets(st.integers(0, 300)))
def test_what_is_taken_out_is_gone_and_nothing_else(values: set[int], gone: set[int]) -> None:
    stretches = Stretches[int]()
    for value in values:
        stretches.add([value])
    stretches.take_out(gone)
    assert sorted(all_of(stretches)) == sorted(values - gone)
