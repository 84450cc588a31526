"""All transfers in one short text."""

from pathlib import Path

import pytest

from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer, TransferState
from runtui.render.glyphs import ASCII, UNICODE, Glyphs
from runtui.tui.transfer_gauge import transfer_gauge
from tests.support.sample_files import output_file


def transfer(number: int, state: TransferState, received: int) -> Transfer:
    file = output_file(f"{number}/U")
    run = RunReference("hpc", "aBcDeF/13")
    return Transfer(id=number, run=run, file=file, target=Path("U"), size=1000, state=state, received=received)


@pytest.mark.parametrize(("glyphs", "sign"), [(UNICODE, "↓"), (ASCII, "v")])
def test_it_says_how_many_are_over_with_the_sign_the_terminal_can_show(glyphs: Glyphs, sign: str) -> None:
    known = [transfer(1, TransferState.DONE, 1000), transfer(2, TransferState.ACTIVE, 500)]
    assert "".join(cell.text for cell in transfer_gauge(known, glyphs)) == f"{sign} 1 of 2  75%"


def test_nothing_is_said_once_all_are_over() -> None:
    assert transfer_gauge([transfer(1, TransferState.DONE, 1000)], UNICODE) == ()
