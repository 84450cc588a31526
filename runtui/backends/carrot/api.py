"""CARROT's routes, one method each. Sections are those of CARROT's own documentation and source (`src/routes`)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from runtui.backends.carrot.wire import (
    BuildWire,
    GroupWire,
    MessageWire,
    PipelineWire,
    ReportMapWire,
    ReportWire,
    ResultWire,
    RunWire,
    SoftwareWire,
    SubscriptionWire,
    TemplateReportWire,
    TemplateResultWire,
    TemplateWire,
    TestWire,
    VersionWire,
)
from runtui.model.errors import BackendError, NotFoundError, RejectedError, UnsupportedError
from runtui.transport.client import Query, Transport, segment
from runtui.transport.decoding import Item, Items, decode_items, decode_object
from runtui.transport.reply import Reply

T = TypeVar("T", bound=msgspec.Struct)

LARGEST_BODY = 32_768
"""Bytes of a request's body: the default of CARROT's framework, which it never raised."""

NEWEST_FIRST = "desc(created_at)"
"""Without a sort PostgreSQL gives rows in any order, so one is always sent."""

_NOT_FOUND = frozenset({404})
_LARGEST_TABLES = 256 * 1024 * 1024


class _ErrorBody(msgspec.Struct):
    """The JSON of CARROT's own errors."""

    title: str
    detail: str
    status: int = 0


