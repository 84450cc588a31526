"""Publishing an output from the list of files."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from runtui.model.status import Status
from runtui.simulation.faults import Fault
from runtui.tui.screens.files import FilesScreen
from runtui.tui.screens.publish import PublishScreen
from runtui.tui.widgets.confirm_dialog import ConfirmDialog
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    """DeltaTwin in a world of this test's own, to publish outputs in."""
    with stage.serving("deltatwin", runs=12) as one:
        yield one


@asynccontextmanager
async def form_of(
    served: ServedSimulator, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Dashboard, PublishScreen]]:
    """The form for the first output of some run that succeeded."""
    async with dashboard({"destine": served}, size=size) as dash:
        await dash.listed()
        dash.app.open_files(dash.run_with(Status.SUCCEEDED))
        await dash.opened(FilesScreen)
        await dash.idle()
        await dash.press("u")
        await dash.opened(PublishScreen)
        await dash.idle()
        screen = dash.screen
        assert isinstance(screen, PublishScreen)
        yield dash, screen


def posted(served: ServedSimulator) -> list[str]:
    return [one for one in served.requests if one.startswith("POST ") and "artifacts" in one]


async def test_an_output_is_published_and_said_to_be(served: ServedSimulator) -> None:
    async with form_of(served) as (dash, screen):
        assert screen.form.texts["name"], "the output's name is proposed"
        screen.form.set_text("topics", "sea, ice")
        await dash.press("ctrl+s")
        await dash.opened(FilesScreen)
        assert len(posted(served)) == 1
        assert any("is being made" in one.message for one in dash.app._notifications)


async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(served: ServedSimulator) -> None:
    async with form_of(served) as (dash, screen):
        screen.form.set_text("name", "")
        screen.form.set_text("visibility", "secret")
        await dash.press("ctrl+s")
        await dash.shows("Nothing was sent")
        assert "missing" in screen.form.said("name")
        assert "'secret'" in screen.form.said("visibility")
        assert screen.form.texts["visibility"] == "secret"
        assert posted(served) == []


async def test_enter_alone_makes_nothing_public(served: ServedSimulator) -> None:
    async with form_of(served) as (dash, screen):
        screen.form.set_text("visibility", "public")
        await dash.press("ctrl+s")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))
        assert "for everybody to see" in dash.frame
        await dash.press("enter")
        await dash.idle()
        assert posted(served) == []
        await dash.press("ctrl+s")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))
        await dash.press("tab", "enter")
        await dash.opened(FilesScreen)
        assert len(posted(served)) == 1


async def test_after_a_lost_answer_it_is_asked_before_it_is_sent_again(served: ServedSimulator) -> None:
    async with form_of(served) as (dash, _):
        served.simulator.application.add(Fault(match="artifacts", status=503))
        await dash.press("ctrl+s")
        await dash.shows("look at your drive")
        await dash.press("ctrl+s")
        await dash.until(lambda: isinstance(dash.app.screen, ConfirmDialog))
        assert "there may be one already" in dash.frame
        assert len(posted(served)) == 1


async def test_a_read_only_session_publishes_nothing(served: ServedSimulator) -> None:
    async with form_of(served) as (dash, _):
        dash.app.opening = msgspec.structs.replace(dash.app.opening, read_only=True)
        await dash.press("ctrl+s")
        await dash.shows("read-only")
        assert posted(served) == []


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24)])
async def test_the_form_fits_any_terminal(served: ServedSimulator, width: int, height: int) -> None:
    async with form_of(served, (width, height)) as (dash, screen):
        screen.form.set_text("visibility", "secret")
        await dash.press("ctrl+s")
        await dash.idle()
        dash.matches_frame(f"publish_{width}x{height}")
