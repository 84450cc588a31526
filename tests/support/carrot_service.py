"""CARROT, its Cromwell and a storage on loopback, and a backend that is connected to them."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from runtui.backends.carrot.backend import CarrotBackend, open_backend
from runtui.backends.carrot.settings import Settings
from runtui.backends.carrot.simulator import CarrotSimulator, create_simulator
from runtui.backends.protocol import BackendContext, Listing, RunBatch
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run
from runtui.model.secret import Secret, SecretRef
from runtui.simulation.faults import FaultLine, Receive, Scope, Send
from runtui.simulation.server import SimulatorServer
from runtui.simulation.world import World
from tests.support.leaping_clock import LeapingClock

START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
PROFILE = "lab"


class _Place:
    """What answers on one address: the application of whichever simulator is on."""

    def __init__(self, chosen: Callable[[], FaultLine]) -> None:
        self._chosen = chosen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._chosen()(scope, receive, send)


class CarrotService:
    """Three sockets that stay, and a simulator on them that each test has anew. Its world stands still."""

    def __init__(self) -> None:
        self.simulator = self._new()
        self._servers = {
            "url": SimulatorServer(_Place(lambda: self.simulator.application)),
            "cromwell_url": SimulatorServer(_Place(lambda: self.simulator.cromwell)),
            "gcs_url": SimulatorServer(_Place(lambda: self.simulator.storage)),
        }
        self.urls = {name: server.url for name, server in self._servers.items()}
        self._client = httpx.Client(trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        for server in self._servers.values():
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        for server in self._servers.values():
            server.stop()
        self.simulator.close()

    def begin(self, *, runs: int | None = None, seed: int = 1, **switches: object) -> None:
        """Begin a new world."""
        self.simulator.close()
        self.simulator = self._new(runs=runs, seed=seed, **switches)

    @staticmethod
    def _new(*, runs: int | None = None, seed: int = 1, **switches: object) -> CarrotSimulator:
        return create_simulator(World(seed=seed, speed=0, start=START), runs=runs, **switches)

    @property
    def world(self) -> World:
        """The time of the simulator that is on."""
        return self.simulator.world

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """Ask CARROT."""
        return self.ask("GET", path, **parameters)

    def ask(self, method: str, path: str, **parameters: Any) -> httpx.Response:
        """Ask CARROT: `path` is below `/api/v1` and may have a query; parameters are httpx's."""
        return self._client.request(method, f"{self.urls['url']}/api/v1{path}", **parameters)

    def cromwell(self, path: str, method: str = "GET", **parameters: Any) -> httpx.Response:
        """Ask Cromwell: `path` is below `/api/workflows/v1`."""
        return self._client.request(method, f"{self.urls['cromwell_url']}/api/workflows/v1{path}", **parameters)

    def pipeline(self, name: str = "Example Pipeline") -> str:
        """The id of a pipeline."""
        return str(self.get("/pipelines", params={"name": name}).json()[0]["pipeline_id"])

    def test_id(self, name: str = "Example Test") -> str:
        """The id of a test."""
        return str(self.get("/tests", params={"name": name}).json()[0]["test_id"])

    def report_id(self, name: str = "Example Report") -> str:
        """The id of a report."""
        return str(self.get("/reports", params={"name": name}).json()[0]["report_id"])

    def rows(self, pipeline: str = "Example Pipeline", **filters: Any) -> list[dict[str, Any]]:
        """The runs of a pipeline as CARROT shows them, newest first; none for a 404."""
        params = {"sort": "desc(created_at)", **filters}
        answer = self.get(f"/pipelines/{self.pipeline(pipeline)}/runs", params=params)
        return [] if answer.status_code == 404 else list(answer.json())

    def row(self, status: str, pipeline: str = "Example Pipeline") -> dict[str, Any]:
        """The newest run with a status."""
        return next(row for row in self.rows(pipeline) if row["status"] == status)

    @asynccontextmanager
    async def connected(
        self,
        *,
        read_only: bool = False,
        reveal: Callable[[], str] | None = None,
        profile: Mapping[str, object] | None = None,
        **options: object,
    ) -> AsyncIterator["Connected"]:
        """A backend on it. `profile` and `options` are further fields of the profile; None leaves a usual one out.

        `reveal` gives every secret in place of the text that stands in the profile.
        """
        table = {"email": "alice@lab.org", **self.urls, **(profile or {}), **options}
        given = {name: value for name, value in table.items() if value is not None}
        clock = LeapingClock(self.world)

        async def revealed(reference: SecretRef) -> Secret:
            if reveal is not None:
                return Secret(reveal())
            assert reference.plain is not None
            return reference.plain

        context = BackendContext(profile=PROFILE, clock=clock, reveal=revealed, read_only=read_only)
        backend = open_backend(context, msgspec.convert(given, Settings, dec_hook=_secret_reference))
        try:
            yield Connected(backend, self, clock)
        finally:
            await backend.aclose()


class Connected:
    """A connected backend, with shorthands for what tests ask of it."""

    def __init__(self, backend: CarrotBackend, service: CarrotService, clock: LeapingClock) -> None:
        self.backend = backend
        self.service = service
        self.clock = clock

    async def batches(self, listing: Listing | None = None) -> list[RunBatch]:
        """All batches of a listing."""
        return [batch async for batch in self.backend.iterate_runs(listing or Listing())]

    async def runs(self, listing: Listing | None = None) -> dict[str, Run]:
        """The runs of a listing by id; each must come without an error or a problem."""
        found: dict[str, Run] = {}
        for batch in await self.batches(listing):
            assert batch.error is None, batch.error
            found.update({run.id: run for run in batch.runs})
        return found

    async def run(self, row: dict[str, Any]) -> Run:
        """The run of a row."""
        return await self.backend.fetch_run(row["run_id"])

    async def source(self, run: Run, name: str) -> LogSource:
        """The log source of that name."""
        return next(source for source in await self.backend.log_sources(run) if source.name == name)

    async def read(self, run: Run, source: LogSource, offset: int = 0) -> LogWindow:
        """One window of a log."""
        return await self.backend.read_log(run, source, LogRequest(offset=offset))


def _secret_reference(kind: type, value: object) -> object:
    if kind is SecretRef:
        return SecretRef.parse(value)
    raise NotImplementedError(kind)
