"""A backend that is open on its service's simulator, and what was listed through it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from runtui.backends.protocol import Listing, RunBatch, capabilities_of
from runtui.backends.registry import settings_type
from runtui.config.options import describe_options
from runtui.config.profile import Origin, Profile
from runtui.model.capability import Capability
from runtui.model.errors import RejectedError
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.connection import Connection, open_connection
from runtui.services.store import Store
from tests.support.leaping_clock import LeapingClock
from tests.support.stage import ServedSimulator

PROFILE = "lab"
_LONGEST_SETTLING = 60


class Listed(msgspec.Struct, kw_only=True):
    """All batches of one listing."""

    batches: list[RunBatch]

    @property
    def runs(self) -> dict[str, Run]:
        """The runs by id, the last one given of each."""
        return {run.id: run for batch in self.batches for run in batch.runs}

    @property
    def given(self) -> list[Run]:
        """Every run as often as it was given."""
        return [run for batch in self.batches for run in batch.runs]

    @property
    def problems(self) -> list[str]:
        """The sentences about what could not be read."""
        return [problem for batch in self.batches for problem in batch.problems]

    @property
    def statuses(self) -> dict[str, Status]:
        """The status of each run."""
        return {run_id: run.status for run_id, run in self.runs.items()}

    @property
    def live(self) -> frozenset[str]:
        """Ids of those that are not over."""
        return frozenset(run_id for run_id, run in self.runs.items() if not run.status.is_final)

    def some(self, *statuses: Status) -> list[Run]:
        """The runs with one of these statuses, the newest first."""
        return newest_first([run for run in self.runs.values() if run.status in statuses])


class Scene:
    """One connection to one simulated service."""

    def __init__(self, served: ServedSimulator, *, read_only: bool = False, options: Mapping[str, object] = {}) -> None:
        self.served = served
        self.world = served.world
        self.clock = LeapingClock(served.world)
        self.service = served.simulator.service
        self.options = {**served.options, **options}
        profile = Profile(
            name=PROFILE, service=self.service, options=self.options, origin=Origin(place="the contract suite")
        )
        self.connection: Connection = open_connection(profile, clock=self.clock, read_only=read_only, environ={})
        self.backend = self.connection.backend
        self.store = Store()

    async def aclose(self) -> None:
        """Close the connection."""
        await self.connection.aclose()

    async def listed(
        self,
        *,
        full: bool = True,
        live: frozenset[str] = frozenset(),
        statuses: frozenset[Status] = frozenset(),
        job: str = "",
        limit: int | None = None,
    ) -> Listed:
        """All batches of a listing."""
        listing = Listing(full=full, live=live, statuses=statuses, job=job, limit=limit)
        return Listed(batches=[batch async for batch in self.backend.iterate_runs(listing)])

    async def feed(self, *, full: bool) -> Listed:
        """List as a feed does, into the store."""
        live = frozenset(run.id for run in self.store.of_profile(PROFILE) if not run.status.is_final)
        listed = await self.listed(full=full, live=live)
        for batch in listed.batches:
            self.store.apply(PROFILE, batch, full=full)
        if full:
            self.store.end_listing(PROFILE, {batch.scope for batch in listed.batches})
        return listed

    @property
    def fed(self) -> dict[str, Run]:
        """What the store holds, by id."""
        return {run.id: run for run in self.store.of_profile(PROFILE)}

    async def settle(self) -> int:
        """Feed refreshes until they bring nothing more to know; gives the requests of the last."""
        for _ in range(_LONGEST_SETTLING):
            before = self.fed
            cost, _ = await self.cost(self.feed(full=False))
            if self.fed == before:
                return cost
        raise AssertionError("a world that stands still is refreshed for ever")

    async def cost(self, asking: Any) -> tuple[int, Any]:
        """How many requests the service got while `asking` was awaited, and what came of it."""
        before = len(self.served.requests)
        answer = await asking
        return len(self.served.requests) - before, answer

    def can(self, capability: Capability) -> bool:
        """Whether the backend can do it."""
        return capability in capabilities_of(self.backend)


def secret_options(service: str, options: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of a profile's table that hold its secrets."""
    secret = {field.name for field in describe_options(settings_type(service)) if field.secret}
    return tuple(key for key in options if key in secret)


def newest_first(runs: list[Run]) -> list[Run]:
    """The runs by the moment lists are ordered by, those without one last."""
    return sorted(runs, key=lambda run: (run.sort_moment is not None, run.sort_moment, run.id), reverse=True)


def agree(one: Run, other: Run) -> bool:
    """Whether two looks at the same run tell the same, but that one may know more: how a run ended, a message."""
    same = (one.id, one.job, one.job_id, one.started_at) == (other.id, other.job, other.job_id, other.started_at)
    return same and one.ended_at == other.ended_at and statuses_agree(one.status, other.status)


def statuses_agree(one: Status, other: Status) -> bool:
    """Whether two statuses are the same, but that one may be over without a known outcome where the other knows it."""
    return one is other or (Status.ENDED in (one, other) and one.is_final and other.is_final)


def disagreements(one: Mapping[str, Run], other: Mapping[str, Run]) -> list[str]:
    """What two lists of the same runs tell differently."""
    found = [f"{run_id} is in one list alone" for run_id in sorted(one.keys() ^ other.keys())]
    both = sorted(one.keys() & other.keys())
    return found + [f"{one[run_id]}\n{other[run_id]}" for run_id in both if not agree(one[run_id], other[run_id])]


async def first_allowed(candidates: Sequence[Run], action: Callable[[Run], Awaitable[str]]) -> tuple[Run, str]:
    """The first run for which the service does what is asked, and what it says to it."""
    for run in candidates:
        with suppress(RejectedError):
            return run, await action(run)
    raise AssertionError(f"the service refuses it for each of {len(candidates)} runs")


def unknown_like(run: Run) -> Run:
    """A run with an id of the same form that the service does not know, and nothing else to find it by."""
    swapped = str.maketrans("0123456789abcdefABCDEF", "fedcba9876543210zyxwvu")
    return msgspec.structs.replace(run, id=run.id.translate(swapped), extra={})
