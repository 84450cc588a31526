"""What a command costs before it does anything."""

import subprocess
import sys

import pytest

from tests.support.command_line import ROOT, CommandLine

LOADED = """
import sys
from runtui.cli.main import run
try:
    run(sys.argv[1:])
except SystemExit:
    pass
print("|", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded(shell: CommandLine, *arguments: str) -> set[str]:
    """The top-level modules a command brings in."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env=shell.environ, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(ended.stdout.rpartition("|")[2].split())


@pytest.mark.parametrize("written", [["--version"], ["--help"], ["list", "--help"], ["logs", "--help"]])
def test_help_and_version_import_next_to_nothing(written: list[str], shell: CommandLine) -> None:
    assert not loaded(shell, *written) & {"textual", "rich", "httpx", "msgspec", "asyncio", "platformdirs", "ssl"}


def test_the_path_of_the_configuration_needs_no_client(shell: CommandLine) -> None:
    assert not loaded(shell, "config", "path") & {"textual", "rich", "httpx", "asyncio"}


@pytest.mark.parametrize(
    "written",
    [
        ["list"],
        ["list", "--json", "--where", "job:a Cd<0", "--sort", "Cd"],
        ["show", "hpc:nothing"],
        ["nodes", "hpc:nothing"],
        ["files", "hpc:nothing"],
        ["logs", "hpc:nothing", "-f"],
        ["download", "hpc:nothing"],
        ["profiles", "--check"],
        ["simulate", "nothing"],
        ["demo"],
        [],
    ],
)
def test_no_command_imports_textual_without_a_terminal(written: list[str], connected: CommandLine) -> None:
    assert "textual" not in loaded(connected, *written)
