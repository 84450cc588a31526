"""CARROT's routes for what is registered: pipelines, templates, tests, results, reports, software, subscriptions."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.carrot_routes import BodyError, bad_id, bad_query, path_id, query_of, read_body
from runtui.backends.carrot.simulation.carrot_view import naive
from runtui.backends.carrot.simulation.catalogue import (
    AUTHORS,
    PIPELINES,
    Template,
    registered_at,
)
from runtui.backends.carrot.simulation.identity import fixed_id
from runtui.backends.carrot.simulation.ledger import Subscription
from runtui.backends.carrot.simulation.query_text import JOB_STATUSES, QueryTextError, anything, naive_moment, one_of
from runtui.backends.carrot.simulation.registered import Registered
from runtui.backends.carrot.simulation.routing import (
    Route,
    empty_response,
    error_response,
    json_response,
    text_response,
)
from runtui.backends.carrot.simulation.rows import DATES, FINISHED, Table, reader_for
from runtui.backends.carrot.simulation.scenario import Scenario

SOFTWARE_OFF = (
    "Software building disabled",
    "You are trying to access a software-related endpoint, but the software building feature is disabled for this"
    " CARROT server",
)


def _fields(*names: str) -> dict[str, Any]:
    return {**{name: reader_for(name) for name in names}, **DATES}


_FILES = "test_wdl|eval_wdl|test_wdl_dependencies|eval_wdl_dependencies"
_COMMON = ("name", "description", "created_by")
_TABLES = {
    "pipelines": Table(
        ("No pipelines found", "No pipelines found with the specified parameters"), _fields("pipeline_id", *_COMMON)
    ),
    "templates": Table(
        ("No template found", "No templates found with the specified parameters"),
        _fields("template_id", "pipeline_id", "pipeline_name", "test_wdl", "eval_wdl", *_COMMON),
        hidden=("pipeline_name",),
    ),
    "tests": Table(
        ("No test found", "No tests found with the specified parameters"),
        _fields("test_id", "template_id", "template_name", *_COMMON),
        hidden=("template_name",),
    ),
    "results": Table(
        ("No result found", "No result found with the specified parameters"),
        {**_fields("result_id", *_COMMON), "result_type": one_of("numeric", "file", "text")},
    ),
    "reports": Table(
        ("No reports found", "No reports found with the specified parameters"), _fields("report_id", *_COMMON)
    ),
    "software": Table(
        ("No software found", "No software found with the specified parameters"),
        _fields("software_id", "repository_url", *_COMMON),
    ),
    "software_versions": Table(
        ("No software_version found", "No software_versions found with the specified parameters"),
        {
            **_fields("software_version_id", "software_id", "software_name", "commit"),
            "committed_before": naive_moment,
            "committed_after": naive_moment,
        },
        hidden=("software_name",),
    ),
    "software_builds": Table(
        ("No software_build found", "No software_builds found with the specified parameters"),
        {
            **_fields("software_build_id", "software_version_id"),
            "build_job_id": anything,
            "image_url": anything,
            "status": one_of(*JOB_STATUSES),
            **FINISHED,
        },
    ),
    "subscriptions": Table(
        ("No subscriptions found", "No subscriptions found with the specified parameters"),
        {**_fields("subscription_id", "entity_id", "email"), "entity_type": one_of("pipeline", "template", "test")},
    ),
}
_SINGULAR = {
    "pipelines": "pipeline", "templates": "template", "tests": "test", "results": "result", "reports": "report",
    "software": "software", "software_versions": "software_version", "software_builds": "software_build",
    "subscriptions": "subscription",
}  # fmt: skip


class LookupRoutes:
    """Everything that is read to give runs their names, and subscriptions."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._rows = Registered(scenario).tables()

    def routes(self) -> Sequence[Route]:
        """The routes."""
        made = [route for kind in self._rows for route in self._routes_of(kind)]
        for kind in ("pipelines", "templates", "tests"):
            made.append(Route("POST", f"/api/v1/{kind}/{{entity}}/subscriptions", self._subscribing(kind)))
            made.append(Route("DELETE", f"/api/v1/{kind}/{{entity}}/subscriptions", self._unsubscribing(kind)))
        return (
            *made,
            Route("GET", "/api/v1/templates/{template}/results", self.template_results),
            Route("GET", "/api/v1/templates/{template}/reports", self.template_reports),
            Route("GET", f"/api/v1/templates/{{template}}/(?P<file>{_FILES})", self.template_file),
        )

    def _routes_of(self, kind: str) -> tuple[Route, Route]:
        singular = _SINGULAR[kind]

        async def several(request: Request) -> Response:
            return self._refused(kind) or _TABLES[kind].answer(request, self._rows[kind]())

        async def one(request: Request, id: str) -> Response:
            return self._refused(kind) or self._one(kind, singular, id)

        return Route("GET", f"/api/v1/{kind}", several), Route("GET", f"/api/v1/{kind}/{{id}}", one)

    def _one(self, kind: str, singular: str, id: str) -> Response:
        wanted = path_id(id)
        if wanted is None:
            return bad_id()
        row = next((row for row in self._rows[kind]() if row[f"{singular}_id"] == wanted), None)
        if row is None:
            return error_response(404, f"No {singular} found", f"No {singular} found with the specified ID")
        return json_response({name: value for name, value in row.items() if name not in _HIDDEN})

    def _refused(self, kind: str) -> Response | None:
        switches = self._scenario.switches
        if kind.startswith("software") and not switches.image_building:
            return error_response(422, *SOFTWARE_OFF)
        if kind == "reports" and not switches.reporting:
            return error_response(422, *REPORTING_OFF)
        return None

    def _template(self, text: str) -> Template | None:
        wanted = path_id(text)
        return next((pipeline.template for pipeline in PIPELINES if pipeline.template.id == wanted), None)

    async def template_results(self, request: Request, template: str) -> Response:
        """Which results a template gives, and the workflow outputs they are taken from."""
        found = self._template(template)
        rows = [
            {
                "template_id": found.id,
                "result_id": result.id,
                "result_key": result.key,
                "created_at": naive(registered_at(self._scenario.world.start, 4)),
                "created_by": AUTHORS[0],
            }
            for result in (found.results if found else ())
            if found
        ]
        table = Table(
            ("No template_result found", "No template_results found with the specified parameters"),
            _fields("result_id", "result_key"),
        )
        return table.answer(request, rows) if path_id(template) else bad_id()

    async def template_reports(self, request: Request, template: str) -> Response:
        """Which reports a template's runs get."""
        found = self._template(template)
        rows = [
            {
                "template_id": found.id,
                "report_id": report.id,
                "report_trigger": report.trigger,
                "created_at": naive(registered_at(self._scenario.world.start, 5)),
                "created_by": AUTHORS[0],
            }
            for report in (found.reports if found else ())
            if found
        ]
        table = Table(
            ("No template_report found", "No template_reports found with the specified parameters"),
            {**_fields("report_id"), "report_trigger": one_of("single", "pr")},
        )
        return table.answer(request, rows) if path_id(template) else bad_id()

    async def template_file(self, request: Request, template: str, file: str) -> Response:
        """A workflow's text, or the zip of its dependencies."""
        if path_id(template) is None:
            return bad_id()
        found = self._template(template)
        if found is None or (file.endswith("dependencies") and getattr(found, file, None) is None):
            return error_response(404, "No template found", "No template found with the specified ID")
        if file.endswith("dependencies"):
            return Response(_dependencies(), media_type="application/zip")
        return text_response(found.test_text if file == "test_wdl" else found.eval_text)

    def _subscribing(self, kind: str) -> Any:
        async def subscribe(request: Request, entity: str) -> Response:
            try:
                body: _Subscriber = await read_body(request, _Subscriber)
            except BodyError as error:
                return empty_response(error.code)
            wanted = path_id(entity)
            if wanted is None:
                return bad_id()
            singular = _SINGULAR[kind]
            if not any(row[f"{singular}_id"] == wanted for row in self._rows[kind]()):
                title = f"No {singular} found"
                return error_response(404, title, f"{title} with the specified ID")
            with self._scenario.ledger.lock:
                made = Subscription(
                    id=fixed_id("subscription", wanted, body.email, str(len(self._scenario.ledger.subscriptions))),
                    entity_type=singular,
                    entity_id=wanted,
                    email=body.email,
                    created_at=self._scenario.now(),
                )
                self._scenario.ledger.subscriptions.append(made)
            return json_response(self._rows["subscriptions"]()[-1])

        return subscribe

    def _unsubscribing(self, kind: str) -> Any:
        async def unsubscribe(request: Request, entity: str) -> Response:
            try:
                query = query_of(request, {"email": anything})
            except QueryTextError as error:
                return bad_query(error)
            if "email" not in query:
                return bad_query(QueryTextError("missing field `email`"))
            wanted = path_id(entity)
            if wanted is None:
                return bad_id()
            with self._scenario.ledger.lock:
                kept = [
                    made
                    for made in self._scenario.ledger.subscriptions
                    if (made.entity_id, made.email) != (wanted, query["email"])
                ]
                count = len(self._scenario.ledger.subscriptions) - len(kept)
                self._scenario.ledger.subscriptions[:] = kept
            if count == 0:
                return error_response(
                    404, "No subscription found", "No subscription found for the specified parameters"
                )
            return json_response({"message": f"Successfully deleted {count} row{'' if count == 1 else '(s)'}"})

        return unsubscribe


REPORTING_OFF = (
    "Reporting disabled",
    "You are trying to access a reporting-related endpoint, but the reporting feature is disabled for this CARROT"
    " server",
)
_HIDDEN = frozenset({"pipeline_name", "template_name", "software_name"})


class _Subscriber(msgspec.Struct):
    email: str


def _dependencies() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("JointGenotyping.wdl", date_time=(2023, 3, 20, 0, 0, 0))
        archive.writestr(entry, "version 1.0\n\nworkflow JointGenotyping {\n  input {\n    File gvcf\n  }\n}\n")
    return packed.getvalue()
