"""Folders for temporary files do not outlive their process for long."""

import os
import time
from pathlib import Path

import pytest

from runtui.services.passing_folder import PREFIX, PassingFolder, remove_left_folders
from tests.support.folder_holder import hold, killed

HOLD = """
import sys
from runtui.services.passing_folder import PassingFolder
folder = PassingFolder()
(folder.path / "1.log").write_text("a log")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def of_nobody(scratch: Path, age: float) -> Path:
    """A folder without the mark of a process, so many seconds old."""
    folder = scratch / f"{PREFIX}{age}"
    folder.mkdir()
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def test_what_a_killed_process_left_is_removed(scratch: Path) -> None:
    left = killed(scratch, HOLD)
    assert (left / "1.log").exists()
    remove_left_folders()
    assert not list(scratch.iterdir())


def test_what_a_living_process_has_stays(scratch: Path) -> None:
    with hold(scratch, HOLD) as holder, PassingFolder() as ours:
        assert holder.stdout is not None
        theirs = Path(holder.stdout.readline().strip())
        remove_left_folders()
        assert set(scratch.iterdir()) == {theirs, ours}
        assert (theirs / "1.log").exists()
        holder.kill()


def test_one_without_a_mark_may_be_just_being_made_and_goes_after_a_day(scratch: Path) -> None:
    fresh, _old = of_nobody(scratch, 60), of_nobody(scratch, 100_000)
    remove_left_folders()
    assert list(scratch.iterdir()) == [fresh]


def test_a_link_is_not_followed(scratch: Path) -> None:
    old = of_nobody(scratch, 100_000)
    link = scratch / f"{PREFIX}link"
    target = old.rename(scratch / "of-somebody-else")
    link.symlink_to(target)
    remove_left_folders()
    assert target.exists()
