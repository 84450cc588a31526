"""CARROT's routes for report maps and run groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.carrot_routes import (
    NOT_CONFIGURED,
    BodyError,
    bad_id,
    bad_query,
    path_id,
    query_of,
    read_body,
    refused_query,
)
from runtui.backends.carrot.simulation.catalogue import PIPELINES, REPORTS, all_tests
from runtui.backends.carrot.simulation.identity import fixed_id
from runtui.backends.carrot.simulation.ledger import CreatedMap, MapKey, QueryGroup
from runtui.backends.carrot.simulation.lookup_routes import REPORTING_OFF
from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.query_text import (
    JOB_STATUSES,
    QueryTextError,
    anything,
    one_of,
    truth,
    uuid_text,
)
from runtui.backends.carrot.simulation.report_maps import ReportMaps
from runtui.backends.carrot.simulation.routing import (
    Route,
    empty_response,
    error_response,
    json_response,
    text_response,
)
from runtui.backends.carrot.simulation.rows import DATES, FINISHED, Table
from runtui.backends.carrot.simulation.run_list import RUN_QUERY, RunList
from runtui.backends.carrot.simulation.scenario import FIRST_ASKED_REPORT, Scenario

_MAPS = Table(
    ("No report_map found", "No report_maps found with the specified parameters"),
    {
        "report_id": uuid_text,
        "status": one_of(*JOB_STATUSES),
        "cromwell_job_id": anything,
        "results": anything,
        "created_by": anything,
        "entity_type": anything,
        "entity_id": uuid_text,
        **DATES,
        **FINISHED,
    },
)
_NO_MAP = "No report_map found"
_UNREACHABLE = "Error while attempting to submit a job to Cromwell: Failed to connect to host: Connection refused"


class _Creator(msgspec.Struct):
    created_by: str | None = None


class ReportRoutes:
    """Reports of runs and of groups; the two families of routes differ in nothing but the entity."""

    def __init__(self, scenario: Scenario, maps: ReportMaps, runs: RunList) -> None:
        self._scenario = scenario
        self._maps = maps
        self._runs = runs

    def routes(self) -> Sequence[Route]:
        """The routes."""
        made: list[Route] = []
        for folder, entity_type in (("runs", "run"), ("run-groups", "run_group")):
            base = f"/api/v1/{folder}/{{entity}}/reports"
            made.append(Route("GET", base, self._listing(entity_type)))
            made.append(Route("GET", f"{base}/{{report}}", self._showing(entity_type)))
            made.append(Route("POST", f"{base}/{{report}}", self._creating(entity_type)))
            made.append(Route("DELETE", f"{base}/{{report}}", self._deleting(entity_type)))
        for folder in ("pipelines", "templates", "tests"):
            path = f"/api/v1/{folder}/{{parent}}/runs/reports/{{report}}"
            made.append(Route("POST", path, self._creating_of_query(folder)))
        return made

    def _refused(self) -> Response | None:
        return None if self._scenario.switches.reporting else error_response(422, *REPORTING_OFF)

    def _listing(self, entity_type: str) -> Any:
        async def listing(request: Request, entity: str) -> Response:
            entity_id = path_id(entity)
            if self._refused() is not None or entity_id is None:
                return self._refused() or bad_id()
            return _MAPS.answer(request, self._maps.of(entity_type, entity_id))

        return listing

    def _showing(self, entity_type: str) -> Any:
        async def showing(request: Request, entity: str, report: str) -> Response:
            key = _map_key(entity_type, entity, report)
            if self._refused() is not None or key is None:
                return self._refused() or bad_id()
            row = self._maps.find(key)
            if row is None:
                return error_response(404, _NO_MAP, "No report_map found with the specified IDs")
            return json_response(row)

        return showing

    def _deleting(self, entity_type: str) -> Any:
        async def deleting(request: Request, entity: str, report: str) -> Response:
            key = _map_key(entity_type, entity, report)
            if self._refused() is not None or key is None:
                return self._refused() or bad_id()
            if self._maps.find(key) is None:
                return error_response(404, _NO_MAP, "No report_map found for the specified id")
            with self._scenario.ledger.lock:
                self._scenario.ledger.maps.pop(key, None)
                self._scenario.ledger.deleted_maps.add(key)
            return json_response({"message": "Successfully deleted 1 row"})

        return deleting

    def _creating(self, entity_type: str) -> Any:
        async def creating(request: Request, entity: str, report: str) -> Response:
            if self._refused() is not None:
                return self._refused() or bad_id()
            try:
                query = query_of(request, {"delete_failed": truth})
                body: _Creator = await read_body(request, _Creator)
            except QueryTextError as error:
                return bad_query(error)
            except BodyError as error:
                return empty_response(error.code)
            key = _map_key(entity_type, entity, report)
            if key is None:
                return bad_id()
            with self._scenario.ledger.lock:
                return self._create(key, body, delete_failed=bool(query.get("delete_failed")))

        return creating

    def _create(self, key: MapKey, body: _Creator, *, delete_failed: bool) -> Response:
        existing = self._maps.find(key)
        if existing is not None and not (delete_failed and existing["status"] in ("failed", "aborted")):
            what = key.entity_type
            return error_response(
                403,
                "Prohibited",
                f"Error, run report already exists for the specified run and report id: A report_map record already"
                f" exists for entity_type {what} entity_id {key.entity_id} and report_id {key.report_id}",
            )
        owner = self._owner(key)
        if owner is None or not any(report.id == key.report_id for report in REPORTS):
            return error_response(500, "Database error", "Error while attempting to query the database: NotFound")
        if self._scenario.switches.cromwell_down:
            return error_response(500, "Cromwell error", _UNREACHABLE)
        self._record(key, owner, body.created_by)
        return json_response(self._maps.find(key))

    def _record(self, key: MapKey, owner: RunPlan, created_by: str | None) -> None:
        ledger = self._scenario.ledger
        number = FIRST_ASKED_REPORT + sum(made.owner == owner.key for made in ledger.report_workflows.values())
        made = CreatedMap(created_at=self._scenario.now(), created_by=created_by, number=number % 256, owner=owner.key)
        ledger.maps[key] = made
        ledger.report_workflows[self._scenario.report_workflow_id(owner, made.number)] = made

    def _owner(self, key: MapKey) -> RunPlan | None:
        if key.entity_type == "run":
            return self._scenario.run(key.entity_id)
        members = self._runs.in_group(key.entity_id)
        return members[0] if members else None

    def _creating_of_query(self, folder: str) -> Any:
        async def creating(request: Request, parent: str, report: str) -> Response:
            if self._refused() is not None:
                return self._refused() or bad_id()
            try:
                query = query_of(request, RUN_QUERY)
                body: _Creator = await read_body(request, _Creator)
            except QueryTextError as error:
                return bad_query(error)
            except BodyError as error:
                return empty_response(error.code)
            if not self._scenario.switches.image_building:
                return text_response(NOT_CONFIGURED, 500)
            parent_id, report_id = path_id(parent), path_id(report)
            if parent_id is None or report_id is None:
                return bad_id()
            refused = refused_query(query)
            if refused is not None:
                return refused
            with self._scenario.ledger.lock:
                return self._create_of_query(folder, parent_id, report_id, query, body)

        return creating

    def _create_of_query(
        self, folder: str, parent_id: str, report_id: str, query: dict[str, Any], body: _Creator
    ) -> Response:
        place = _place(folder, parent_id)
        plans = [] if place is None else self._runs.page(place[0], place[1], query)
        if not plans:
            return error_response(404, "No run found", "No runs found with the specified parameters")
        ledger = self._scenario.ledger
        group = QueryGroup(
            id=fixed_id("query group", str(self._scenario.world.seed), str(len(ledger.groups))),
            created_at=self._scenario.now(),
            query={f"{folder[:-1]}_id": parent_id, **{name: _plain(value) for name, value in query.items()}},
            run_ids=tuple(plan.run_id for plan in plans),
        )
        ledger.groups[group.id] = group
        return self._create(MapKey("run_group", group.id, report_id), body, delete_failed=False)


def _map_key(entity_type: str, entity: str, report: str) -> MapKey | None:
    entity_id, report_id = path_id(entity), path_id(report)
    return None if entity_id is None or report_id is None else MapKey(entity_type, entity_id, report_id)


def _place(folder: str, parent_id: str) -> tuple[int, str | None] | None:
    for number, pipeline in enumerate(PIPELINES):
        if parent_id == {"pipelines": pipeline.id, "templates": pipeline.template.id}.get(folder):
            return number, None
    if folder == "tests":
        return next(((number, test.id) for number, test in all_tests() if test.id == parent_id), None)
    return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
