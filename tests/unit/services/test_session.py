import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from runtui.backends.registry import service_names
from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config
from runtui.model.capability import Capability
from runtui.model.delta import Delta, FeedState
from runtui.model.errors import ConfigError, NotFoundError, ServiceDownError
from runtui.model.reference import RunReference
from runtui.model.status import Status
from runtui.model.transfer import TransferState
from runtui.services.session import Session
from runtui.services.session_thread import SessionThread
from tests.support.conditions import reached
from tests.support.stage import ServedSimulator, Stage

CONFIG = Config(path=Path("config.toml"))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def services(stage: Stage) -> Iterator[list[ServedSimulator]]:
    served = []
    managers = [stage.serving(name) for name in service_names()]
    for manager in managers:
        served.append(manager.__enter__())
    yield served
    for manager in reversed(managers):
        manager.__exit__(None, None, None)


def profile_of(served: ServedSimulator, name: str = "") -> Profile:
    service = served.simulator.service
    return Profile(name=name or service, service=service, options=served.options, origin=Origin(place="a test"))


@pytest.fixture
async def session(services: list[ServedSimulator]) -> AsyncIterator[Session]:
    for served in services:
        served.behave()
    session = Session(CONFIG, [profile_of(served) for served in services])
    yield session
    await session.aclose()


async def test_one_listing_holds_the_runs_of_every_service(session: Session) -> None:
    listed = await session.list_runs()
    assert listed.errors == {}
    assert {run.profile for run in listed.runs} == set(session.connections)


async def test_a_failing_service_leaves_the_others_and_says_so(
    session: Session, services: list[ServedSimulator]
) -> None:
    services[0].simulator.application.fail(status=503)
    listed = await session.list_runs()
    failing = services[0].simulator.service
    assert isinstance(listed.errors[failing], ServiceDownError)
    assert {run.profile for run in listed.runs} == set(session.connections) - {failing}


async def test_a_listing_of_one_status_holds_no_other(session: Session) -> None:
    listed = await session.list_runs(statuses=[Status.FAILED])
    assert {run.status for run in listed.runs} == {Status.FAILED}


async def test_a_run_is_found_by_its_reference_and_by_any_beginning_only_it_has(session: Session) -> None:
    run = (await session.list_runs(["deltatwin"])).runs[0]
    assert (await session.find_run(str(run.reference))).id == run.id
    assert (await session.find_run(f"deltatwin:{run.id[:12]}")).id == run.id
    assert (await session.find_run(run.id[:12])).id == run.id


async def test_a_beginning_that_several_have_names_them(session: Session) -> None:
    with pytest.raises(ConfigError, match="may mean") as raised:
        await session.find_run("rescale:")
    assert "more" in raised.value.message


async def test_a_run_nobody_has_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        await session.find_run("deltatwin:nothing-like-it")


async def test_an_unknown_profile_names_the_known_ones(session: Session) -> None:
    with pytest.raises(ConfigError) as raised:
        await session.find_run("nobody:1")
    assert "rescale" in raised.value.hint


async def test_a_profile_that_cannot_be_opened_is_broken_and_the_others_work(services: list[ServedSimulator]) -> None:
    wrong = Profile(name="wrong", service="rescale", options={"colour": "red"}, origin=Origin(place="a test"))
    session = Session(CONFIG, [wrong, profile_of(services[0])])
    assert session.store.health["wrong"].state is FeedState.BROKEN
    assert "colour" in session.store.health["wrong"].error
    listed = await session.list_runs()
    assert listed.runs
    assert isinstance(listed.errors["wrong"], ConfigError)
    await session.aclose()


async def test_feeds_bring_every_service_and_one_that_hangs_delays_no_other(
    session: Session, services: list[ServedSimulator]
) -> None:
    from runtui.simulation.faults import Fault

    services[0].simulator.application.add(Fault(hang=True))
    hanging = services[0].simulator.service
    session.start_feeds()
    others = set(session.connections) - {hanging}
    await reached(lambda: all(session.store.health[name].state is FeedState.FRESH for name in others))
    assert session.store.health[hanging].state is FeedState.STARTING
    assert {reference.profile for reference in session.store.runs} == others


async def test_a_followed_log_becomes_what_the_service_holds(session: Session) -> None:
    ended = [run for run in (await session.list_runs(["deltatwin"])).runs if run.status is Status.SUCCEEDED]
    run = await session.fetch_run(ended[0].reference)
    source = (await session.log_sources(run))[0]
    tail = session.open_tail(run, source)
    session.follow(tail)
    await reached(lambda: tail.is_over)
    assert tail.spool.line_count > 1
    path = tail.spool.path
    await session.close_tail(tail)
    assert not path.exists()


