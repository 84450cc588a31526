"""Which files of this machine a service may have us read."""

import os
from pathlib import Path

import pytest

from runtui.backends.carrot.local_paths import LocalPaths, read_piece
from runtui.model.errors import NotFoundError, RejectedError

ID = "0f4949ab-875e-4cee-8135-2dfd31aab9bc"
OTHER = "11111111-875e-4cee-8135-2dfd31aab9bc"


@pytest.fixture
def stdout(tmp_path: Path) -> Path:
    """A call's stdout in Cromwell's layout."""
    path = tmp_path / "cromwell-executions" / "wf" / ID / "call-align" / "execution" / "stdout"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"one\ntwo\n")
    return path


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that is nobody's business."""
    path = tmp_path / "secret"
    path.write_text("hush")
    return path


def test_a_path_in_the_runs_own_folder_is_read(stdout: Path) -> None:
    file = LocalPaths({}, []).find(str(stdout), [OTHER, ID])
    assert (file.size, read_piece(file, 4, 100)) == (8, b"two\n")


def test_a_path_of_another_run_is_not_read(stdout: Path) -> None:
    with pytest.raises(RejectedError, match="id of this run's workflow"):
        LocalPaths({}, []).find(str(stdout), [OTHER])


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/shadow", f"/{ID}/call-x/stdout", "relative/stdout", ""])
def test_any_other_path_is_not_read(path: str) -> None:
    with pytest.raises(RejectedError):
        LocalPaths({}, []).find(path, [ID])


def test_dots_do_not_lead_out(stdout: Path, secret: Path) -> None:
    climbing = f"{stdout.parent}/{'../' * 5}secret"
    assert Path(climbing).read_text() == "hush"
    with pytest.raises(RejectedError, match="plain absolute paths"):
        LocalPaths({}, []).find(climbing, [ID])


def test_a_link_does_not_lead_out(stdout: Path, secret: Path) -> None:
    stdout.unlink()
    stdout.symlink_to(secret)
    with pytest.raises(RejectedError, match="leads out of the folder"):
        LocalPaths({}, []).find(str(stdout), [ID])


def test_a_linked_folder_does_not_lead_out(stdout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "stdout").write_text("hush")
    linked = stdout.parent.parent.parent / "call-linked"
    linked.symlink_to(elsewhere)
    with pytest.raises(RejectedError, match="leads out of the folder"):
        LocalPaths({}, []).find(str(linked / "stdout"), [ID])


def test_a_link_inside_the_folder_is_followed(stdout: Path) -> None:
    link = stdout.with_name("link")
    link.symlink_to(stdout)
    assert LocalPaths({}, []).find(str(link), [ID]).size == 8


def test_only_regular_files_are_read(stdout: Path) -> None:
    pipe = stdout.with_name("pipe")
    os.mkfifo(pipe)
    for path in (pipe, stdout.parent):
        with pytest.raises(RejectedError, match="not a regular file"):
            LocalPaths({}, []).find(str(path), [ID])


def test_a_file_that_was_swapped_for_a_link_after_it_was_found_is_not_read(stdout: Path, secret: Path) -> None:
    file = LocalPaths({}, []).find(str(stdout), [ID])
    stdout.unlink()
    stdout.symlink_to(secret)
    with pytest.raises(NotFoundError):
        read_piece(file, 0, 100)


def test_a_missing_file_says_where_it_lies_and_what_to_do(stdout: Path) -> None:
    stdout.unlink()
    with pytest.raises(NotFoundError) as raised:
        LocalPaths({}, []).find(str(stdout), [ID])
    assert str(stdout) in raised.value.message
    assert "path_rewrites" in raised.value.hint


def test_a_folder_of_cromwells_host_is_found_where_it_is_mounted(stdout: Path, tmp_path: Path) -> None:
    paths = LocalPaths({"/cromwell-executions/": str(tmp_path / "cromwell-executions")}, [])
    said = str(stdout).removeprefix(str(tmp_path))
    assert paths.find(said, []).size == 8
    assert paths.find(f"file://{said}", []).size == 8


def test_the_longest_rewrite_wins_and_only_whole_folder_names_count(stdout: Path, tmp_path: Path) -> None:
    root = str(tmp_path / "cromwell-executions")
    paths = LocalPaths({"/data": "/nowhere", "/data/runs": root}, [])
    assert paths.find(f"/data/runs/wf/{ID}/call-align/execution/stdout", []).size == 8
    with pytest.raises(RejectedError):
        paths.find(f"/database/wf/{ID}/stdout", [])


def test_a_rewritten_path_stays_in_the_folder_that_was_named(stdout: Path, secret: Path, tmp_path: Path) -> None:
    stdout.unlink()
    stdout.symlink_to(secret)
    paths = LocalPaths({"/cromwell-executions": str(tmp_path / "cromwell-executions")}, [])
    with pytest.raises(RejectedError, match="leads out of the folder"):
        paths.find(str(stdout).removeprefix(str(tmp_path)), [ID])


def test_with_folders_named_only_those_are_read(stdout: Path, secret: Path, tmp_path: Path) -> None:
    allowed = LocalPaths({}, [str(tmp_path / "cromwell-executions")])
    assert allowed.find(str(stdout), []).size == 8
    with pytest.raises(RejectedError, match="none of the folders"):
        allowed.find(str(secret), [])
    elsewhere = LocalPaths({}, [str(tmp_path / "other")])
    with pytest.raises(RejectedError, match="none of the folders"):
        elsewhere.find(str(stdout), [ID])


def test_another_content_is_another_version(stdout: Path) -> None:
    before = LocalPaths({}, []).find(str(stdout), [ID]).version
    stdout.write_bytes(b"one\ntwo\nthree\n")
    assert LocalPaths({}, []).find(str(stdout), [ID]).version != before
