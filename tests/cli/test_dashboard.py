"""The bare `runtui` and `runtui demo`, as far as the command line goes: the screens have tests of their own."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import Self

import pytest

from tests.support.command_line import CommandLine, until

_LONGEST = 20.0


class Terminal:
    """A program with a terminal of its own, 100 by 30; Textual draws through stderr."""

    def __init__(self, shell: CommandLine, *words: str, **environ: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.program = subprocess.Popen(
            shell.words(*words),
            env={**shell.environ, "TERM": "xterm-256color", **environ},
            cwd=shell.folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.kill()
        self.program.wait()
        os.close(self._ours)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._ours, keys)

    def drawn(self, wanted: bytes | None = None) -> bytes:
        """What is drawn until that is among it; without it, until the program ends."""
        seen, deadline = b"", time.monotonic() + _LONGEST
        while wanted is None or wanted not in seen:
            assert time.monotonic() < deadline, seen[-2000:]
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    seen += os.read(self._ours, 65536)
                except OSError:  # a terminal nobody has open any more
                    break
        return seen

    @property
    def children(self) -> list[int]:
        """The processes the program started."""
        pid = self.program.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("words", [[], ["-p", "hpc"], ["demo"]])
def test_without_a_terminal_it_says_so_kindly_and_ends_with_2(shell: CommandLine, words: list[str]) -> None:
    ended = shell.start(*words)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"runtui: the dashboard needs a terminal\n")
    assert b"runtui list" in ended.stderr


@pytest.mark.parametrize("words", [[], ["demo"]])
@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_refused_kindly_with_2(shell: CommandLine, words: list[str], term: str) -> None:
    with Terminal(shell, *words, TERM=term) as terminal:
        said = terminal.drawn()
        assert terminal.program.wait(timeout=_LONGEST) == 2
    assert said.startswith(b"runtui: this terminal cannot draw the dashboard")
    assert b"\x1b" not in said


def test_a_wrong_profile_is_named_before_the_terminal_is_touched(shell: CommandLine) -> None:
    with Terminal(shell, "-p", "nobody") as terminal:
        said = terminal.drawn()
        assert terminal.program.wait(timeout=_LONGEST) == 2
    assert said.startswith(b"runtui: there is no profile 'nobody'")


def test_a_theme_that_is_not_known_is_named_before_the_terminal_is_touched(shell: CommandLine) -> None:
    shell.configure('[interface]\ntheme = "runtui-drak"\n')
    with Terminal(shell) as terminal:
        said = terminal.drawn()
        assert terminal.program.wait(timeout=_LONGEST) == 2
    assert said.startswith(b"runtui: ")
    assert b"[interface] theme 'runtui-drak' is not known" in said
    assert b"'runtui-dark'" in said
    assert b"\x1b" not in said


def test_the_services_of_a_demo_say_where_they_are_and_end_with_their_input(shell: CommandLine) -> None:
    words = [shell.words()[0], "-m", "runtui.cli.demo_services", "1.0", "1"]
    with subprocess.Popen(words, env=shell.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        said = json.loads(program.stdout.readline())
        assert {profile["service"] for profile in said["profiles"]} >= {"deltatwin", "rescale", "carrot"}
        for profile in said["profiles"]:
            shell.add_profile(profile["name"], profile["service"], profile["options"])
        checked = shell.run("profiles", "--check", "--json")
        assert (checked.code, [profile["checked"] for profile in checked.json]) == (0, [True] * len(said["profiles"]))
        assert Path(said["folder"]).is_dir()
        program.stdin.close()
        assert program.wait(timeout=_LONGEST) == 0
    assert not Path(said["folder"]).exists()


def test_a_demo_runs_something_on_this_machine_and_ends_it(shell: CommandLine) -> None:
    words = [shell.words()[0], "-m", "runtui.cli.demo_services", "1.0", "1"]
    with subprocess.Popen(words, env=shell.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        folder = Path(json.loads(program.stdout.readline())["folder"]) / "data" / "local" / "runs"
        until(lambda: len(list(folder.glob("*/record.json"))) == 10)
        records = [json.loads(path.read_text()) for path in folder.glob("*/record.json")]
        assert len({record["job"] for record in records}) == 5
        program.stdin.close()
        assert program.wait(timeout=_LONGEST) == 0
    lost = [record["supervisor"]["pid"] for record in records if record["supervisor"]["pid"]]
    until(lambda: not [pid for pid in lost if str(folder) in _command_of(pid)])


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def test_the_services_of_a_demo_clean_up_when_they_are_told_to_end(shell: CommandLine) -> None:
    words = [shell.words()[0], "-m", "runtui.cli.demo_services", "1.0", "1"]
    with subprocess.Popen(words, env=shell.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.terminate()
        assert program.wait(timeout=_LONGEST) == 0
    assert not list(shell.scratch.iterdir())


def test_a_demo_that_is_killed_leaves_no_services_behind(shell: CommandLine) -> None:
    with Terminal(shell, "demo") as terminal:
        terminal.drawn(b"STATUS")
        (services,) = terminal.children
        terminal.program.send_signal(signal.SIGKILL)
        terminal.program.wait(timeout=_LONGEST)
        until(lambda: not Path(f"/proc/{services}").exists())
        assert not list(shell.scratch.iterdir())


def test_a_demo_reads_nothing_of_ours_and_leaves_nothing_behind(shell: CommandLine) -> None:
    shell.configure("this is not TOML")
    with Terminal(shell, "demo") as terminal:
        terminal.drawn(b"STATUS")
        terminal.press(b"q")
        terminal.drawn()
        assert terminal.program.wait(timeout=_LONGEST) == 0
    assert {path.name for path in shell.folder.rglob("*")} == {"config.toml", "home", "scratch"}
