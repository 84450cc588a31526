"""A service that goes away and comes back, as a feed and a cache see it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from runtui.backends.registry import simulator_module
from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config
from runtui.model.delta import FeedState
from runtui.services.cache import RunCache
from runtui.services.pace import Pace
from runtui.services.session import Session
from runtui.simulation.server import SimulatorServer, listening_socket
from runtui.simulation.world import World
from tests.support.conditions import reached

OFTEN = Pace(moving=0.02, still=0.02, longest=0.05)


class Place:
    """A simulated service on a port of its own, which is there or not."""

    def __init__(self) -> None:
        self.simulator: Any = simulator_module("rescale").create_simulator(World(seed=1, speed=0), runs=20)
        self.port = 0
        with self.there():
            pass

    @contextmanager
    def there(self) -> Iterator[None]:
        """It answers until the block is left."""
        with SimulatorServer(self.simulator.application, listening_socket(self.port)) as server:
            self.port = int(server.url.rpartition(":")[2])
            yield

    @property
    def profile(self) -> Profile:
        options = self.simulator.profile_options(f"http://127.0.0.1:{self.port}", {})
        return Profile(name="hpc", service="rescale", options=options, origin=Origin(place="a test"))


@asynccontextmanager
async def watched(place: Place, folder: Path) -> AsyncIterator[Session]:
    """A session that polls it often."""
    config = Config(path=Path("/nowhere"), profiles=(place.profile,))
    session = Session(config, [place.profile], environ={}, pace=OFTEN, cache=RunCache(folder), budget_folder=folder)
    session.start_feeds()
    try:
        yield session
    finally:
        await session.aclose()


def state(session: Session) -> FeedState:
    return session.store.health["hpc"].state


async def test_what_was_known_stays_while_it_is_away_and_is_refreshed_by_itself_once_it_is_back(
    tmp_path: Path,
) -> None:
    place = Place()
    async with AsyncExitStack() as opened:
        with place.there():
            session = await opened.enter_async_context(watched(place, tmp_path))
            await reached(lambda: state(session) is FeedState.FRESH)
            known = session.store.runs.keys() | set()
        await reached(lambda: state(session) is FeedState.OFFLINE)
        refreshed_at = session.store.health["hpc"].refreshed_at
        assert session.store.runs.keys() == known
        with place.there():
            await reached(lambda: state(session) is FeedState.FRESH)
            assert session.store.health["hpc"].refreshed_at != refreshed_at
            assert session.store.runs.keys() == known


async def test_without_a_network_the_last_known_runs_are_there_with_their_age_and_heal_once_there_is_one(
    tmp_path: Path,
) -> None:
    place = Place()
    with place.there():
        async with watched(place, tmp_path) as session:
            await reached(lambda: state(session) is FeedState.FRESH)
            known = session.store.runs.keys() | set()
    async with watched(place, tmp_path) as session:
        assert session.store.runs.keys() == known
        age = session.store.health["hpc"].refreshed_at
        assert age is not None
        await reached(lambda: state(session) is FeedState.OFFLINE)
        assert session.store.runs.keys() == known
        assert session.store.health["hpc"].refreshed_at == age
        with place.there():
            await reached(lambda: state(session) is FeedState.FRESH)
            assert session.store.runs.keys() == known
