"""Running commands on this machine from the dashboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.config.profile import Origin, Profile
from runtui.model.reference import RunReference
from runtui.tui.screens.run import RunScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.screens.start import StartScreen
from runtui.tui.screens.welcome import WelcomeScreen
from tests.support.dashboard import LONG, dashboard
from tests.support.local_runs import LocalRuns, end_all_runs


@pytest.fixture
def here(tmp_path: Path) -> Iterator[LocalRuns]:
    """Runs of this machine."""
    made = LocalRuns(tmp_path)
    yield made
    end_all_runs(made.folders.root)


def profile_of(here: LocalRuns) -> Profile:
    """A profile of them. Its looks are as far apart as all others of a dashboard whose time stands still."""
    options = {"folder": str(here.folders.root), "refresh": LONG}
    return Profile(name="local", service="local", options=options, origin=Origin(place="a test"))


async def test_a_command_is_asked_for_run_and_shown(here: LocalRuns) -> None:
    async with dashboard({}, profiles=[profile_of(here)]) as dash:
        await dash.press("H")
        await dash.opened(StartScreen)
        await dash.shows("a command on this machine")
        await dash.idle()
        await dash.paste("echo {x}")
        await dash.press("down")
        await dash.paste("x=20")
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        (folder,) = here.folders.runs.iterdir()
        run = dash.app.index.runs[RunReference("local", folder.name)]
        here.ended(run)
        assert (folder / "logs" / "main.stdout").read_text() == "20\n"


async def test_what_is_wrong_is_said_and_what_was_typed_stays(here: LocalRuns) -> None:
    async with dashboard({}, profiles=[profile_of(here)]) as dash:
        await dash.press("H")
        await dash.opened(StartScreen)
        await dash.shows("a command on this machine")
        await dash.idle()
        await dash.paste("echo {x}")
        await dash.press("ctrl+s")
        await dash.press("ctrl+s")
        await dash.shows("there is no variable 'x'")
        assert "echo {x}" in dash.frame
    assert not here.folders.runs.exists()


async def test_a_run_again_takes_over_its_variables(here: LocalRuns) -> None:
    run = await here.start("echo", "{x}", variables={"x": "7"}, name="twice")
    here.ended(run)
    async with dashboard({}, profiles=[profile_of(here)]) as dash:
        await dash.press("N")
        await dash.opened(StartScreen)
        await dash.shows("with the inputs of")
        await dash.idle()
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        assert len(list(here.folders.runs.iterdir())) == 2


async def test_a_run_again_may_have_another_command(here: LocalRuns) -> None:
    run = await here.start("echo", "{x}", variables={"x": "7"}, name="twice")
    here.ended(run)
    async with dashboard({}, profiles=[profile_of(here)]) as dash:
        await dash.press("N")
        await dash.opened(StartScreen)
        await dash.shows("echo '{x}'")
        await dash.idle()
        await dash.press("down")
        await dash.press("end")
        await dash.paste(" again")
        await dash.press("ctrl+s")
        await dash.opened(RunScreen)
        (folder,) = (folder for folder in here.folders.runs.iterdir() if folder.name != run.id)
        here.ended(dash.app.index.runs[RunReference("local", folder.name)])
        assert (folder / "logs" / "main.stdout").read_text() == "7 again\n"


async def test_who_has_configured_nothing_begins_with_a_command(here: LocalRuns) -> None:
    async with dashboard({}, profiles=[profile_of(here)], is_new=True, lists=False) as dash:
        await dash.opened(WelcomeScreen)
        await dash.shows("start something on this machine")
        await dash.press("l")
        await dash.opened(StartScreen)
        await dash.shows("a command on this machine")
        await dash.idle()
        await dash.press("escape")
        await dash.opened(RunsScreen)
