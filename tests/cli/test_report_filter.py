"""Which reports `runtui report list` shows."""

from datetime import UTC, datetime, timedelta

import pytest

from runtui.cli.report_filter import ReportFilter
from runtui.model.errors import ConfigError
from runtui.model.report import Report
from runtui.model.status import Status
from tests.support.command_line import CommandLine

NOW = datetime(2026, 1, 29, 12, tzinfo=UTC)
REPORTS = (
    Report(id="new", status=Status.RUNNING, created_at=NOW - timedelta(hours=1), owner="Alice@lab"),
    Report(
        id="old",
        status=Status.SUCCEEDED,
        created_at=NOW - timedelta(days=3),
        ended_at=NOW - timedelta(days=2),
        owner="bob@lab",
    ),
    Report(id="odd", status=Status.FAILED),
)


@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        (ReportFilter(), ["new", "old", "odd"]),
        (ReportFilter(statuses=["failed,running"]), ["new", "odd"]),
        (ReportFilter(created_after="2d"), ["new"]),
        (ReportFilter(created_before="today"), ["old"]),
        (ReportFilter(created_after="2026-01-26"), ["new"]),
        (ReportFilter(created_after="2026-01-25", created_before="2026-01-27"), ["old"]),
        (ReportFilter(finished_after="1w"), ["old"]),
        (ReportFilter(finished_before="2026-01-27T12:00"), []),
        (ReportFilter(owner="alice"), ["new"]),
        (ReportFilter(limit=2), ["new", "old"]),
    ],
)
def test_reports_that_fit_are_shown_in_their_order(chosen: ReportFilter, ids: list[str]) -> None:
    assert [report.id for report in chosen.select(REPORTS, NOW)] == ids


@pytest.mark.parametrize("chosen", [ReportFilter(created_after="soon"), ReportFilter(statuses=["done"])])
def test_what_cannot_be_meant_is_refused(chosen: ReportFilter) -> None:
    with pytest.raises(ConfigError, match=r"soon|done"):
        chosen.select(REPORTS, NOW)


def test_only_the_reports_asked_for_are_listed(connected: CommandLine) -> None:
    run = connected.run("list", "-p", "carrot", "-s", "succeeded", "--json").json[0]["reference"]
    every = connected.run("report", "list", run, "--json").json
    some = connected.run("report", "list", run, "-s", every[0]["status"], "--limit", "1", "--json").json
    assert some == every[:1]
    none = connected.run("report", "list", run, "--created-before", "2000-01-01")
    assert (none.code, none.out, none.err) == (0, "", f"none of {len(every)} reports fits\n")


def test_filters_are_refused_where_one_report_is_meant(connected: CommandLine) -> None:
    ended = connected.run("report", "delete", "carrot:x", "y", "--yes", "--status", "failed")
    assert (ended.code, ended.out) == (2, "")
    assert "only list takes filters" in ended.err