class CarrotApi:
    """The requests CARROT takes. An empty list is a 404 there and an empty list here."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def cromwell_address(self) -> str:
        """`GET /config/cromwell`: where the server's Cromwell is, as the server sees it; plain text.

        Empty for servers up to 1.0.0, which do not have the route.
        """
        reply = await self._transport.request(
            "GET", "config/cromwell", operation="ask where Cromwell is", accept=_NOT_FOUND
        )
        text = reply.body.decode("utf-8", "replace").strip()
        return "" if reply.status == 404 or reply.is_html else text.strip('"')

    async def runs(self, folder: str, parent_id: str, params: Query) -> Items[RunWire]:
        """`GET /pipelines|templates|tests/{id}/runs`. `folder` is the first part of the path."""
        return await self._list(f"{folder}/{segment(parent_id)}/runs", RunWire, "list runs", params)

    async def run(self, run_id: str) -> Item[RunWire]:
        """`GET /runs/{id}`."""
        return await self._one("GET", f"runs/{segment(run_id)}", RunWire, "fetch the run")

    async def run_tables(self, run_id: str) -> bytes:
        """`GET /runs/{id}?csv=true`: a zip of tables for spreadsheets, made by the server."""
        reply = await self._transport.request(
            "GET",
            f"runs/{segment(run_id)}",
            operation="fetch the run's tables",
            params={"csv": "true"},
            largest=_LARGEST_TABLES,
        )
        return reply.body

    async def list_tables(self, folder: str, parent_id: str, params: Query) -> bytes:
        """`GET /pipelines|templates|tests/{id}/runs?csv=true`: a zip of the tables of all runs a query finds."""
        reply = await self._transport.request(
            "GET",
            f"{folder}/{segment(parent_id)}/runs",
            operation="fetch the runs' tables",
            params={**params, "csv": "true"},
            largest=_LARGEST_TABLES,
        )
        return reply.body

    async def start(self, test_id: str, body: Mapping[str, object]) -> Item[RunWire]:
        """`POST /tests/{id}/runs`. Answers once Cromwell has taken the job, with fewer fields than a fetch gives."""
        return await self._one("POST", f"tests/{segment(test_id)}/runs", RunWire, "start the run", json=dict(body))

    async def delete_run(self, run_id: str) -> str:
        """`DELETE /runs/{id}`: only runs that failed or were stopped; report maps stay behind."""
        return await self._delete(f"runs/{segment(run_id)}", "delete the run")

    async def workflow_text(self, run_id: str, phase: str) -> str:
        """`GET /runs/{id}/test_wdl` or `/eval_wdl`: the workflow's text."""
        reply = await self._transport.request(
            "GET", f"runs/{segment(run_id)}/{phase}_wdl", operation=f"fetch the {phase} workflow's text"
        )
        return reply.body.decode("utf-8", "replace")

    async def pipelines(self, limit: int | None = None) -> Items[PipelineWire]:
        """`GET /pipelines`, all of them or the first few, by name."""
        params: dict[str, str | int] = {"sort": "asc(name)", **({} if limit is None else {"limit": limit})}
        return await self._list("pipelines", PipelineWire, "list pipelines", params)

    async def templates(self) -> Items[TemplateWire]:
        """`GET /templates`, all of them, by name."""
        return await self._list("templates", TemplateWire, "list templates", {"sort": "asc(name)"})

    async def tests(self, params: Query | None = None) -> Items[TestWire]:
        """`GET /tests`, all of them or those with the given fields, by name."""
        return await self._list("tests", TestWire, "list tests", {"sort": "asc(name)", **(params or {})})

    async def test(self, test_id: str) -> Item[TestWire]:
        """`GET /tests/{id}`."""
        return await self._one("GET", f"tests/{segment(test_id)}", TestWire, "fetch the test")

    async def results(self) -> Items[ResultWire]:
        """`GET /results`: which results are files and which numbers."""
        return await self._list("results", ResultWire, "list results", {"sort": "asc(name)"})

    async def report_kinds(self) -> Items[ReportWire]:
        """`GET /reports`: the reports that can be made, with their notebooks (not read)."""
        return await self._list("reports", ReportWire, "list reports", {"sort": "asc(name)"})

    async def reports_of(self, entity: str, entity_id: str, params: Query | None = None) -> Items[ReportMapWire]:
        """`GET /runs|run-groups/{id}/reports`. `entity` is the first part of the path."""
        path = f"{entity}/{segment(entity_id)}/reports"
        return await self._list(path, ReportMapWire, "list the reports", {"sort": NEWEST_FIRST, **(params or {})})

    async def report_of(self, entity: str, entity_id: str, report_id: str) -> Item[ReportMapWire]:
        """`GET /runs|run-groups/{id}/reports/{report_id}`."""
        return await self._one("GET", _report_path(entity, entity_id, report_id), ReportMapWire, "fetch the report")

    async def create_report(
        self, entity: str, entity_id: str, report_id: str, *, created_by: str, delete_failed: bool
    ) -> Item[ReportMapWire]:
        """`POST /runs|run-groups/{id}/reports/{report_id}`; `delete_failed` replaces one that failed."""
        return await self._one(
            "POST",
            _report_path(entity, entity_id, report_id),
            ReportMapWire,
            "create the report",
            params={"delete_failed": "true" if delete_failed else "false"},
            json=_creator(created_by),
        )

    async def create_group_report(
        self, folder: str, parent_id: str, report_id: str, params: Query, *, created_by: str
    ) -> Item[ReportMapWire]:
        """`POST /pipelines|templates|tests/{id}/runs/reports/{report_id}`: makes a group of the runs a query finds."""
        return await self._one(
            "POST",
            f"{folder}/{segment(parent_id)}/runs/reports/{segment(report_id)}",
            ReportMapWire,
            "create the report of several runs",
            params=params,
            json=_creator(created_by),
        )

    async def delete_report(self, entity: str, entity_id: str, report_id: str) -> str:
        """`DELETE /runs|run-groups/{id}/reports/{report_id}`: in any status; its workflow runs on."""
        return await self._delete(_report_path(entity, entity_id, report_id), "delete the report")

    async def groups(self, params: Query | None = None) -> Items[GroupWire]:
        """`GET /run-groups`: runs of one pull request, or of one query."""
        return await self._list("run-groups", GroupWire, "list run groups", {"sort": NEWEST_FIRST, **(params or {})})

    async def group(self, group_id: str) -> Item[GroupWire]:
        """`GET /run-groups/{id}`."""
        return await self._one("GET", f"run-groups/{segment(group_id)}", GroupWire, "fetch the run group")

    async def delete_group(self, group_id: str) -> str:
        """`DELETE /run-groups/{id}`: refused while runs are in it."""
        return await self._delete(f"run-groups/{segment(group_id)}", "delete the run group")

    async def subscriptions(self) -> Items[SubscriptionWire]:
        """`GET /subscriptions`, all of them."""
        return await self._list("subscriptions", SubscriptionWire, "list subscriptions", {"sort": NEWEST_FIRST})

    async def subscribe(self, folder: str, entity_id: str, email: str) -> Item[SubscriptionWire]:
        """`POST /pipelines|templates|tests/{id}/subscriptions`. CARROT takes the same address twice, too."""
        path = f"{folder}/{segment(entity_id)}/subscriptions"
        return await self._one("POST", path, SubscriptionWire, "subscribe", json={"email": email})

    async def unsubscribe(self, folder: str, entity_id: str, email: str) -> str:
        """`DELETE /pipelines|templates|tests/{id}/subscriptions?email=`: all of that address."""
        path = f"{folder}/{segment(entity_id)}/subscriptions"
        return await self._delete(path, "end the subscription", {"email": email})

    async def workflow_dependencies(self, template_id: str, phase: str) -> bytes:
        """`GET /templates/{id}/test_wdl_dependencies` or `/eval_wdl_dependencies`: a zip."""
        reply = await self._transport.request(
            "GET",
            f"templates/{segment(template_id)}/{phase}_wdl_dependencies",
            operation=f"fetch what the {phase} workflow imports",
            largest=_LARGEST_TABLES,
        )
        return reply.body

    async def template_results(self, template_id: str) -> Items[TemplateResultWire]:
        """`GET /templates/{id}/results`."""
        path = f"templates/{segment(template_id)}/results"
        return await self._list(path, TemplateResultWire, "list the template's results", {"sort": "asc(result_key)"})

    async def template_reports(self, template_id: str) -> Items[TemplateReportWire]:
        """`GET /templates/{id}/reports`. Raises UnsupportedError where nothing is reported."""
        path = f"templates/{segment(template_id)}/reports"
        return await self._list(path, TemplateReportWire, "list the template's reports", {"sort": NEWEST_FIRST})

    async def software(self) -> Items[SoftwareWire]:
        """`GET /software`, all of it, by name. Raises UnsupportedError where images are not built."""
        return await self._list("software", SoftwareWire, "list software", {"sort": "asc(name)"})

    async def software_versions(self, software: str = "", *, software_id: str = "") -> Items[VersionWire]:
        """`GET /software_versions`, newest first, all or those of a software. Raises UnsupportedError likewise."""
        params = _given(software_name=software, software_id=software_id)
        return await self._list("software_versions", VersionWire, "list software versions", params)

    async def software_builds(self, version_id: str = "") -> Items[BuildWire]:
        """`GET /software_builds`, newest first, all or those of a version. Raises UnsupportedError likewise."""
        params = _given(software_version_id=version_id)
        return await self._list("software_builds", BuildWire, "list image builds", params)

    async def _list(self, path: str, kind: type[T], operation: str, params: Query) -> Items[T]:
        reply = await self._transport.request("GET", path, operation=operation, params=params, accept=_NOT_FOUND)
        if reply.status != 404:
            return decode_items(reply, kind)
        if _error_body(reply) is None:
            raise _no_such_route(reply, operation)
        return Items([], [])

    async def _one(
        self, method: str, path: str, kind: type[T], operation: str, *, params: Query | None = None, json: object = None
    ) -> Item[T]:
        reply = await self._transport.request(method, path, operation=operation, params=params, json=json)
        return decode_object(reply, kind)

    async def _delete(self, path: str, operation: str, params: Query | None = None) -> str:
        reply = await self._transport.request("DELETE", path, operation=operation, params=params)
        return decode_object(reply, MessageWire).value.message


