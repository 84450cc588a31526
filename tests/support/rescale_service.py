"""Rescale on a real socket, and backends and raw clients connected to it."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Self

import httpx

from runtui.backends.protocol import BackendContext, Listing, RunBatch
from runtui.backends.rescale.backend import RescaleBackend, open_backend
from runtui.backends.rescale.settings import Settings
from runtui.backends.rescale.simulator import TOKEN, RescaleSimulator, create_simulator
from runtui.model.clock import Clock
from runtui.model.run import Run
from runtui.model.secret import Secret, SecretRef
from runtui.simulation.server import SimulatorServer
from runtui.simulation.world import World
from tests.support.leaping_clock import LeapingClock
from tests.support.stage import Slot

WORLD_START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)

SWEEP = "airfoil sweep: angle of attack"
FINISHED_SWEEP = "airfoil design of experiments 11x11"
FAILING_SWEEP = "airfoil sweep, steep inflow"
FLUENT = "manifold steady, 3 M cells"
STARCCM = "nozzle, 8 M cells"
CFX = "pump start-up"
OPTIMISATION = "flap optimisation Cl/Cd"
DRAFT = "sweep to be checked by Jun"
QUEUED = "airfoil sweep, fine mesh"
TERMINATED = "airfoil sweep, wrong mesh"
FORCED = "combustor LES"
KEPT_CLUSTER = "airfoil check, cluster kept"
NEVER_RAN = "pump, rare core type"
RESTARTED = "manifold transient (low priority)"


class RescaleServer:
    """One server, on which each test finds a simulator of its own in a world that stands still."""

    def __init__(self) -> None:
        self._slots = (Slot(), Slot())
        self._opened: list[RescaleBackend] = []
        self.simulator = self.begin()
        self._server, self._storage = (SimulatorServer(slot) for slot in self._slots)
        self.url = self._server.url
        self.storage_url = self._storage.url

    def begin(self, *, runs: int | None = None, live: int | None = None, **switches: object) -> RescaleSimulator:
        """Serve a new simulator from now on."""
        world = World(seed=1, speed=0, start=WORLD_START)
        self.simulator = create_simulator(world, runs=runs, live=live, **switches)
        self._slots[0].application = self.simulator.application
        self._slots[1].application = self.simulator.storage
        return self.simulator

    def __enter__(self) -> Self:
        self._server.start()
        self._storage.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._storage.stop()

    def client(self, version: str = "v2", token: str = TOKEN) -> httpx.Client:
        """A raw client with the key."""
        headers = {"Authorization": f"Token {token}"} if token else {}
        return httpx.Client(base_url=f"{self.url}/api/{version}/", headers=headers, trust_env=False, timeout=30)

    def job(self, name: str) -> str:
        """The id of the job of that name."""
        jobs = self.simulator.state.jobs(self.simulator.world.now())
        return next(record.plan.id for record in jobs if record.plan.name == name)

    def backend(self, *, clock: Clock | None = None, read_only: bool = False, **settings: object) -> RescaleBackend:
        """A backend of a profile with the simulator's key, or with other settings."""
        fields: dict[str, object] = {"url": self.url, "token": SecretRef.parse(TOKEN), **settings}
        context = BackendContext(
            profile="hpc", clock=clock or LeapingClock(self.simulator.world), reveal=reveal_plain, read_only=read_only
        )
        backend = open_backend(context, Settings(**fields))  # type: ignore[arg-type]
        self._opened.append(backend)
        return backend

    async def close_backends(self) -> None:
        """Close every backend that was opened on it."""
        while self._opened:
            await self._opened.pop().aclose()

    def requested(self, part: str = "") -> list[str]:
        """The requests so far that hold this text."""
        return [request for request in self.simulator.application.requests if part in request]


async def reveal_plain(reference: SecretRef) -> Secret:
    """The secret that stands in the reference itself."""
    assert reference.plain is not None
    return reference.plain


async def collected(batches: AsyncIterator[RunBatch]) -> list[RunBatch]:
    """All batches of a listing."""
    return [batch async for batch in batches]


def runs_in(batches: Iterable[RunBatch]) -> dict[str, Run]:
    """The runs of batches by id, the last one given of each."""
    return {run.id: run for batch in batches for run in batch.runs}


async def listed(backend: RescaleBackend, listing: Listing | None = None) -> dict[str, Run]:
    """The runs of a listing by id."""
    return runs_in(await collected(backend.iterate_runs(listing or Listing())))


def of_job(runs: dict[str, Run], job_id: str) -> dict[str, Run]:
    """The runs of one job, by their number."""
    return {run.id.partition("/")[2]: run for run in runs.values() if run.job_id == job_id}
