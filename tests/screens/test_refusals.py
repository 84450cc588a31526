"""What cannot be done to the chosen runs, and why."""

from collections.abc import Mapping

import pytest

from runtui.model.reference import RunReference
from runtui.model.status import Status
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator

Services = Mapping[str, ServedSimulator]


async def choose(dash: Dashboard, *runs: RunReference) -> None:
    for reference in runs:
        assert dash.screen.table.move_to_key(reference)  # type: ignore[attr-defined]
        await dash.press("space")


def told(dash: Dashboard) -> str:
    return "\n".join(note.message for note in dash.app._notifications)


async def test_each_of_the_chosen_runs_has_a_line_of_its_own_that_says_why(services: Services) -> None:
    async with dashboard(services) as dash:
        live, over = dash.run_with(Status.RUNNING, "destine"), dash.run_with(Status.SUCCEEDED, "hpc")
        await choose(dash, live.reference, over.reference)
        await dash.press("X")
        await dash.shows("Nothing is stopped")
        assert set(told(dash).splitlines()) == {
            f"{live.reference}: deltatwin has no call that stops runs",
            f"{over.reference}: it is over",
        }


@pytest.mark.parametrize(
    ("key", "profile", "status", "said"),
    [
        ("X", "hpc", Status.SUCCEEDED, "it is over"),
        ("A", "carrot", Status.RUNNING, "carrot has no call that packs work folders"),
        ("E", "destine", Status.SUCCEEDED, "deltatwin has no call that packs tables of runs"),
    ],
)
async def test_one_run_has_its_reason(services: Services, key: str, profile: str, status: Status, said: str) -> None:
    async with dashboard(services) as dash:
        reference = dash.run_with(status, profile).reference
        assert dash.screen.table.move_to_key(reference)  # type: ignore[attr-defined]
        await dash.press(key)
        await dash.until(lambda: told(dash) == f"{reference}: {said}", said)
