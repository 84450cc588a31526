"""Reports of runs."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import InputError, NotFoundError, PermissionDeniedError, RejectedError
from runtui.model.report import Report
from runtui.model.run import Run
from runtui.model.status import Status
from tests.contract.conftest import OpenScene
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.REPORTS)


async def reported(scene: Scene) -> tuple[Run, tuple[Report, ...]]:
    """A run that has reports."""
    for run in (await scene.listed()).some(Status.SUCCEEDED):
        reports = await scene.connection.with_reports.reports(run)
        if reports:
            return run, reports
    raise AssertionError("no run has reports")


async def test_reports_are_told_apart_by_their_ids_and_newest_first(still: Scene) -> None:
    run, reports = await reported(still)
    assert len({report.id for report in reports}) == len(reports)
    moments = [report.created_at for report in reports if report.created_at]
    assert moments == sorted(moments, reverse=True)
    assert all(report.status_text and report.status is not Status.UNKNOWN for report in reports), run.id


async def test_the_kinds_of_reports_are_told_apart_by_their_ids_and_ordered_by_name(still: Scene) -> None:
    kinds = await still.connection.with_reports.report_kinds()
    assert len({kind.id for kind in kinds}) == len(kinds)
    assert [kind.name for kind in kinds] == sorted(kind.name for kind in kinds)


async def test_a_single_report_is_the_listed_one(still: Scene) -> None:
    run, reports = await reported(still)
    for report in reports:
        single = await still.connection.with_reports.report(run, report.id)
        assert (single.id, single.status, single.created_at) == (report.id, report.status, report.created_at)


async def test_a_report_that_is_done_has_files(still: Scene) -> None:
    _, reports = await reported(still)
    done = [report for report in reports if report.status is Status.SUCCEEDED]
    assert done
    assert all(report.files and len({file.id for file in report.files}) == len(report.files) for report in done)


async def test_a_run_without_reports_has_none_and_that_is_no_error(still: Scene) -> None:
    for run in (await still.listed()).some(Status.QUEUED, Status.RUNNING)[:2]:
        assert await still.connection.with_reports.reports(run) == ()


async def test_a_report_there_is_not_is_not_found(still: Scene) -> None:
    run, _ = await reported(still)
    for report_id in ("00000000-0000-4000-8000-000000000000", "nope", "../x"):
        with pytest.raises((NotFoundError, RejectedError)):
            await still.connection.with_reports.report(run, report_id)


async def test_a_report_can_be_deleted_and_made_again(live: Scene) -> None:
    run, reports = await reported(live)
    report = next(report for report in reports if report.status is Status.SUCCEEDED)
    facet = live.connection.with_reports
    with pytest.raises(RejectedError):
        await facet.create_report(run, report.id)
    assert await facet.delete_report(run, report.id)
    with pytest.raises(NotFoundError):
        await facet.report(run, report.id)
    made = await facet.create_report(run, report.id)
    assert not made.status.is_final
    live.world.advance(3600)
    assert (await facet.report(run, report.id)).status.is_final


async def test_a_report_of_a_run_there_is_not_cannot_be_made(live: Scene) -> None:
    run, reports = await reported(live)
    with pytest.raises((NotFoundError, RejectedError)):
        await live.connection.with_reports.create_report(unknown_like(run), reports[0].id)


async def test_a_read_only_session_makes_and_deletes_none(still: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(still.served, read_only=True)
    run, reports = await reported(scene)
    with pytest.raises(PermissionDeniedError):
        await scene.connection.with_reports.delete_report(run, reports[0].id)
    with pytest.raises(PermissionDeniedError):
        await scene.connection.with_reports.create_report(run, reports[0].id)
    assert all(one.startswith(("GET ", "HEAD ")) for one in still.served.requests)


async def test_reports_are_found_by_the_services_own_word_and_id(still: Scene) -> None:
    run, every = await reported(still)
    facet = still.connection.with_reports
    for report in every:
        alike = {one.id for one in every if one.status_text == report.status_text}
        assert {one.id for one in await facet.reports(run, {"status": report.status_text})} == alike
        assert [one.id for one in await facet.reports(run, {"report_id": report.id})] == [report.id]
    assert await facet.reports(run, {"created_before": "2000-01-01"}) == ()


async def test_a_filter_of_reports_that_is_none_is_named(still: Scene) -> None:
    run, _ = await reported(still)
    for filters in ({"colour": "red"}, {"status": "purple"}, {"limit": "-1"}):
        with pytest.raises(InputError) as caught:
            await still.connection.with_reports.reports(run, filters)
        assert [problem.name for problem in caught.value.problems] == list(filters)
