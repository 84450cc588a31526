"""Filters a service has itself."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import InputError
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.FIND)


async def found(scene: Scene, **filters: str) -> list[Run]:
    batch = await scene.connection.finding.find_runs(filters)
    assert not batch.problems
    assert batch.error is None
    return list(batch.runs)


async def test_filters_are_told_apart_by_their_names_and_each_says_what_it_does(still: Scene) -> None:
    filters = still.connection.finding.run_filters()
    assert len({one.name for one in filters}) == len(filters)
    assert all(one.help for one in filters)


async def test_without_a_filter_every_run_is_found_once(still: Scene) -> None:
    runs = await found(still)
    assert len({run.id for run in runs}) == len(runs)
    assert {run.id for run in runs} == set((await still.listed()).runs)


async def test_the_services_own_word_finds_the_runs_with_it(still: Scene) -> None:
    word = (await still.listed()).some(Status.FAILED)[0].status_text
    expected = {run.id for run in (await still.listed()).runs.values() if run.status_text == word}
    assert {run.id for run in await found(still, status=word)} == expected


async def test_a_page_is_a_part_of_the_whole(still: Scene) -> None:
    if "limit" not in {one.name for one in still.connection.finding.run_filters()}:
        pytest.skip(f"{still.service} has no pages one could ask for")
    run = (await still.listed()).some(Status.SUCCEEDED)[0]
    place = {"pipeline": run.extra["pipeline"]} if "pipeline" in run.extra else {"component": run.job_id}
    whole = [one.id for one in await found(still, **place)]
    assert [one.id for one in await found(still, **place, limit="3", offset="2")] == whole[2:5]
    assert await found(still, **place, offset=str(len(whole))) == []
    assert await found(still, **place, limit="0") == []


async def test_filters_without_a_value_filter_nothing(still: Scene) -> None:
    names = [one.name for one in still.connection.finding.run_filters()]
    assert len(await found(still, **dict.fromkeys(names, " "))) == len((await still.listed()).runs)


@pytest.mark.parametrize(("name", "value"), [("colour", "red"), ("limit", "-1"), ("limit", "many"), ("offset", "1.5")])
async def test_a_filter_or_value_that_is_none_is_named_before_anything_is_sent(
    still: Scene, name: str, value: str
) -> None:
    with pytest.raises(InputError) as caught:
        await still.connection.finding.find_runs({name: value})
    assert [problem.name for problem in caught.value.problems] == [name]
    assert not still.served.requests
