"""A configuration that is not there, or that nobody can read: what is wrong, where, and what to do."""

import pytest

from tests.support.command_line import CommandLine


@pytest.mark.parametrize("words", [["list"], ["show", "a:b"], ["logs", "a:b"], ["download", "a:b"], ["nodes", "x"]])
def test_without_a_configuration_one_is_told_where_to_write_one(shell: CommandLine, words: list[str]) -> None:
    ended = shell.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("runtui: no profile is configured\n")
    assert str(shell.config) in ended.err
    assert "runtui demo" in ended.err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[profiles.a\n", ":1: this is not TOML"),
        ('[profiles.a]\nservice = "rescale"\nurl = \n', ":3: this is not TOML"),
        ('[profiles.a]\nservice = "rescale"\ntokn = "x"\n', ":3: [profiles.a] tokn is not known"),
        ('[profiles.a]\nurl = "https://x"\n', ":1: [profiles.a] needs the key service"),
        ('[profiles.a]\nservice = "rescale"\nurl = 7\n', ":3: [profiles.a] url must be text, not a whole number"),
        ('[profiles."a b"]\nservice = "rescale"\n', "'a b' cannot be the name of a profile"),
        ("[profils.a]\n", ":1: [profils] is not known"),
        ('[interface]\nrefresh_min = "fast"\n', ":2: [interface] refresh_min must be a number"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(shell: CommandLine, text: str, named: str) -> None:
    shell.configure(text)
    ended = shell.run("list")
    assert (ended.code, ended.out) == (2, "")
    assert str(shell.config) in ended.err
    assert named in ended.err


def test_a_service_that_is_none_is_named_with_those_there_are(shell: CommandLine) -> None:
    shell.configure('[profiles.a]\nservice = "slurm"\n')
    ended = shell.run("list")
    assert (ended.code, ended.out) == (2, "")
    assert "'slurm'" in ended.err
    assert "rescale" in ended.err


def test_a_wrong_profile_does_not_hinder_the_others(connected: CommandLine) -> None:
    connected.add_profile("odd", "slurm", {})
    ended = connected.run("list", "--json")
    assert ended.code == 2
    assert {run["profile"] for run in ended.json} == {"destine", "hpc", "carrot"}
    assert [line for line in ended.err.splitlines() if line.startswith("runtui: ")] == [
        "runtui: odd: there is no service 'slurm'"
    ]


def test_a_secret_others_can_read_is_refused_without_showing_it(connected: CommandLine) -> None:
    connected.config.chmod(0o644)
    ended = connected.run("list", "-p", "hpc")
    assert (ended.code, ended.out) == (2, "")
    assert "chmod 600" in ended.err
    assert "token" in ended.err
    assert "3f9a51" not in ended.err


def test_an_environment_variable_that_is_not_set_is_named(shell: CommandLine) -> None:
    shell.configure('[profiles.a]\nservice = "rescale"\nurl = "http://127.0.0.1:9"\ntoken = { env = "NO_SUCH" }\n')
    ended = shell.run("list")
    assert (ended.code, ended.out) == (2, "")
    assert "'NO_SUCH', which is not set" in ended.err


def test_a_named_file_that_is_not_there_is_said(shell: CommandLine) -> None:
    ended = shell.run("list", "--config", "gone.toml")
    assert (ended.code, ended.out) == (0, "")
    assert "gone.toml does not exist, so nothing is configured" in ended.err


def test_a_file_that_is_not_text_is_named_with_its_line(shell: CommandLine) -> None:
    shell.config.write_bytes(b"[profiles.a]\nservice = '\xff'\n")
    ended = shell.run("list")
    assert ended.code == 2
    assert f"{shell.config}:2" in ended.err
