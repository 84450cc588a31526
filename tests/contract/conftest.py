"""Every service that has a simulator, served on loopback, for one suite of tests.

A test says with `@needs(Capability.NODES)` what it is about; it is skipped, with that as the reason, on a backend that
cannot do it. What a backend can do is never listed: it follows from the protocols it implements.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, aclosing
from importlib.util import find_spec
from typing import Protocol

import pytest

from runtui.backends.protocol import capabilities_of
from runtui.backends.registry import service_names
from runtui.model.capability import Capability
from tests.support.asking import Subject, subject_of
from tests.support.scene import Scene
from tests.support.stage import ServedSimulator, Stage

SERVICES = service_names()
HERE = frozenset(name for name in SERVICES if find_spec(f"runtui.backends.{name}.simulator") is None)
"""Services without a simulator: they are asked for real, over no address, so nothing can come between."""

FEW = 20
"""Runs in a small world: enough that some run and some succeeded."""


class OpenScene(Protocol):
    """Opens a connection that is closed after the test."""

    def __call__(
        self, served: ServedSimulator, *, read_only: bool = ..., options: Mapping[str, object] = ...
    ) -> Scene: ...


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

        def opened(served: ServedSimulator, *, read_only: bool = False, options: Mapping[str, object] = {}) -> Scene:
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


@pytest.fixture(scope="session")
def _small(stage: Stage, service: str) -> Iterator[ServedSimulator]:
    with stage.serving(service, runs=FEW) as served:
        yield served


@pytest.fixture
def small(_small: ServedSimulator, open_scene: OpenScene) -> Scene:
    """A connection to a world with few runs that stands still: for what is asked very often."""
    _small.behave()
    return open_scene(_small)


@pytest.fixture
def small_live(stage: Stage, service: str, open_scene: OpenScene) -> Iterator[Scene]:
    """A connection to a world with few runs, of this test's own."""
    with stage.serving(service, runs=FEW) as served:
        yield open_scene(served)


async def _looked_around(served: ServedSimulator) -> Subject:
    async with aclosing(Scene(served)) as scene:
        return await subject_of(scene)


@pytest.fixture(scope="session")
def subject(_small: ServedSimulator) -> Subject:
    """What questions are about, in the small world that stands still."""
    return asyncio.run(_looked_around(_small))


async def _abilities(served: ServedSimulator) -> frozenset[Capability]:
    async with aclosing(Scene(served)) as scene:
        return capabilities_of(scene.backend)


@pytest.fixture(scope="session")
def abilities(_small: ServedSimulator) -> frozenset[Capability]:
    """What the backend can do."""
    return asyncio.run(_abilities(_small))


@pytest.fixture(autouse=True)
def _able(request: pytest.FixtureRequest) -> None:
    """Skip what the backend cannot do, and what is about the way to a service where there is none, saying so."""
    if request.node.get_closest_marker("over_http") and request.getfixturevalue("service") in HERE:
        pytest.skip(f"{request.getfixturevalue('service')} is not asked over HTTP")
    needed: set[Capability] = {mark.args[0] for mark in request.node.iter_markers("needs")}
    if needed and (lacking := needed - request.getfixturevalue("abilities")):
        pytest.skip(f"{request.getfixturevalue('service')} cannot: {', '.join(sorted(lacking))}")
