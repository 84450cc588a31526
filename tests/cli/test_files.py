"""`runtui files` and `runtui cat`: which files, in which order, and what a terminal is given of them."""

import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]


@pytest.fixture
def run(connected: CommandLine) -> str:
    """A finished run that stored many files."""
    found = connected.run("list", "-p", "hpc", "-s", "succeeded", "--json").json
    return str(found[0]["reference"])


def test_globs_choose_the_files(connected: CommandLine, run: str) -> None:
    every = [file["path"] for file in connected.run("files", run, "--json").json]
    chosen = [file["path"] for file in connected.run("files", run, "*.png", "results.csv", "--json").json]
    assert chosen == [path for path in every if path.endswith(".png") or path == "results.csv"]
    assert chosen


def test_a_glob_that_nothing_matches_is_said(connected: CommandLine, run: str) -> None:
    ended = connected.run("files", run, "*.nothing")
    assert (ended.code, ended.out) == (3, "")
    assert "'*.nothing'" in ended.err


@pytest.mark.parametrize("key", ["size", "modified"])
def test_files_are_sorted_by_size_and_time_either_way(connected: CommandLine, run: str, key: str) -> None:
    field = {"size": "size", "modified": "modified_at"}[key]
    sorted_up = [file[field] for file in connected.run("files", run, "--sort", key, "--json").json]
    assert sorted_up == sorted(sorted_up)
    sorted_down = [file[field] for file in connected.run("files", run, "--sort", key, "--reverse", "--json").json]
    assert sorted_down == sorted_up[::-1]


def test_paths_are_sorted_with_their_numbers_as_numbers(connected: CommandLine, run: str) -> None:
    paths = [file["path"] for file in connected.run("files", run, "**/U", "--sort", "path", "--json").json]
    numbers = [int(path.split("/")[-2]) for path in paths if path.split("/")[-2].isdigit()]
    assert numbers == sorted(numbers)


def cat_on_a_terminal(shell: CommandLine, *words: str) -> tuple[int, bytes, bytes]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        shell.words("cat", *words), env=shell.environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE
    ) as program:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
        _, complaint = program.communicate(timeout=30)
    os.close(ours)
    return program.returncode, shown, complaint


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody holds the other end any more
        return b""


def test_a_terminal_is_given_text_made_safe_and_no_bytes(
    connected: CommandLine, services: Services, run: str, tmp_path: Path
) -> None:
    code, shown, _ = cat_on_a_terminal(connected, run, "results.csv")
    assert code == 0
    assert shown.replace(b"\r\n", b"\n").decode() == connected.run("cat", run, "results.csv").out
    code, shown, complaint = cat_on_a_terminal(connected, run, "images/p.png")
    assert (code, shown) == (2, b"")
    assert b"no text for a terminal" in complaint
