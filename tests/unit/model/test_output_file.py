"""Output files and their transfers."""

from pathlib import Path
from typing import Any

import pytest

from runtui.model.output_file import OutputFile
from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer, TransferState


def transfer(state: TransferState, **more: Any) -> Transfer:
    file = OutputFile(id="1", path="100/U")
    return Transfer(id=1, run=RunReference("p", "1"), file=file, target=Path("U"), state=state, **more)


@pytest.mark.parametrize(("path", "name"), [("a/b/c.txt", "c.txt"), ("c.txt", "c.txt"), ("a/", ""), ("", "")])
def test_a_file_is_called_by_the_last_part_of_its_path(path: str, name: str) -> None:
    assert OutputFile(id="1", path=path).name == name


@pytest.mark.parametrize(
    ("given", "share"),
    [
        (transfer(TransferState.ACTIVE, received=25, size=100), 0.25),
        (transfer(TransferState.ACTIVE, received=200, size=100), 1.0),
        (transfer(TransferState.ACTIVE, received=25), None),
        (transfer(TransferState.DONE), 1.0),
        (transfer(TransferState.SKIPPED), 1.0),
        (transfer(TransferState.FAILED, received=25, size=100), 0.25),
    ],
)
def test_how_much_of_a_transfer_has_come(given: Transfer, share: float | None) -> None:
    assert given.share == share


def test_the_rest_takes_as_long_as_the_rate_says() -> None:
    assert transfer(TransferState.ACTIVE, received=40, size=100, rate=20.0).eta_seconds == 3.0
    assert transfer(TransferState.ACTIVE, received=40, size=100).eta_seconds is None
    assert transfer(TransferState.QUEUED, size=100, rate=20.0).eta_seconds is None


@pytest.mark.parametrize("state", TransferState)
def test_a_transfer_is_over_or_still_has_something_to_do(state: TransferState) -> None:
    over = {TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED, TransferState.SKIPPED}
    assert state.is_over is (state in over)
