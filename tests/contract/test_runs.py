"""Fetching one run."""

import pytest

from runtui.model.errors import NotFoundError, RejectedError
from runtui.model.status import Status
from tests.support.scene import Scene, agree

STRANGE_IDS = [
    "nope",
    "00000000-0000-4000-8000-000000000000",
    "zzzzz/1",
    "a/b/c",
    "/",
    "..",
    "../..",
    "../../users/me",
    "%2e%2e",
    "x?y=1",
    "x#y",
    "x y",
    "ü😀",
    "\ud800",
    "\n",
    "'; --",
    "x" * 3000,
]


async def test_a_fetched_run_is_the_listed_one(still: Scene) -> None:
    listed = await still.listed()
    for status in Status:
        for run in listed.some(status)[:2]:
            assert agree(await still.backend.fetch_run(run.id), run)


async def test_a_fetched_run_has_its_variables(still: Scene) -> None:
    for run in (await still.listed()).some(Status.SUCCEEDED)[:3]:
        fetched = await still.backend.fetch_run(run.id)
        assert fetched.variables, run.id
        assert all(variable.name for variable in fetched.variables)
        assert all(variable.value is None for variable in fetched.variables if variable.secret)


async def test_variables_are_named_once_in_their_role(still: Scene) -> None:
    for run in (await still.listed()).some(Status.SUCCEEDED, Status.RUNNING)[:4]:
        named = [(variable.role, variable.name) for variable in (await still.backend.fetch_run(run.id)).variables]
        assert len(named) == len(set(named)), run.id


async def test_a_list_says_nothing_a_fetch_contradicts(still: Scene) -> None:
    listed = await still.listed()
    for run in listed.some(Status.SUCCEEDED, Status.FAILED, Status.RUNNING)[:6]:
        fetched = {(one.role, one.name): one for one in (await still.backend.fetch_run(run.id)).variables}
        for variable in run.variables:
            assert fetched[variable.role, variable.name].value == variable.value, (run.id, variable.name)


async def test_a_run_can_be_fetched_before_anything_was_listed(still: Scene, open_scene: object) -> None:
    listed = await still.listed()
    run = listed.some(Status.SUCCEEDED)[0]
    assert callable(open_scene)
    stranger: Scene = open_scene(still.served)
    assert agree(await stranger.backend.fetch_run(run.id), run)


@pytest.mark.parametrize("run_id", STRANGE_IDS, ids=lambda run_id: ascii(run_id)[1:20])
async def test_a_run_the_service_does_not_know_is_not_found(still: Scene, run_id: str) -> None:
    with pytest.raises((NotFoundError, RejectedError)) as raised:
        await still.backend.fetch_run(run_id)
    assert type(raised.value) is NotFoundError or len(run_id) > 1000
    assert raised.value.profile == "lab"


@pytest.mark.parametrize("run_id", ["", "."])
async def test_an_id_that_is_hardly_one_is_no_run_either(still: Scene, run_id: str) -> None:
    with pytest.raises((NotFoundError, RejectedError)):
        await still.backend.fetch_run(run_id)
