"""Folders of simulators go away, also those of processes that were killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from runtui.simulation.scratch import ScratchFolder

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


def hold(scratch: Path) -> subprocess.Popen[str]:
    """A process that has such a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env={"TMPDIR": str(scratch), "PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_folder_that_is_closed_is_gone(scratch: Path) -> None:
    folder = ScratchFolder(PREFIX)
    assert list(scratch.iterdir()) == [folder.path]
    folder.close()
    folder.close()
    assert not list(scratch.iterdir())


def test_what_a_killed_process_left_is_removed_when_the_next_folder_is_made(scratch: Path) -> None:
    with hold(scratch) as holder:
        assert holder.stdout is not None
        left = Path(holder.stdout.readline().strip())
        holder.kill()
    assert (left / "deep").is_dir()
    folder = ScratchFolder(PREFIX)
    assert list(scratch.iterdir()) == [folder.path]
    folder.close()


def test_what_a_living_process_has_stays_and_so_does_what_is_not_ours(scratch: Path) -> None:
    other = scratch / f"{PREFIX}of-somebody-else"
    other.mkdir()
    with hold(scratch) as holder:
        assert holder.stdout is not None
        theirs = Path(holder.stdout.readline().strip())
        folder = ScratchFolder(PREFIX)
        assert set(scratch.iterdir()) == {theirs, other, folder.path}
        folder.close()
        holder.kill()
