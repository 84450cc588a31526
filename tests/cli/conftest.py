"""Services that stand still, and a command line that is connected to them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.local_runs import end_all_runs
from tests.support.stage import ServedSimulator, Stage

PROFILES = {"destine": "deltatwin", "hpc": "rescale", "carrot": "carrot"}
RUNS = 40


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The sockets the simulators are served on."""
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _standing(stage: Stage) -> Iterator[dict[str, ServedSimulator]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(stage.serving(service, runs=RUNS)) for name, service in PROFILES.items()}


@pytest.fixture
def services(_standing: dict[str, ServedSimulator]) -> Iterator[dict[str, ServedSimulator]]:
    """Every service by the name of its profile, in worlds that stand still; they behave again after the test."""
    yield _standing
    for served in _standing.values():
        served.behave()


@pytest.fixture
def shell(tmp_path: Path) -> CommandLine:
    """A command line on a machine where no service is configured, and that shows no runs of its own."""
    made = CommandLine(tmp_path)
    made.configure("[interface]\nlocal = false\n")
    return made


@pytest.fixture
def here(tmp_path: Path) -> Iterator[CommandLine]:
    """A command line on a machine where nothing is configured. What it started and still runs ends with the test."""
    made = CommandLine(tmp_path)
    made.configure("")
    yield made
    end_all_runs(tmp_path / "data" / "local")


@pytest.fixture
def connected(shell: CommandLine, services: dict[str, ServedSimulator]) -> CommandLine:
    """A command line with a profile for every service."""
    for name, served in services.items():
        shell.add_profile(name, PROFILES[name], served.options)
    return shell
