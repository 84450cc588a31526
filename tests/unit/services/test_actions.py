from collections.abc import Iterable

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError, RejectedError, UnsupportedError
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.actions import Actions
from runtui.services.connection import Connection
from runtui.services.store import Store
from tests.support.scripted_backend import ScriptedBackend, connection_of, run_of


class Stoppable(ScriptedBackend):
    """A backend that stops and deletes what it is asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.refusing: set[str] = set()

    async def stop(self, run: Run) -> str:
        self.asked.append(f"stop {run.id}")
        if run.id in self.refusing:
            raise RejectedError("it has ended meanwhile")
        return "it will stop"

    async def delete(self, run: Run) -> str:
        self.asked.append(f"delete {run.id}")
        if run.id in self.refusing:
            raise NotFoundError("no such run")
        return "deleted"


class Scene:
    def __init__(self, backend: ScriptedBackend) -> None:
        self.store = Store()
        self.refreshed: list[str] = []
        self.connection = connection_of(backend)
        self.actions = Actions(self._connect, self.store, self._refresh)

    def _connect(self, name: str) -> Connection:
        return self.connection

    def _refresh(self, names: Iterable[str]) -> None:
        self.refreshed.extend(names)


async def test_a_stopped_run_carries_what_was_asked_until_its_status_changes() -> None:
    scene = Scene(Stoppable())
    run = scene.store.put(run_of("1"))
    result = await scene.actions.perform(Capability.STOP, run)
    assert (result.succeeded, result.sentence) == (True, "it will stop")
    assert scene.store.runs[run.reference].pending == "stop"
    scene.store.put(run_of("1"))
    assert scene.store.runs[run.reference].pending == "stop"
    scene.store.put(run_of("1", Status.STOPPING))
    assert scene.store.runs[run.reference].pending == ""
    assert scene.refreshed == ["p"]


async def test_runs_are_acted_on_one_by_one_and_one_refusal_does_not_end_the_rest() -> None:
    backend = Stoppable()
    backend.refusing = {"2"}
    scene = Scene(backend)
    runs = [scene.store.put(run_of(run_id)) for run_id in "123"]
    results = await scene.actions.perform_all(Capability.STOP, runs)
    assert [result.succeeded for result in results] == [True, False, True]
    assert results[1].sentence == "it has ended meanwhile"
    assert backend.asked == ["stop 1", "stop 2", "stop 3"]


async def test_a_run_that_is_over_is_not_asked_to_stop() -> None:
    backend = Stoppable()
    scene = Scene(backend)
    result = await scene.actions.perform(Capability.STOP, run_of("1", Status.SUCCEEDED))
    assert isinstance(result.error, RejectedError)
    assert "succeeded" in result.sentence
    assert backend.asked == []


async def test_a_deleted_run_leaves_the_store() -> None:
    scene = Scene(Stoppable())
    run = scene.store.put(run_of("1", Status.FAILED))
    await scene.actions.perform(Capability.DELETE, run)
    assert not scene.store.runs


async def test_deleting_what_the_service_no_longer_has_forgets_it_and_says_so() -> None:
    backend = Stoppable()
    backend.refusing = {"1"}
    scene = Scene(backend)
    run = scene.store.put(run_of("1", Status.FAILED))
    result = await scene.actions.perform(Capability.DELETE, run)
    assert not result.succeeded
    assert not scene.store.runs


@pytest.mark.parametrize("action", [Capability.STOP, Capability.DELETE, Capability.SNAPSHOT])
async def test_what_a_service_cannot_do_is_said(action: Capability) -> None:
    scene = Scene(ScriptedBackend())
    result = await scene.actions.perform(action, run_of("1"))
    assert isinstance(result.error, UnsupportedError)
    assert "scripted" in result.sentence
