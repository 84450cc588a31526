"""Downloads that are under way when one quits, and those an earlier dashboard left unfinished."""

import json
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.deltatwin.simulator import DeltaTwinSimulator
from runtui.config.settings import Interface
from runtui.model.run import Run
from runtui.model.transfer import TransferState
from runtui.simulation.faults import Fault
from tests.support.conditions import reached
from tests.support.dashboard import Dashboard, dashboard
from tests.support.downloading import rotation
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_files


@pytest.fixture
def served(stage: Stage) -> Iterator[ServedSimulator]:
    with stage.serving("deltatwin", runs=20) as served:
        yield served


class Home:
    """Where downloads and what is known of them lie, with a configuration another process can read."""

    def __init__(self, folder: Path, served: ServedSimulator) -> None:
        self.data = folder / "data"
        self.interface = Interface(download_dir=folder / "runs")
        self.config = folder / "config.toml"
        options = [f"{key} = {json.dumps(value)}" for key, value in served.options.items()]
        self.config.write_text("\n".join(["[profiles.destine]", 'service = "deltatwin"', *options]))
        self.config.chmod(0o600)
        self.served = served

    def dashboard(self) -> AbstractAsyncContextManager[Dashboard]:
        """The dashboard as this person opens it."""
        return dashboard(
            {"destine": self.served}, interface=self.interface, config_path=self.config, data_folder=self.data
        )

    @property
    def saved(self) -> list[bytes]:
        """What was brought, whole."""
        folder = self.interface.download_dir
        return [path.read_bytes() for path in folder.rglob("*.jpg") if path.is_file()]


@pytest.fixture
def home(tmp_path: Path, served: ServedSimulator) -> Home:
    return Home(tmp_path, served)


def content(served: ServedSimulator, run: Run) -> bytes:
    return cast(DeltaTwinSimulator, served.simulator).content(run.id, "rotatedImage")


async def begin_a_download_that_hangs(dash: Dashboard, served: ServedSimulator) -> Run:
    """And ask to quit."""
    run = rotation(dash)
    await to_files(dash, run)
    hanging = served.simulator.application.add(Fault(match="download", hang=True, times=1))
    await dash.press("d")
    await dash.until(lambda: hanging.times == 0)
    await dash.press("q", "q")
    await dash.shows("1 download is under way")
    return run


async def test_what_was_stopped_is_offered_at_the_next_start_and_goes_on(home: Home, served: ServedSimulator) -> None:
    async with home.dashboard() as dash:
        await begin_a_download_that_hangs(dash, served)
        await dash.pilot.press("s")
        await reached(lambda: dash.app.return_code == 0, "the end")
    served.behave()
    async with home.dashboard() as dash:
        await dash.shows("1 download is unfinished since the last time")
        await dash.shows("rotated.jpg")
        await dash.press("r")
        await dash.until(lambda: [one.state for one in dash.app.transfers.values()] == [TransferState.DONE])
        assert home.saved == [content(served, rotation(dash))]
    async with home.dashboard() as dash:
        await dash.idle()
        assert "unfinished" not in dash.frame


async def test_what_is_forgotten_is_not_offered_again(home: Home, served: ServedSimulator) -> None:
    async with home.dashboard() as dash:
        await begin_a_download_that_hangs(dash, served)
        await dash.pilot.press("s")
        await reached(lambda: dash.app.return_code == 0, "the end")
    async with home.dashboard() as dash:
        await dash.shows("unfinished since the last time")
        await dash.press("l")
    async with home.dashboard() as dash:
        await dash.shows("unfinished since the last time")
        await dash.press("f")
    async with home.dashboard() as dash:
        await dash.idle()
        assert "unfinished" not in dash.frame


async def test_another_process_goes_on_when_it_is_asked_to(home: Home, served: ServedSimulator) -> None:
    async with home.dashboard() as dash:
        run = await begin_a_download_that_hangs(dash, served)
        await dash.pilot.press("g")
        await reached(lambda: dash.app.return_code == 0, "the end")
    await reached(lambda: home.saved == [content(served, run)], "the file, brought by another process")