def explain(reply: Reply, operation: str) -> BackendError | None:
    """What CARROT means by a code, where that is not what the code says."""
    code = reply.status
    if code < 400 or reply.is_html:
        return None
    if code == 500 and b"App data is not configured" in reply.body:
        return UnsupportedError(
            "this CARROT server cannot list runs: image building is not configured there",
            hint="Its administrator can add custom_image_build to the server's configuration.",
            code=code,
        )
    if code == 413:
        return RejectedError(
            f"CARROT takes at most {LARGEST_BODY:,} bytes at a time, and this is more",
            hint="Put what is large into a file, and give its address as the input.",
            code=code,
        )
    body = _error_body(reply)
    if body is None:
        return _no_such_route(reply, operation) if code == 404 and not reply.body.strip() else None
    if code == 400 and body.title == "ID formatted incorrectly":
        return NotFoundError("CARROT does not know it: its ids are UUIDs", code=code)
    if code == 400 and body.title == "Run with specified name already exists":
        return RejectedError(
            "name: it must be unique, and there is a run of that name",
            hint="Choose another, or leave it out.",
            code=code,
        )
    if code == 403 and "already exists" in body.detail:
        return RejectedError(
            "CARROT refuses it: this report of it already exists",
            hint="Delete it first; one that failed can be replaced.",
            code=code,
        )
    if code == 403:
        return RejectedError(f"CARROT refuses it: {body.detail}", code=code)
    if code == 422 and "disabled" in body.title:
        return UnsupportedError(f"this CARROT server cannot do that: {body.title.lower()}", code=code)
    if code == 500 and body.detail.endswith("NotFound"):
        return NotFoundError("CARROT does not know what this refers to", code=code)
    return None


def _no_such_route(reply: Reply, operation: str) -> NotFoundError:
    return NotFoundError(
        f"there is no such address at the server ({operation})",
        hint="Is url the address of a CARROT server, without /api/v1?",
        code=404,
    )


def _error_body(reply: Reply) -> _ErrorBody | None:
    try:
        return msgspec.json.decode(reply.body, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _report_path(entity: str, entity_id: str, report_id: str) -> str:
    return f"{entity}/{segment(entity_id)}/reports/{segment(report_id)}"


def _creator(created_by: str) -> dict[str, Any]:
    return {"created_by": created_by} if created_by else {}


def newest_page(limit: int, offset: int, **filters: str) -> dict[str, str | int | Sequence[str]]:
    """The parameters of one page of a list of runs, newest first. An empty value is not "unset", so none is sent."""
    return {**_given(**filters), "limit": limit, "offset": offset}


def _given(**filters: str) -> dict[str, str]:
    return {**{name: value for name, value in filters.items() if value}, "sort": NEWEST_FIRST}
