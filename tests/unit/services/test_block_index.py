from hypothesis import given
from hypothesis import strategies as st

from runtui.services.block_index import BLOCK_BYTES, BlockIndex


def test_an_empty_index_has_no_lines() -> None:
    assert BlockIndex().line_count == 0


def test_a_last_line_without_its_end_counts() -> None:
    index = BlockIndex()
    index.add(b"one\ntwo")
    assert (index.newlines, index.line_count) == (1, 2)


def test_the_block_of_a_line_begins_before_it_whatever_the_line_lengths() -> None:
    content = b"".join(b"x" * (7 + i % 900) + b"\n" for i in range(2000))
    index = BlockIndex()
    index.add(content)
    starts = [0]
    for text in content.split(b"\n")[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    for line in range(2000):
        block, ended = index.block_of_line(line)
        offset = block * BLOCK_BYTES
        assert offset <= starts[line]
        assert content[:offset].count(b"\n") == ended
        assert content[offset : starts[line]].count(b"\n") == line - ended


@given(st.lists(st.binary(max_size=400).map(lambda b: b.replace(b"\x00", b"\n")), max_size=40))
def test_adding_in_pieces_counts_like_the_whole(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    index = BlockIndex()
    for piece in pieces:
        index.add(piece)
    assert (index.size, index.newlines) == (len(whole), whole.count(b"\n"))
