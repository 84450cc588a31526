"""DeltaTwin on a real socket, and backends and raw clients connected to it."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

import httpx

from runtui.backends.deltatwin.backend import DeltaTwinBackend, open_backend
from runtui.backends.deltatwin.settings import Settings
from runtui.backends.deltatwin.simulator import DeltaTwinSimulator, create_simulator
from runtui.backends.deltatwin.simulator_service import PASSWORDS
from runtui.backends.protocol import BackendContext, Listing, RunBatch
from runtui.model.clock import Clock, ManualClock
from runtui.model.run import Run
from runtui.model.secret import Secret, SecretRef
from runtui.simulation.faults import Application, Receive, Scope, Send
from runtui.simulation.server import SimulatorServer
from runtui.simulation.world import World

WORLD_START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)


class _Current:
    """An application that is another one from test to test."""

    def __init__(self, application: Callable[[], Application]) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application()(scope, receive, send)


class DeltaTwinServer:
    """One server, on which each test finds a simulator of its own in a world that stands still."""

    def __init__(self) -> None:
        self.simulator = self.begin()
        self._server = SimulatorServer(_Current(lambda: self.simulator.application))
        self._storage = SimulatorServer(_Current(lambda: self.simulator.storage))
        self.url = self._server.url
        self.storage_url = self._storage.url

    def begin(self, *, runs: int | None = None, **switches: object) -> DeltaTwinSimulator:
        """Serve a new simulator from now on."""
        world = World(seed=1, speed=0, start=WORLD_START)
        self.simulator = create_simulator(world, runs=runs, **switches)
        return self.simulator

    def __enter__(self) -> Self:
        self._server.start()
        self._storage.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._storage.stop()

    @contextmanager
    def client(self, username: str = "alice") -> Iterator[httpx.Client]:
        """A raw client that has logged in."""
        with httpx.Client(base_url=f"{self.url}/v2.0", trust_env=False) as client:
            grant = client.post("/connect", json={"username": username, "password": PASSWORDS[username]}).json()
            client.headers["Authorization"] = f"Bearer {grant['access_token']}"
            yield client

    def backend(self, *, clock: Clock | None = None, read_only: bool = False, **settings: object) -> DeltaTwinBackend:
        """A backend of a profile with the simulator's credentials, or with other settings."""
        credentials = self.simulator.credentials
        fields: dict[str, object] = {
            "url": self.url,
            "username": credentials["username"],
            "password": SecretRef.parse(credentials["password"]),
            **settings,
        }
        context = BackendContext(
            profile="destine", clock=clock or ManualClock(WORLD_START), reveal=reveal_plain, read_only=read_only
        )
        return open_backend(context, Settings(**fields))  # type: ignore[arg-type]

    def requested(self, part: str) -> list[str]:
        """The requests so far that hold this text."""
        return [request for request in self.simulator.application.requests if part in request]


async def reveal_plain(reference: SecretRef) -> Secret:
    """The secret that stands in the reference itself."""
    assert reference.plain is not None
    return reference.plain


async def collected(batches: AsyncIterator[RunBatch]) -> list[RunBatch]:
    """All batches of a listing."""
    return [batch async for batch in batches]


async def listed(backend: DeltaTwinBackend, listing: Listing | None = None) -> list[Run]:
    """All runs of a listing."""
    return runs_in(await collected(backend.iterate_runs(listing or Listing())))


def runs_in(batches: Iterable[RunBatch]) -> list[Run]:
    """The runs of batches, in their order."""
    return [run for batch in batches for run in batch.runs]
