"""Every service that has a simulator, served on loopback, for one suite of tests.

A test says with `@needs(Capability.NODES)` what it is about; it is skipped, with that as the reason, on a backend that
cannot do it. What a backend can do is never listed: it follows from the protocols it implements.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from importlib.util import find_spec
from typing import Protocol

import pytest

from runtui.backends.protocol import capabilities_of
from runtui.backends.registry import service_names
from runtui.model.capability import Capability
from tests.support.scene import Scene
from tests.support.stage import ServedSimulator, Stage

SERVICES = tuple(name for name in service_names() if find_spec(f"runtui.backends.{name}.simulator"))


class OpenScene(Protocol):
    """Opens a connection that is closed after the test."""

    def __call__(self, served: ServedSimulator, *, read_only: bool = ..., **options: object) -> Scene: ...


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of this suite known."""
    config.addinivalue_line("markers", "needs(capability): what a backend must be able to do for the test")


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The sockets the simulators are served on."""
    opened = Stage()
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    """The name of a service."""
    return str(request.param)


@pytest.fixture(scope="session")
def _standing(stage: Stage, service: str) -> Iterator[ServedSimulator]:
    with stage.serving(service) as served:
        yield served


@pytest.fixture
def standing(_standing: ServedSimulator) -> Iterator[ServedSimulator]:
    """The service in a world that stands still and that nobody changes."""
    _standing.behave()
    before = _standing.world.elapsed
    yield _standing
    assert _standing.world.elapsed == before, "the world that stands still was moved"


@pytest.fixture
def moving(stage: Stage, service: str) -> Iterator[ServedSimulator]:
    """The service in a world of this test's own, to be moved and changed."""
    with stage.serving(service) as served:
        yield served


@pytest.fixture
async def open_scene() -> AsyncIterator[OpenScene]:
    """Opens connections to what is served."""
    async with AsyncExitStack() as stack:

        def opened(served: ServedSimulator, *, read_only: bool = False, **options: object) -> Scene:
            scene = Scene(served, read_only=read_only, options=options)
            stack.push_async_callback(scene.aclose)
            return scene

        yield opened


@pytest.fixture
def still(standing: ServedSimulator, open_scene: OpenScene) -> Scene:
    """A connection to the world that stands still."""
    return open_scene(standing)


@pytest.fixture
def live(moving: ServedSimulator, open_scene: OpenScene) -> Scene:
    """A connection to a world of this test's own."""
    return open_scene(moving)


@pytest.fixture(autouse=True)
async def _able(request: pytest.FixtureRequest, open_scene: OpenScene) -> None:
    """Skip what the backend cannot do, saying so."""
    needed: set[Capability] = {mark.args[0] for mark in request.node.iter_markers("needs")}
    if not needed:
        return
    scene = open_scene(request.getfixturevalue("standing"))
    if lacking := needed - capabilities_of(scene.backend):
        pytest.skip(f"{scene.service} cannot: {', '.join(sorted(lacking))}")
