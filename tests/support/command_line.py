"""The command line as a person meets it: arguments, an environment, two streams and an exit code."""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from runtui.cli.main import run

ROOT = Path(__file__).parent.parent.parent
_LONGEST = 60.0


def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; fails the test when it does not in time."""
    deadline = time.monotonic() + _LONGEST / 3
    while not condition():
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.01)


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its data, which must be one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Its data, a line each."""
        return self.out.splitlines()


class CommandLine:
    """Runs commands with a home, a configuration and caches of its own below `folder`.

    `scratch` is where programs of their own put temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.scratch = folder / "scratch"
        self.environ: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "RUNTUI_CONFIG": str(self.config),
            "RUNTUI_DATA_DIR": str(folder / "data"),
            "RUNTUI_CACHE_DIR": str(folder / "cache"),
            "TMPDIR": str(self.scratch),
        }
        (folder / "home").mkdir(parents=True)
        self.scratch.mkdir()

    def configure(self, text: str) -> None:
        """Write the configuration file."""
        self.config.write_text(text)
        self.config.chmod(0o600)

    def add_profile(self, name: str, service: str, options: Mapping[str, object]) -> None:
        """Add a profile to the configuration file."""
        lines = [
            f"[profiles.{name}]",
            f'service = "{service}"',
            *(f"{key} = {json.dumps(options[key])}" for key in options),
        ]
        before = self.config.read_text() if self.config.exists() else ""
        self.configure("\n".join([before, *lines, ""]))

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Run a command to its end in this process, which saves the start of another one."""
        out, err = _stream(), _stream()
        with (
            patch.dict(os.environ, {**self.environ, **environ}, clear=True),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = run(arguments)
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else 1
        return Ended(code, _written_to(out), _written_to(err))

    def start(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a command to its end as a program of its own, and give its output as it is."""
        return subprocess.run(
            self.words(*arguments),
            env={**self.environ, **environ},
            cwd=self.folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )

    def begin(self, *arguments: str, **environ: str) -> "subprocess.Popen[bytes]":
        """Start a command as a program of its own and give it while it runs."""
        return subprocess.Popen(
            self.words(*arguments),
            env={**self.environ, **environ},
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @staticmethod
    def words(*arguments: str) -> list[str]:
        """The words of a command line."""
        return [sys.executable, "-W", "error", "-m", "runtui", *arguments]


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _written_to(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
