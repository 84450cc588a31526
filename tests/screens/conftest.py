"""Simulators for the screens, served once for all tests, in worlds that stand still."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.support.stage import ServedSimulator, Stage

FEW = 20
"""Runs of each service: enough that some run, some succeeded and some failed."""


@pytest.fixture(scope="session", autouse=True)
def _greenwich() -> Iterator[None]:
    """Moments are shown in local time: let it be the same everywhere."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The sockets the simulators are served on."""
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _standing(stage: Stage) -> Iterator[dict[str, ServedSimulator]]:
    with (
        stage.serving("deltatwin", runs=FEW) as destine,
        stage.serving("rescale", runs=FEW) as hpc,
        stage.serving("carrot", runs=FEW) as carrot,
    ):
        yield {"destine": destine, "hpc": hpc, "carrot": carrot}


@pytest.fixture
def services(_standing: dict[str, ServedSimulator]) -> dict[str, ServedSimulator]:
    """The three services by profile name, in worlds that nobody moves."""
    for served in _standing.values():
        served.behave()
    return dict(_standing)


@pytest.fixture
def hpc(services: dict[str, ServedSimulator]) -> dict[str, ServedSimulator]:
    """The service with jobs and files alone, in a world that nobody moves."""
    return {"hpc": services["hpc"]}


@pytest.fixture
def destine(services: dict[str, ServedSimulator]) -> dict[str, ServedSimulator]:
    """The service with nodes alone, in a world that nobody moves."""
    return {"destine": services["destine"]}
