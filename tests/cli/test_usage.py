"""What the command line says about itself, and to whoever writes something else."""

import re

import pytest

from runtui import __version__
from runtui.cli.parser import build_parser
from tests.support.command_line import CommandLine

COMMANDS = (
    *("list", "show", "nodes", "files", "logs", "download", "export", "groups", "subscribe", "wait", "diff"),
    *("start", "stop", "delete", "snapshot", "publish", "report"),
    *("profiles", "login", "doctor", "config", "simulate", "demo"),
)


def test_the_version_is_one_line_of_data(shell: CommandLine) -> None:
    ended = shell.run("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"runtui {__version__}\n", "")


def test_help_names_every_command_and_every_exit_code(shell: CommandLine) -> None:
    ended = shell.run("--help")
    assert (ended.code, ended.err) == (0, "")
    for command in COMMANDS:
        assert re.search(rf"^    {command} ", ended.out, re.MULTILINE), command
    for code in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "130"):
        assert re.search(rf"\b{code}  ?\S", ended.out), code


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args([command, "--help"])
    assert left.value.code == 0
    assert f"usage: runtui {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (["lst"], "lst"),
        (["show"], "RUN"),
        (["list", "--limit", "many"], "'many' is not a whole number"),
        (["list", "--limit", "-1"], "'-1' is not a whole number"),
        (["list", "--json", "--jsonl"], "--jsonl: not allowed with argument --json"),
        (["logs", "a:b", "-n", "1.5"], "'1.5' is not a whole number"),
        (["simulate", "x", "--port", "70000"], "port"),
        (["simulate", "x", "--speed", "-1"], "'-1' is not a number"),
        (["simulate", "x", "--speed", "nan"], "'nan' is not a number"),
        (["config", "where"], "where"),
        (["list", "--nonsense"], "--nonsense"),
        (["--jso"], "--jso"),
    ],
)
def test_a_wrong_word_is_named_and_ends_with_2(
    written: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args(written)
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert said.err.startswith("runtui: ")
    assert named in said.err
    assert "--help" in said.err.splitlines()[-1]


def test_profiles_may_stand_on_both_sides_of_the_command(shell: CommandLine) -> None:
    shell.configure('[profiles.a]\nservice = "nowhere"\n[profiles.b]\nservice = "nowhere"\n')
    ended = shell.run("-p", "b", "profiles", "-p", "a", "--json")
    assert [profile["name"] for profile in ended.json] == ["b", "a"]


def test_the_program_runs_as_a_module_under_its_own_name(shell: CommandLine) -> None:
    assert shell.start("--help").stdout.startswith(b"usage: runtui ")


def test_a_terminal_without_unicode_gets_help_all_the_same(shell: CommandLine) -> None:
    ended = shell.start("logs", "--help", PYTHONIOENCODING="ascii", LANG="C")
    assert ended.returncode == 0
    assert b"\\u2504" in ended.stdout
