"""Being told when a watched run ends."""

from collections.abc import Iterator, Mapping

import pytest

from runtui.model.status import Status
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator, Stage

Services = Mapping[str, ServedSimulator]


@pytest.fixture
def destine(stage: Stage) -> Iterator[Services]:
    with stage.serving("deltatwin", runs=20) as served:
        yield {"destine": served}


async def test_m_watches_the_run_under_the_cursor_and_its_end_is_told_on_the_screen(destine: Services) -> None:
    async with dashboard(destine) as dash:
        running = dash.run_with(Status.RUNNING)
        dash.screen.table.move_to_key(running.reference)  # type: ignore[attr-defined]  # the list of runs has one
        await dash.press("M")
        await dash.shows("You are told when this run is over.")
        assert running.reference in dash.app.watched
        await dash.advance(1000)
        await dash.until(lambda: len(dash.app.watched) == 0)
        ended = dash.app.index.runs[running.reference]
        await dash.shows(f"{dash.screen.short_name(running.reference)} {ended.status.value}")
