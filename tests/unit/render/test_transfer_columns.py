"""The columns of the transfers."""

from pathlib import Path
from typing import Any

import pytest

from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer, TransferState, totals
from runtui.render.cell import Tone
from runtui.render.columns import DrawContext, sort_order
from runtui.render.transfer_columns import TRANSFER_COLUMNS, progress_cells
from tests.support.sample_files import output_file
from tests.support.sample_runs import NOW

CONTEXT = DrawContext(NOW)
RUN = RunReference("hpc", "aBcDeF/13")


def transfer(state: TransferState, **more: Any) -> Transfer:
    known: dict[str, Any] = {
        "id": 1,
        "run": RUN,
        "file": output_file("100/U"),
        "target": Path("U"),
        "size": 298_000,
    } | more
    return Transfer(state=state, **known)


def texts(given: Transfer) -> list[str]:
    return [column.cell(given, CONTEXT).text for column in TRANSFER_COLUMNS]


def test_an_active_transfer_shows_bar_share_rate_and_rest() -> None:
    assert texts(transfer(TransferState.ACTIVE, received=241_000, rate=1_200.0)) == [
        "100/U",
        "hpc:aBcDeF/13",
        "████████░░",
        "81%",
        "241 KB of 298 KB",
        "1.2 KB/s  47s left",
    ]


def test_a_transfer_of_unknown_size_shows_what_has_come() -> None:
    shown = texts(transfer(TransferState.ACTIVE, size=None, received=5_000, rate=0.0))
    assert shown[2:] == ["░" * 10, "", "5.0 KB", "0 B/s"]


def test_a_finished_transfer_says_what_was_verified() -> None:
    shown = texts(transfer(TransferState.DONE, received=298_000, verified="sha512", seconds=2460.0))
    assert shown[2:] == ["✔ done", "", "298 KB", "sha512 verified   took 41:00"]


def test_a_failed_transfer_says_why() -> None:
    given = transfer(TransferState.FAILED, error="hash differs\x1b")
    assert texts(given)[2] == "✖ failed"
    assert TRANSFER_COLUMNS[-1].cell(given, CONTEXT) == ("hash differs␛", Tone.ERROR)


@pytest.mark.parametrize("state", TransferState)
def test_every_state_can_be_drawn_and_sorted(state: TransferState) -> None:
    given = transfer(state, size=None)
    assert texts(given)[2]
    for column in TRANSFER_COLUMNS:
        assert sort_order([given, given], column, CONTEXT) == [0, 1]


def test_one_that_asks_or_is_paused_says_what_it_waits_for() -> None:
    assert texts(transfer(TransferState.ASKING))[5] == "another file is there: Enter answers"
    assert texts(transfer(TransferState.PAUSED, received=149_000))[2:5] == ["paused", "50%", "149 KB of 298 KB"]


def test_all_together_show_a_bar_the_rate_and_what_is_left() -> None:
    some = [
        transfer(TransferState.ACTIVE, size=100_000, received=50_000, rate=1_000.0),
        transfer(TransferState.DONE, size=100_000, received=100_000),
        transfer(TransferState.ASKING, size=0),
        transfer(TransferState.FAILED, size=50_000, received=0),
    ]
    assert [text for text, _ in progress_cells(totals(some))] == [
        "███████████████░░░░░ 75%", "2 of 4 done", "150 KB of 200 KB", "1.0 KB/s", "50s left", "1 ask", "1 failed",
    ]  # fmt: skip
    assert [text for text, _ in progress_cells(totals(some[1:2]))] == ["1 done", "100 KB"]
    assert progress_cells(totals([])) == ()


def test_a_path_is_made_safe() -> None:
    assert texts(transfer(TransferState.QUEUED, file=output_file("a\x1b[2J")))[0] == "a␛[2J"
