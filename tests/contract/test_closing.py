"""Ending a connection, whatever is under way."""

import asyncio

import pytest

from runtui.model.errors import BackendError
from runtui.simulation.faults import Fault
from tests.contract.conftest import OpenScene
from tests.support.asking import PARAMETERS, Asking, Subject
from tests.support.conditions import reached
from tests.support.scene import Scene


def others() -> set["asyncio.Task[object]"]:
    """The tasks that run beside the test."""
    return asyncio.all_tasks() - {asyncio.current_task()}


def hang(scene: Scene) -> None:
    """Let no address of the service answer any more."""
    for line in scene.served.fault_lines:
        line.add(Fault(hang=True))


@pytest.mark.over_http
@pytest.mark.parametrize("asking", PARAMETERS)
async def test_closing_ends_every_question_under_way_with_an_error_one_can_show(
    small: Scene, subject: Subject, asking: Asking
) -> None:
    hang(small)
    question = asyncio.ensure_future(asking.ask(small, subject))
    await reached(lambda: small.served.requests or question.done())
    await small.aclose()
    async with asyncio.timeout(5):
        outcomes: list[object] = await asyncio.gather(question, return_exceptions=True)
    assert isinstance(outcomes[0], BackendError) or asking.gives_bytes, outcomes
    assert others() == set()


@pytest.mark.over_http
@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_question_can_be_cancelled_while_the_service_hangs(
    small: Scene, subject: Subject, asking: Asking
) -> None:
    hang(small)
    question = asyncio.ensure_future(asking.ask(small, subject))
    await reached(lambda: small.served.requests or question.done())
    question.cancel()
    async with asyncio.timeout(5):
        await asyncio.wait([question])
    assert question.cancelled() or asking.gives_bytes
    await small.aclose()
    assert others() == set()


@pytest.mark.parametrize("asking", PARAMETERS)
async def test_a_question_after_closing_is_an_error_one_can_show(
    small: Scene, subject: Subject, asking: Asking
) -> None:
    await small.aclose()
    outcomes: list[object] = await asyncio.gather(asking.ask(small, subject), return_exceptions=True)
    assert isinstance(outcomes[0], BackendError) or asking.gives_bytes, outcomes


async def test_closing_twice_or_unused_is_no_error(small: Scene, open_scene: OpenScene) -> None:
    await small.aclose()
    await small.aclose()
    await open_scene(small.served).aclose()


async def test_nothing_is_asked_before_it_is_wanted(small: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(small.served)
    await asyncio.sleep(0)
    assert scene.served.requests == []


async def test_a_used_connection_leaves_no_task_behind(small: Scene) -> None:
    await small.feed(full=True)
    await small.feed(full=False)
    await small.aclose()
    assert others() == set()
