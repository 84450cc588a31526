"""What it costs to keep a list up to date, counted."""

import pytest

from runtui.backends.protocol import Listing
from runtui.backends.rescale.backend import RescaleBackend
from tests.support.rescale_service import RescaleServer, listed

LIVE = 20


async def asked(server: RescaleServer, backend: RescaleBackend, listing: Listing) -> int:
    """How many requests a listing takes."""
    server.simulator.application.requests.clear()
    await listed(backend, listing)
    return len(server.simulator.application.requests)


async def settled(server: RescaleServer, runs: int) -> tuple[RescaleBackend, Listing]:
    """A backend that knows all there is to know of so many runs, of which some live, and the refresh of those."""
    server.begin(runs=runs, live=LIVE)
    backend = server.backend()
    known = await listed(backend)
    refresh = Listing(full=False, live=frozenset(run_id for run_id, run in known.items() if not run.status.is_final))
    assert (len(known), len(refresh.live)) == (runs, LIVE)
    for _ in range(11):
        await listed(backend, refresh)
    return backend, refresh


@pytest.mark.parametrize("runs", [LIVE, 1_000])
async def test_twenty_runs_that_live_cost_two_requests_however_many_are_over(server: RescaleServer, runs: int) -> None:
    backend, refresh = await settled(server, runs)
    assert [await asked(server, backend, refresh) for _ in range(5)] == [2] * 5


@pytest.mark.parametrize("runs", [LIVE, 1_000])
async def test_listing_all_again_asks_for_no_run_of_a_job_that_is_over(server: RescaleServer, runs: int) -> None:
    backend, _ = await settled(server, runs)
    assert await asked(server, backend, Listing()) == 2
    assert len(await listed(backend)) == runs
