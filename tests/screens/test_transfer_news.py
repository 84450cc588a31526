"""How often transfers are drawn, and how little of the screen each time."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from textual.app import ComposeResult

from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer, TransferState
from runtui.render.columns import DrawContext
from runtui.render.transfer_columns import TRANSFER_COLUMNS
from runtui.tui.transfer_news import SHOWN_EVERY, TransferNews
from runtui.tui.widgets.virtual_table import VirtualTable
from tests.support.frames import drawn, frame_of
from tests.support.sample_files import output_file
from tests.support.sample_runs import NOW
from tests.support.wire import WeighedApp

ONE_ROW = 260
"""Bytes: the bar, the share, the size and the rate of one row, with their colours."""


def transfer(number: int, received: int = 0, state: TransferState = TransferState.ACTIVE) -> Transfer:
    return Transfer(
        id=number,
        run=RunReference("hpc", "aBcDeF/13"),
        file=output_file(f"case/{number}"),
        target=Path("x"),
        state=state,
        size=1_000_000,
        received=received,
        rate=1_000.0,
    )


class Later:
    """What was to be called later, and after how long."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.pauses: list[float] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> None:
        self.pauses.append(seconds)
        self.waiting.append(call)

    def come(self) -> None:
        self.waiting.pop()()


def test_a_first_change_is_shown_at_once_and_later_ones_together() -> None:
    shown: list[Sequence[Transfer]] = []
    later = Later()
    news = TransferNews(shown.append, later)
    news.take([transfer(1)])
    assert shown == [(transfer(1),)]
    for received in range(1, 1000):
        news.take([transfer(1, received), transfer(2)])
    assert len(shown) == 1
    later.come()
    assert shown[1:] == [(transfer(1, 999), transfer(2))]
    later.come()
    assert len(shown) == 2
    assert later.pauses == [SHOWN_EVERY] * 2
    news.take([transfer(3)])
    assert shown[2:] == [(transfer(3),)]


class TransfersApp(WeighedApp):
    """A table of many transfers."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {number: transfer(number, 1000 * number) for number in range(60)}
        self.table: VirtualTable[int, Transfer] = VirtualTable(TRANSFER_COLUMNS, self.known.get, DrawContext(NOW))

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.show_keys(list(self.known))

    def progress(self, number: int, received: int) -> None:
        self.known[number] = msgspec.structs.replace(self.known[number], received=received)
        self.table.show_keys(list(self.known))
        self.table.refresh_rows([number])


async def test_progress_of_one_transfer_draws_its_row_alone() -> None:
    app = TransfersApp()
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        before = frame_of(app).splitlines()
        app.sent = 0
        app.progress(7, 412_000)
        await drawn(pilot)
        after = frame_of(app).splitlines()
        assert [line for line, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [8]
        assert 0 < app.sent <= ONE_ROW
        app.sent = 0
        app.progress(59, 412_000)
        await drawn(pilot)
        assert app.sent == 0
