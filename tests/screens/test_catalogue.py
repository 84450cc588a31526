"""What a service keeps beside jobs and runs."""

from collections.abc import Iterator

import pytest

from runtui.tui.screens.catalogue import CatalogueScreen
from runtui.tui.screens.facts import FactsScreen
from runtui.tui.screens.jobs import JobsScreen
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """CARROT in a world of this test's own."""
    with stage.serving("carrot", runs=12) as one:
        yield one


async def shown(dash: Dashboard, title: str) -> CatalogueScreen:
    await dash.opened(CatalogueScreen)
    await dash.shows(title)
    await dash.idle()
    assert isinstance(dash.screen, CatalogueScreen)
    return dash.screen


async def test_software_leads_to_its_versions_and_they_to_their_images(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        await dash.press("K")
        screen = await shown(dash, "Catalogue   carrot")
        assert screen.table.keys[0] == "software"
        await dash.press("enter")
        screen = await shown(dash, "Software   carrot")
        assert "gatk" in dash.frame
        await dash.press("slash", *"gatk", "enter", "enter")
        screen = await shown(dash, "Versions   carrot   of gatk")
        await dash.press("enter")
        screen = await shown(dash, "Builds   carrot")
        assert "succeeded" in dash.frame
        assert "what belongs to it" not in dash.frame
        await dash.press("enter")
        await dash.opened(FactsScreen)
        await dash.shows('"image": "us.gcr.io')
        await dash.press("q", "q", "o")
        await dash.opened(FactsScreen)
        await dash.shows('"commit": "')


async def test_on_a_template_its_own_results_and_reports_are_shown(served: ServedSimulator) -> None:
    async with dashboard({"carrot": served}) as dash:
        await dash.press("J")
        await dash.opened(JobsScreen)
        await dash.idle()
        await dash.press("slash", *"example template", "enter", "K")
        screen = await shown(dash, "Catalogue   carrot   of Example Template")
        assert list(screen.table.keys) == ["results", "reports"]
        await dash.press("enter")
        await shown(dash, "Results   carrot   of Example Template")
        assert "mean absolute difference" in dash.frame
        assert "eval_workflow.mean_difference" in dash.frame
