"""Mail when runs are over."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import InputError, NotFoundError, PermissionDeniedError
from runtui.model.job import Job
from tests.contract.conftest import OpenScene
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.SUBSCRIBE)


async def jobs(scene: Scene) -> list[Job]:
    """One job of each kind."""
    every = [job async for job in scene.connection.with_jobs.iterate_jobs()]
    return list({job.kind: job for job in every}.values())


async def test_an_address_is_told_of_any_kind_of_job_until_that_is_ended(live: Scene) -> None:
    subscribing = live.connection.subscribing
    for job in await jobs(live):
        made = await subscribing.subscribe(job.id, "ada@lab.org")
        assert (made.email, made.job_id, made.job, made.kind) == ("ada@lab.org", job.id, job.name, job.kind)
        assert made in await subscribing.subscriptions()
        assert "ada@lab.org" in await subscribing.unsubscribe(job.id, "ada@lab.org")
        assert made not in await subscribing.subscriptions()


async def test_an_address_is_told_once_however_often_that_is_asked_for(live: Scene) -> None:
    job = (await jobs(live))[0]
    first = await live.connection.subscribing.subscribe(job.id, "ada@lab.org")
    assert await live.connection.subscribing.subscribe(job.id, "ada@lab.org") == first
    assert len(await live.connection.subscribing.subscriptions()) == 1


async def test_without_an_address_the_profiles_own_is_told(live: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(live.served, options={"email": "me@lab.org"})
    job = (await jobs(scene))[0]
    assert (await scene.connection.subscribing.subscribe(job.id, "")).email == "me@lab.org"
    assert "me@lab.org" in await scene.connection.subscribing.unsubscribe(job.id, "")


async def test_what_is_no_address_is_said_before_anything_is_sent(still: Scene) -> None:
    for ask in (still.connection.subscribing.subscribe, still.connection.subscribing.unsubscribe):
        with pytest.raises(InputError, match="no e-mail address") as caught:
            await ask("whatever", "nobody")
        assert [problem.name for problem in caught.value.problems] == ["email"]
    assert not still.served.requests


async def test_a_job_or_subscription_there_is_not_is_not_found(live: Scene) -> None:
    with pytest.raises(NotFoundError):
        await live.connection.subscribing.subscribe("no-such-job", "ada@lab.org")
    with pytest.raises(NotFoundError):
        await live.connection.subscribing.unsubscribe((await jobs(live))[0].id, "stranger@lab.org")


async def test_a_read_only_session_asks_for_no_mail(still: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(still.served, read_only=True)
    job = (await jobs(scene))[0]
    with pytest.raises(PermissionDeniedError):
        await scene.connection.subscribing.subscribe(job.id, "ada@lab.org")
