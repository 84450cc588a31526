"""Folders of simulators go away, also those of processes that were killed."""

from pathlib import Path

import pytest

from runtui.simulation.scratch import ScratchFolder
from tests.support.folder_holder import hold, killed

PREFIX = "runtui-test-"
HOLD = """
import sys
from runtui.simulation.scratch import ScratchFolder
folder = ScratchFolder("runtui-test-")
(folder.path / "deep").mkdir()
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_that_is_closed_is_gone(scratch: Path) -> None:
    folder = ScratchFolder(PREFIX)
    assert list(scratch.iterdir()) == [folder.path]
    folder.close()
    folder.close()
    assert not list(scratch.iterdir())


def test_what_a_killed_process_left_is_removed_when_the_next_folder_is_made(scratch: Path) -> None:
    left = killed(scratch, HOLD)
    assert (left / "deep").is_dir()
    folder = ScratchFolder(PREFIX)
    assert list(scratch.iterdir()) == [folder.path]
    folder.close()


def test_what_a_living_process_has_stays_and_so_does_what_is_not_ours(scratch: Path) -> None:
    other = scratch / f"{PREFIX}of-somebody-else"
    other.mkdir()
    with hold(scratch, HOLD) as holder:
        assert holder.stdout is not None
        theirs = Path(holder.stdout.readline().strip())
        folder = ScratchFolder(PREFIX)
        assert set(scratch.iterdir()) == {theirs, other, folder.path}
        folder.close()
        holder.kill()