async def test_a_downloaded_file_is_verified_and_lies_below_the_folder_of_its_run(
    session: Session, tmp_path: Path
) -> None:
    listed = (await session.list_runs(["rescale"])).runs
    run = next(run for run in listed if run.status is Status.SUCCEEDED and run.output_count)
    listing = await session.output_files(run)
    (done,) = await session.transfers.finished(session.download(run, listing.files[:1], tmp_path))
    assert done.state is TransferState.DONE
    assert "sha512" in done.verified
    assert done.target.stat().st_size == listing.files[0].size


async def test_capabilities_are_those_of_the_services(session: Session) -> None:
    assert Capability.STOP not in session.capabilities("deltatwin")
    assert {Capability.STOP, Capability.SNAPSHOT} <= session.capabilities("rescale")
    assert session.capabilities("nobody") == frozenset()


class Reader:
    """Collects what a session's thread says."""

    def __init__(self, *, busy: bool = False) -> None:
        self.deltas: list[Delta] = []
        self.taken: list[Future[None]] = []
        self.crashes: list[BaseException] = []
        self.busy = busy

    def take(self, delta: Delta) -> "Future[None]":
        taken: Future[None] = Future()
        self.deltas.append(delta)
        self.taken.append(taken)
        if not self.busy:
            taken.set_result(None)
        return taken

    @property
    def runs(self) -> set[RunReference]:
        return {reference for delta in self.deltas for reference in delta.changed}


def thread_over(opened: AbstractAsyncContextManager[Session], reader: Reader) -> SessionThread:
    return SessionThread(
        lambda: opened, on_delta=reader.take, on_transfers=lambda _: None, on_crash=reader.crashes.append
    )


@asynccontextmanager
async def opened_over(services: list[ServedSimulator]) -> AsyncIterator[Session]:
    session = Session(CONFIG, [profile_of(served) for served in services])
    try:
        yield session
    finally:
        await session.aclose()


async def test_a_session_in_its_thread_answers_and_tells_what_changed(services: list[ServedSimulator]) -> None:
    reader = Reader()
    thread = thread_over(opened_over(services), reader)
    thread.start()
    await reached(lambda: {reference.profile for reference in reader.runs} == set(service_names()))
    reference = next(iter(reader.runs))
    assert (await thread.ask(lambda session: session.fetch_run(reference))).reference == reference
    thread.stop()
    assert reader.crashes == []


async def test_who_stops_asking_before_a_session_is_open_does_not_keep_it_from_opening(
    services: list[ServedSimulator],
) -> None:
    reader = Reader()
    thread = thread_over(opened_over(services), reader)
    hasty = asyncio.ensure_future(thread.ask(lambda session: session.command_profile()))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait({hasty})
    thread.start()
    assert await thread.ask(lambda session: session.command_profile()) == "local"
    thread.stop()
    assert reader.crashes == []


async def test_a_busy_reader_is_given_one_delta_and_then_all_the_rest_at_once(services: list[ServedSimulator]) -> None:
    reader = Reader(busy=True)
    thread = thread_over(opened_over(services), reader)
    thread.start()
    await reached(lambda: reader.deltas)

    async def everything_is_in_the_store(session: Session) -> None:
        await reached(lambda: all(health.state is FeedState.FRESH for health in session.store.health.values()))

    await thread.ask(everything_is_in_the_store)
    assert len(reader.deltas) == 1
    reader.busy = False
    reader.taken[0].set_result(None)
    await reached(lambda: len(reader.deltas) >= 2)
    assert {reference.profile for reference in reader.runs} == set(service_names())
    thread.stop()


async def test_an_error_of_the_service_reaches_who_asked(services: list[ServedSimulator]) -> None:
    thread = thread_over(opened_over(services), Reader())
    thread.start()
    with pytest.raises(NotFoundError):
        await thread.ask(lambda session: session.fetch_run(RunReference("deltatwin", "gone")))
    thread.stop()


async def test_a_task_that_crashes_is_told_with_what_it_raised(services: list[ServedSimulator]) -> None:
    reader = Reader()
    thread = thread_over(opened_over(services), reader)
    thread.start()

    async def fail() -> None:
        raise ZeroDivisionError("a bug")

    thread.tell(lambda session: session.background.spawn(fail(), "a task with a bug"))
    await reached(lambda: reader.crashes)
    assert isinstance(reader.crashes[0], ZeroDivisionError)
    thread.stop()


async def test_a_session_that_cannot_be_opened_is_told_to_who_asks() -> None:
    class Broken(AbstractAsyncContextManager[Session]):
        async def __aenter__(self) -> Session:
            raise ConfigError("no such thing")

        async def __aexit__(self, *error: object) -> None:
            """Nothing was opened."""

    reader = Reader()
    thread = thread_over(Broken(), reader)
    thread.start()
    with pytest.raises(ConfigError):
        await thread.ask(lambda session: asyncio.sleep(0))
    await reached(lambda: reader.crashes)
