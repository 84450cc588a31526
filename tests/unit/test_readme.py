"""What README.md says is true."""

import re
import shlex
from pathlib import Path

import pytest

from runtui.backends.registry import service_names, settings_type
from runtui.cli.parser import parse
from runtui.config.options import read_options
from runtui.config.settings import load_config
from runtui.services import Session, open_session
from runtui.tui.actions import GROUPS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def block_after(marker: str) -> str:
    found = re.search(rf"<!-- {marker} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no block after <!-- {marker} -->"
    return found[1]


def written(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(block_after("config"), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_its_configuration_is_read_without_a_complaint(tmp_path: Path) -> None:
    config = load_config(written(tmp_path), {})
    assert {profile.service for profile in config.profiles} == set(service_names())
    assert config.problems == ()
    for profile in config.profiles:
        read_options(profile, settings_type(profile.service))


def test_the_keys_it_remaps_belong_to_an_action(tmp_path: Path) -> None:
    for override in load_config(written(tmp_path), {}).keys:
        assert override.action.partition(".")[0] in GROUPS


@pytest.mark.parametrize("line", [line for line in README.splitlines() if re.match(r"runtui [a-z]", line)])
def test_its_commands_can_be_parsed(line: str) -> None:
    assert parse(shlex.split(line)[1:]).command == shlex.split(line)[1]


async def test_its_library_example_can_be_compiled_and_names_what_there_is(tmp_path: Path) -> None:
    compile(block_after("library"), "README.md", "exec")
    async with open_session(["hpc"], config_path=written(tmp_path)) as session:
        assert isinstance(session, Session)
        assert list(session.connections) == ["hpc"]


def test_the_services_it_names_are_those_there_are() -> None:
    for service in service_names():
        assert f'service = "{service}"' in README
