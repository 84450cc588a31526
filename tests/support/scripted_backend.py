"""A backend whose answers a test writes."""

from collections.abc import AsyncIterator, Callable

from runtui.backends.protocol import Listing, RunBatch
from runtui.config.profile import Origin, Profile
from runtui.model.clock import SystemClock
from runtui.model.errors import BackendError, NotFoundError
from runtui.model.identity import Identity
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.connection import Connection
from runtui.transport.limits import RateBudget


def run_of(run_id: str, status: Status = Status.RUNNING, **fields: object) -> Run:
    """A run of the profile `p`."""
    return Run(profile="p", service="scripted", id=run_id, status=status, **fields)  # type: ignore[arg-type]


class ScriptedBackend:
    """Gives `batches` for each listing; raises `error` while one is set."""

    profile = "p"
    service = "scripted"

    def __init__(self) -> None:
        self.batches: list[RunBatch] = []
        self.error: BackendError | None = None
        self.listings: list[Listing] = []
        self.before_listing: Callable[[], None] = lambda: None

    async def aclose(self) -> None:
        """Nothing is open."""

    async def check(self) -> Identity:
        """Nobody."""
        return Identity()

    async def iterate_runs(self, listing: Listing) -> AsyncIterator[RunBatch]:
        """The batches."""
        self.before_listing()
        self.listings.append(listing)
        if self.error is not None:
            raise self.error
        for batch in self.batches:
            yield batch

    async def fetch_run(self, run_id: str) -> Run:
        """The run among the batches."""
        for batch in self.batches:
            for run in batch.runs:
                if run.id == run_id:
                    return run
        raise NotFoundError(f"no run {run_id}")


def connection_of(backend: ScriptedBackend) -> Connection:
    """An opened profile `p` over it."""
    profile = Profile(name="p", service="scripted", origin=Origin(place="a test"))
    return Connection(profile, backend, RateBudget(SystemClock()))
