"""What README.md says is true."""

import re
import shlex
from pathlib import Path

import pytest

import runtui
from runtui.backends.registry import service_names, settings_type
from runtui.cli.parser import build_parser, parse
from runtui.config.options import read_options
from runtui.config.settings import load_config
from runtui.model.capability import Capability
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


TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in README.partition("## What can be done where")[2].partition("\n## ")[0].splitlines()
    if line.startswith("|")
]
SERVICES = {"DeltaTwin": "deltatwin", "Rescale": "rescale", "CARROT": "carrot", "this machine": "local"}
NEEDED = {
    "find by the service's own filters": Capability.FIND,
    "nodes": Capability.NODES,
    "logs, followed": Capability.LOGS,
    "output files": Capability.FILES,
    "a part of a file": Capability.READ_FILE,
    "download": Capability.READ_FILE,
    "jobs, and what they take": Capability.JOBS,
    "start": Capability.START,
    "stop": Capability.STOP,
    "delete": Capability.DELETE,
    "stop a whole job": Capability.WHOLE_JOBS,
    "delete a whole job": Capability.WHOLE_JOBS,
    "snapshot": Capability.SNAPSHOT,
    "reports of a run": Capability.REPORTS,
    "groups of runs": Capability.GROUPS,
    "runs of a group": Capability.GROUPS,
    "reports of a group": Capability.GROUPS,
    "one report of all that is found": Capability.GROUPS,
    "tables for spreadsheets": Capability.TABLES,
    "usage": Capability.USAGE,
    "publish an output": Capability.PUBLISH,
    "mail when runs are over": Capability.SUBSCRIBE,
    "what else a service keeps": Capability.CATALOGUE,
}
"""What a backend must be able to do for a row of the table to say more than none."""


def known_keys() -> set[str]:
    """Every key of every screen, as the readme writes them, and those of tables."""
    folder = Path(runtui.__file__).parent / "tui"
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    keys = {key for written in re.findall(r'Binding\(\s*"([^"]+)"', source) for key in written.split(",")}
    return keys | {"Enter", "/", "=", *(f"^{key.removeprefix('ctrl+')}" for key in keys if key.startswith("ctrl+"))}


def test_no_operation_stands_in_its_table_twice() -> None:
    names = [row[0] for row in TABLE[2:]]
    assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("row", TABLE[2:], ids=lambda row: row[0])
async def test_each_cell_of_its_table_is_a_command_and_a_key_where_the_service_can_do_it(
    row: list[str], tmp_path: Path
) -> None:
    name, *cells = row
    async with open_session(config_path=written(tmp_path)) as session:
        abilities = {one.profile.service: one.capabilities for one in session.connections.values()}
    commands = build_parser().format_help()
    for column, cell in zip(TABLE[0][1:], cells, strict=True):
        if name in NEEDED:
            assert (cell != "none") == (NEEDED[name] in abilities[SERVICES[column]]), (name, column)
        if cell == "none":
            continue
        command, *keys = re.findall(r"`([^`]+)`", cell)
        assert re.search(rf"^    {command.split()[0]}\b", commands, re.MULTILINE), command
        assert keys
        assert set(keys) <= known_keys(), keys
