"""Several sources read at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial

import pytest

from runtui.backends.rescale.merging import merged


async def counting(first: int, last: int) -> AsyncIterator[int]:
    for number in range(first, last):
        await asyncio.sleep(0)
        yield number


async def failing() -> AsyncIterator[int]:
    yield 1
    raise ValueError("no more")


async def waiting(ended: list[bool]) -> AsyncIterator[int]:
    yield 1
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(True)


@pytest.mark.parametrize("width", [1, 2, 9])
async def test_every_item_of_every_source_comes_once(width: int) -> None:
    sources = [partial(counting, start, start + 5) for start in (0, 5, 10)]
    assert sorted([item async for item in merged(sources, width=width)]) == list(range(15))


async def test_one_at_a_time_they_come_in_order() -> None:
    assert [item async for item in merged([partial(counting, 3, 6), partial(counting, 0, 3)], width=1)] == [
        3,
        4,
        5,
        0,
        1,
        2,
    ]


async def test_no_sources_are_no_items() -> None:
    none: list[Callable[[], AsyncIterator[int]]] = []
    assert [item async for item in merged(none, width=4)] == []


async def test_an_error_of_a_source_is_raised_and_ends_the_others() -> None:
    ended: list[bool] = []
    sources: list[Callable[[], AsyncIterator[int]]] = [partial(waiting, ended), failing]
    with pytest.raises(ValueError, match="no more"):
        async for _ in merged(sources, width=2):
            pass
    assert ended == [True]


async def test_closing_ends_the_sources() -> None:
    ended: list[bool] = []
    async with aclosing(merged([partial(waiting, ended)], width=2)) as items:
        async for _ in items:
            break
    assert ended == [True]
