"""`runtui profiles` and `runtui config path`."""

from pathlib import Path

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]
KEY = "0123456789abcdef0123456789abcdef01234567"


def test_configured_profiles_come_with_the_place_they_are_written_at(
    connected: CommandLine, services: Services
) -> None:
    ended = connected.run("profiles", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert [profile["name"] for profile in ended.json] == list(services)
    assert [profile["url"] for profile in ended.json] == [served.url for served in services.values()]
    assert all(profile["origin"].startswith(f"{connected.config}:") for profile in ended.json)
    assert all(profile["configured"] and profile["error"] is None for profile in ended.json)


def test_text_shows_the_same(connected: CommandLine, services: Services) -> None:
    ended = connected.run("profiles")
    assert [line.split()[0] for line in ended.lines] == ["PROFILE", *services]


def test_no_secret_is_ever_shown(connected: CommandLine, services: Services) -> None:
    secrets = [services["destine"].options["password"], services["hpc"].options["token"]]
    ended = [
        connected.run(*words) for words in (["profiles"], ["profiles", "--json"], ["profiles", "--check", "--json"])
    ]
    assert not any(str(secret) in one.out + one.err for one in ended for secret in secrets)


def test_a_check_asks_every_service_who_we_are(connected: CommandLine, services: Services) -> None:
    ended = connected.run("profiles", "--check", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert all(profile["checked"] for profile in ended.json)


def test_a_check_that_fails_leaves_the_others_and_its_code(connected: CommandLine, services: Services) -> None:
    services["hpc"].simulator.application.fail(status=401)
    ended = connected.run("profiles", "--check", "--json")
    assert ended.code == 4
    assert {profile["name"]: profile["checked"] for profile in ended.json} == {name: name != "hpc" for name in services}
    assert ended.err.startswith("runtui: hpc: ")


def test_what_another_client_configured_here_is_found_and_can_be_used_by_name(
    shell: CommandLine, services: Services
) -> None:
    folder = Path(shell.environ["HOME"], ".config", "rescale")
    folder.mkdir(parents=True)
    hpc = services["hpc"]
    (folder / "apiconfig").write_text(
        f"[default]\napibaseurl = {hpc.url}\napikey = {hpc.simulator.credentials['token']}\n"
    )
    before = (folder / "apiconfig").read_bytes()
    (found,) = shell.run("profiles", "--json").json
    assert (found["service"], found["configured"], found["error"]) == ("rescale", False, None)
    assert "apiconfig" in found["origin"]
    named = shell.run("list", "-p", found["name"], "--json", "--limit", "1")
    assert (named.code, len(named.json)) == (0, 1)
    alone = shell.run("list", "--json", "--limit", "1")
    assert (alone.code, [run["id"] for run in alone.json]) == (0, [run["id"] for run in named.json])
    assert "nothing is configured: using what was found" in alone.err
    assert (folder / "apiconfig").read_bytes() == before


def test_a_configured_profile_is_used_before_a_found_one(connected: CommandLine) -> None:
    with_key = {"RESCALE_API_KEY": KEY}
    names = [profile["name"] for profile in connected.run("profiles", "--json", **with_key).json]
    assert len(names) == len(set(names)) == 4
    listed = connected.run("list", "--json", **with_key)
    assert (listed.code, {run["profile"] for run in listed.json}) == (0, set(names[:3]))


def test_nothing_at_all_is_said_and_is_no_error(shell: CommandLine) -> None:
    ended = shell.run("profiles")
    assert (ended.code, ended.out) == (0, "")
    assert str(shell.config) in ended.err
    assert shell.run("profiles", "--json").json == []


def test_the_path_of_the_configuration_is_the_one_in_force(shell: CommandLine) -> None:
    assert shell.run("config", "path").out == f"{shell.config}\n"
    assert shell.run("config", "path", "--config", "other.toml").out == f"{shell.folder}/other.toml\n"
    assert shell.run("--config", "other.toml", "config", "path").out == f"{shell.folder}/other.toml\n"
    usual = shell.run("config", "path", RUNTUI_CONFIG="").out
    assert usual == f"{shell.environ['HOME']}/.config/runtui/config.toml\n"
