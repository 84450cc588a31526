"""Which program opens a file of this machine."""

from pathlib import Path

import pytest

from runtui.tui.file_opener import program_for


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "run.log"
    path.write_text("a line\n")
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "p.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    return path


def test_text_goes_to_the_pager_a_person_chose(text: Path) -> None:
    program = program_for(text, {"PAGER": "cat -n"})
    assert program is not None
    assert program.command == ("cat", "-n", str(text))
    assert program.takes_terminal


def test_a_pager_that_is_not_there_is_passed_over(text: Path) -> None:
    program = program_for(text, {"PAGER": "no-such-pager-here"})
    assert program is None or program.command[0] in ("less", "more")


def test_without_a_desktop_nothing_shows_an_image(image: Path) -> None:
    assert program_for(image, {}) is None


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        program_for(tmp_path / "gone", {})
