"""Dividing a file among connections."""

from itertools import pairwise

from runtui.services.chunks import Chunk, Chunks

MB = 1024 * 1024


def taken(chunks: Chunks) -> list[Chunk]:
    found = []
    while (chunk := chunks.take()) is not None:
        found.append(chunk)
    return found


def received(chunk: Chunk) -> Chunk:
    chunk.at = chunk.end
    return chunk


def test_parts_are_in_order_and_cover_what_is_missing_once() -> None:
    parts = taken(Chunks([(0, 30 * MB), (50 * MB, 300 * MB)], 8))
    spans = [(part.start, part.end) for part in parts]
    assert spans[0][0] == 0
    assert spans[-1][1] == 300 * MB
    breaks = [(end, start) for (_, end), (start, _) in pairwise(spans) if end != start]
    assert breaks == [(30 * MB, 50 * MB)]


def test_parts_are_small_where_asking_takes_no_time() -> None:
    """So the beginning is there without a gap while the rest comes, and is hashed meanwhile."""
    chunks = Chunks([(0, 4096 * MB)], 8)
    first = chunks.take()
    assert first is not None
    chunks.note_pace(received(first), asking=0.001, receiving=0.05)
    second = chunks.take()
    assert second is not None
    assert second.end - second.start == first.end - first.start == 8 * MB


def test_parts_are_large_where_asking_takes_long() -> None:
    chunks = Chunks([(0, 4096 * MB)], 8)
    first = chunks.take()
    assert first is not None
    chunks.note_pace(received(first), asking=0.15, receiving=0.4)
    second = chunks.take()
    assert second is not None
    assert second.end - second.start == 60 * MB


def test_parts_become_smaller_towards_the_end() -> None:
    chunks = Chunks([(0, 512 * MB)], 8)
    first = chunks.take()
    assert first is not None
    chunks.note_pace(received(first), asking=1.0, receiving=0.1)
    sizes = [part.end - part.start for part in taken(chunks)]
    assert sizes[0] > 30 * MB
    assert sizes == sorted(sizes, reverse=True) or max(sizes[-8:]) <= 6 * MB


def test_what_was_put_back_is_the_next_part() -> None:
    chunks = Chunks([(0, 100 * MB)], 2)
    first, _ = chunks.take(), chunks.take()
    assert first is not None
    first.at = 3 * MB
    chunks.put_back(first)
    again = chunks.take()
    assert again is not None
    assert (again.start, again.end) == (3 * MB, 8 * MB)
