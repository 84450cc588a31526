"""Groups of runs."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import InputError, NotFoundError, RejectedError
from runtui.model.run_group import RunGroup
from runtui.model.status import Status
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


async def test_a_report_can_be_made_of_a_group_found_again_and_deleted(live: Scene) -> None:
    group = (await groups_of(live))[0]
    facet = live.connection.with_reports
    kind = (await facet.report_kinds())[0]
    before = {report.id for report in await facet.reports(group)}
    if kind.id in before:
        await facet.delete_report(group, kind.id)
    made = await facet.create_report(group, kind.id)
    assert not made.status.is_final
    with pytest.raises(RejectedError):
        await facet.create_report(group, kind.id)
    live.world.advance(3600)
    done = await facet.report(group, kind.id)
    assert done.status.is_final
    assert kind.id in {report.id for report in await facet.reports(group)}
    async with live.connection.reading_files.open_file(group.as_run, done.files[0]) as stream:
        assert b"".join([piece async for piece in stream.pieces()])
    assert await facet.delete_report(group, kind.id)
    with pytest.raises(NotFoundError):
        await facet.report(group, kind.id)


async def test_a_group_with_runs_is_not_deleted(live: Scene) -> None:
    facet = live.connection.with_groups
    with_runs = [one for one in await groups_of(live) if (await facet.runs_of_group(one.id)).runs]
    group, *_ = with_runs
    with pytest.raises(RejectedError):
        await facet.delete_group(group.id)
    assert group.id in {one.id for one in await facet.run_groups()}


async def test_a_report_of_what_is_found_makes_a_group_of_just_that(live: Scene) -> None:
    facet, finding = live.connection.with_groups, live.connection.finding
    kind = (await live.connection.with_reports.report_kinds())[0]
    run = (await live.listed()).some(Status.SUCCEEDED)[0]
    filters = {"pipeline": run.extra["pipeline"], "status": "succeeded", "limit": "3"}
    group_id, report = await facet.report_on_found(kind.id, filters)
    assert not report.status.is_final
    found = (await finding.find_runs(filters)).runs
    assert {one.id for one in (await facet.runs_of_group(group_id)).runs} == {one.id for one in found}


async def test_a_report_of_nothing_found_is_not_made(live: Scene) -> None:
    run = (await live.listed()).some(Status.SUCCEEDED)[0]
    kind = (await live.connection.with_reports.report_kinds())[0]
    with pytest.raises(NotFoundError):
        await live.connection.with_groups.report_on_found(
            kind.id, {"pipeline": run.extra["pipeline"], "name": "there is no such run"}
        )


async def test_groups_are_found_by_each_fact_the_service_has_a_filter_for(still: Scene) -> None:
    facet = still.connection.with_groups
    every = await facet.run_groups()
    names = {one.name for one in facet.group_filters()}
    facts = {(name, value) for group in every for name, value in group.extra.items() if name in names}
    assert facts
    for name, value in facts:
        found = {group.id for group in await facet.run_groups({name: value})}
        assert found == {group.id for group in every if group.extra.get(name) == value}, name


async def test_a_filter_of_groups_that_is_none_is_named_before_anything_is_sent(still: Scene) -> None:
    for filters in ({"colour": "red"}, {"created_after": "soon"}):
        with pytest.raises(InputError) as caught:
            await still.connection.with_groups.run_groups(filters)
        assert [problem.name for problem in caught.value.problems] == list(filters)
    assert not still.served.requests
