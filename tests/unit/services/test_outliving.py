"""Downloads that go on, or are found again, when the process they were begun in is gone."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.transfer import Transfer, TransferState
from runtui.services.queue_file import QueueFolder
from runtui.services.session import Session
from tests.support.conditions import reached
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture(scope="module")
def served() -> Iterator[ServedSimulator]:
    stage = Stage()
    with stage.serving("rescale", runs=40) as served:
        yield served
    stage.close()


class Home:
    """A person's folders, with a configuration file that names the service."""

    def __init__(self, folder: Path, served: ServedSimulator) -> None:
        self.data = folder / "data"
        self.target = folder / "target"
        self.config = folder / "config.toml"
        self.served = served
        options = [f"{key} = {json.dumps(value)}" for key, value in served.options.items()]
        self.config.write_text("\n".join(["[profiles.hpc]", 'service = "rescale"', *options]))
        self.config.chmod(0o600)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session as the dashboard opens one."""
        profile = Profile(
            name="hpc", service="rescale", options=self.served.options, origin=Origin(place=str(self.config))
        )
        session = Session(Config(path=self.config), [profile], data_folder=self.data)
        try:
            yield session
        finally:
            await session.aclose()


@pytest.fixture
def home(tmp_path: Path, served: ServedSimulator) -> Iterator[Home]:
    yield Home(tmp_path, served)
    served.behave()


async def some_files(session: Session, count: int) -> tuple[Run, tuple[OutputFile, ...]]:
    """A run that succeeded, and some of its files."""
    listed = await session.list_runs(statuses=[Status.SUCCEEDED])
    listing = await session.output_files(listed.runs[0])
    return listed.runs[0], listing.files[:count]


async def test_downloads_that_are_handed_over_are_finished_by_another_process(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 3)
        hanging = home.served.simulator.application.fail("/contents/", status=503)
        added = session.download(run, files, home.target)
        assert session.transfers.can_outlive
        assert await session.transfers.hand_over() == 3
        hanging.times = 0
    home.served.behave()
    await reached(lambda: all(transfer.target.exists() for transfer in added), "the files are there")
    assert [transfer.target.stat().st_size for transfer in added] == [file.size for file in files]


async def test_downloads_go_on_when_the_terminal_goes_away(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 1)
        home.served.simulator.application.fail("/contents/", status=503)
        added = session.download(run, files, home.target)
        session.transfers.hand_over_at_close()
    home.served.behave()
    await reached(lambda: all(transfer.target.exists() for transfer in added), "the file is there")


async def test_the_next_session_shows_what_another_process_fetches_and_gives_it_orders(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 2)
        home.served.simulator.application.fail("/contents/", status=503)
        session.download(run, files, home.target)
        await session.transfers.hand_over()
    async with home.session() as session:
        await reached(lambda: len(session.transfers.all) == 2, "both are shown")
        assert all("process" in transfer.carried_by for transfer in session.transfers.all)
        session.transfers.cancel([transfer.id for transfer in session.transfers.all])
        await reached(
            lambda: {one.state for one in session.transfers.all} == {TransferState.CANCELLED}, "both are given up"
        )


async def test_what_was_unfinished_at_the_end_is_offered_at_the_next_start(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 2)
        home.served.simulator.application.fail("/contents/", status=503)
        session.download(run, files, home.target)
    home.served.behave()
    async with home.session() as session:
        left: tuple[Transfer, ...] = await session.transfers.left_overs()
        assert [transfer.file.path for transfer in left] == [file.path for file in files]
        assert session.transfers.all == ()
        session.transfers.take_over()
        await reached(lambda: len(session.transfers.all) == 2, "they were taken over")
        done = await session.transfers.finished(session.transfers.all)
        assert {transfer.state for transfer in done} == {TransferState.DONE}
    assert QueueFolder(home.data).left(handed_over=False) == []


async def test_left_overs_that_are_dropped_are_not_offered_again(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 1)
        home.served.simulator.application.fail("/contents/", status=503)
        session.download(run, files, home.target)
    async with home.session() as session:
        assert len(await session.transfers.left_overs()) == 1
        session.transfers.drop_left_overs()
        await reached(lambda: not QueueFolder(home.data).left(handed_over=False), "forgotten")


async def test_no_secret_is_in_what_is_kept(home: Home) -> None:
    async with home.session() as session:
        run, files = await some_files(session, 1)
        home.served.simulator.application.fail("/contents/", status=503)
        session.download(run, files, home.target)
        await reached(lambda: list(home.data.glob("transfers/*.queue")), "it is kept")
        kept = b"".join(path.read_bytes() for path in home.data.rglob("*") if path.is_file())
    assert home.served.simulator.credentials["token"].encode() not in kept
