"""Groups of runs."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError
from runtui.model.run_group import RunGroup
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.GROUPS)


async def groups_of(scene: Scene) -> tuple[RunGroup, ...]:
    groups = await scene.connection.with_groups.run_groups()
    assert groups
    return groups


async def test_groups_are_told_apart_by_their_ids_and_newest_first(still: Scene) -> None:
    groups = await groups_of(still)
    assert len({group.id for group in groups}) == len(groups)
    moments = [group.created_at for group in groups if group.created_at]
    assert moments == sorted(moments, reverse=True)
    assert all(group.about for group in groups)


async def test_the_runs_of_a_group_are_those_of_the_list_that_name_it(still: Scene) -> None:
    listed = (await still.listed()).runs
    for group in (await groups_of(still))[:4]:
        batch = await still.connection.with_groups.runs_of_group(group.id)
        assert not batch.problems
        assert {run.id for run in batch.runs} == {
            run_id for run_id, run in listed.items() if group.id in run.extra.get("run_groups", "").split(", ")
        }


async def test_some_group_has_runs(still: Scene) -> None:
    groups = await groups_of(still)
    assert any([(await still.connection.with_groups.runs_of_group(group.id)).runs for group in groups[:4]])


@pytest.mark.parametrize("group_id", ["00000000-0000-4000-8000-000000000000", "nope", "../x"])
async def test_a_group_there_is_not_is_not_found(still: Scene, group_id: str) -> None:
    with pytest.raises(NotFoundError):
        await still.connection.with_groups.runs_of_group(group_id)
