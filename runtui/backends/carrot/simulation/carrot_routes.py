"""CARROT's routes for runs: lists, one run, start, delete, workflow texts."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.carrot_view import FAILURES, CarrotView
from runtui.backends.carrot.simulation.catalogue import PIPELINES, Test, all_tests, software_named
from runtui.backends.carrot.simulation.csv_zip import csv_zip
from runtui.backends.carrot.simulation.execution_tree import ExecutionTree
from runtui.backends.carrot.simulation.identity import Origin, RunKey
from runtui.backends.carrot.simulation.ledger import StartedRun
from runtui.backends.carrot.simulation.oddities import odd_run, odd_runs
from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.query_text import QueryTextError, Reader, read_query, truth, uuid_text
from runtui.backends.carrot.simulation.routing import (
    Route,
    empty_response,
    error_response,
    json_response,
    text_response,
)
from runtui.backends.carrot.simulation.rows import REFUSED, negative_page
from runtui.backends.carrot.simulation.run_list import RUN_QUERY, RunList
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Workflow
from runtui.simulation.json_bodies import UnreadableError, read_json

LARGEST_BODY = 32_768
_MOST_WRITTEN = 8
"""The runs of a list whose files are brought up to date."""

BAD_ID = ("ID formatted incorrectly", "ID must be formatted as a Uuid")
NOT_CONFIGURED = "App data is not configured, to configure use App::data()"


class BodyError(Exception):
    """A request's body that cannot be taken; carries the code of the empty answer."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class StartBody(msgspec.Struct):
    """What starting a run takes."""

    name: str | None = None
    test_input: dict[str, Any] | None = None
    test_options: dict[str, Any] | None = None
    eval_input: dict[str, Any] | None = None
    eval_options: dict[str, Any] | None = None
    created_by: str | None = None


async def read_body(request: Request, kind: type[Any]) -> Any:
    """A JSON body as actix takes it. Raises BodyError: 400 for what it does not read, 413 above 32 KiB."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BodyError(400)
    if int(request.headers.get("content-length", "0") or 0) > LARGEST_BODY:
        raise BodyError(413)
    body = await request.body()
    if len(body) > LARGEST_BODY:
        raise BodyError(413)
    try:
        return read_json(body, kind)
    except UnreadableError:
        raise BodyError(400) from None


def path_id(text: str) -> str | None:
    """An id in a path in its usual form, or None for one that is no UUID."""
    try:
        return uuid_text(text)
    except QueryTextError:
        return None


def bad_id() -> Response:
    """The answer to a path id that is no UUID."""
    return error_response(400, *BAD_ID)


def query_of(request: Request, fields: dict[str, Reader]) -> dict[str, Any]:
    """The query parameters a route knows. Raises QueryTextError."""
    return read_query(request.scope["query_string"].decode("latin-1"), fields)


def bad_query(error: QueryTextError) -> Response:
    """actix's plain answer to a query string it cannot read."""
    return text_response(f"Query deserialize error: {error}", 400)


def merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396): null deletes."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


class RunRoutes:
    """Everything below `/runs`, and the lists of runs below tests, templates and pipelines."""

    def __init__(self, scenario: Scenario, view: CarrotView, runs: RunList, tree: ExecutionTree) -> None:
        self._scenario = scenario
        self._view = view
        self._runs = runs
        self._tree = tree

    def routes(self) -> Sequence[Route]:
        """The routes."""
        return (
            Route("GET", "/api/v1/runs/{run}", self.one),
            Route("DELETE", "/api/v1/runs/{run}", self.delete),
            Route("GET", "/api/v1/runs/{run}/test_wdl", self.test_wdl),
            Route("GET", "/api/v1/runs/{run}/eval_wdl", self.eval_wdl),
            Route("GET", "/api/v1/tests/{parent}/runs", self.of_test),
            Route("POST", "/api/v1/tests/{parent}/runs", self.start),
            Route("GET", "/api/v1/templates/{parent}/runs", self.of_template),
            Route("GET", "/api/v1/pipelines/{parent}/runs", self.of_pipeline),
        )

    async def one(self, request: Request, run: str) -> Response:
        """One run, or its tables as a zip."""
        try:
            query = query_of(request, {"csv": truth})
        except QueryTextError as error:
            return bad_query(error)
        run_id = path_id(run)
        if run_id is None:
            return bad_id()
        plan = self._scenario.run(run_id)
        if plan is None:
            return error_response(404, "No run found", "No run found with the specified ID")
        full = self._view.run_object(plan)
        for workflow in self._workflows(plan):
            self._tree.follow(workflow)
        return (
            Response(csv_zip([full])) if query.get("csv") else json_response(odd_run(full, self._scenario.switches, 9))
        )

    def _workflows(self, plan: RunPlan) -> list[Workflow]:
        """The workflows of a run that Cromwell has by now: somebody who sees the run may look at their files."""
        found = [self._scenario.phase_workflow(plan, phase) for phase in ("test", "eval")]
        now = self._scenario.now()
        return [workflow for workflow in found if workflow is not None and workflow.is_known(now)]

    async def delete(self, request: Request, run: str) -> Response:
        """Delete a run that failed."""
        run_id = path_id(run)
        if run_id is None:
            return bad_id()
        plan = self._scenario.run(run_id)
        if plan is None:
            return error_response(404, "No run found", "No run found for the specified id")
        if self._view.of(plan).status not in FAILURES:
            return error_response(403, "Cannot delete", "Cannot delete a run if it has a non-failed status")
        with self._scenario.ledger.lock:
            self._scenario.ledger.deleted.add(plan.key)
        return json_response({"message": "Successfully deleted 1 row"})

    async def test_wdl(self, request: Request, run: str) -> Response:
        """The text of the test workflow."""
        return self._wdl(run, "test_text")

    async def eval_wdl(self, request: Request, run: str) -> Response:
        """The text of the eval workflow."""
        return self._wdl(run, "eval_text")

    def _wdl(self, run: str, text: str) -> Response:
        run_id = path_id(run)
        if run_id is None:
            return bad_id()
        plan = self._scenario.run(run_id)
        if plan is None:
            return error_response(404, "No run found", "No run found with the specified ID")
        return text_response(getattr(PIPELINES[plan.key.pipeline].template, text))

    async def of_pipeline(self, request: Request, parent: str) -> Response:
        """The runs of a pipeline."""
        return self._list(request, parent, [(pipeline.id, number, None) for number, pipeline in enumerate(PIPELINES)])

    async def of_template(self, request: Request, parent: str) -> Response:
        """The runs of a template."""
        places = [(pipeline.template.id, number, None) for number, pipeline in enumerate(PIPELINES)]
        return self._list(request, parent, places)

    async def of_test(self, request: Request, parent: str) -> Response:
        """The runs of a test."""
        return self._list(request, parent, [(test.id, number, test.id) for number, test in all_tests()])

    def found(
        self, parent_id: str, places: Sequence[tuple[str, int, str | None]], query: dict[str, Any]
    ) -> list[RunPlan]:
        """The runs a query of a parent finds."""
        place = next((place for place in places if place[0] == parent_id), None)
        return [] if place is None else self._runs.page(place[1], place[2], query)

    def _list(self, request: Request, parent: str, places: Sequence[tuple[str, int, str | None]]) -> Response:
        try:
            query = query_of(request, RUN_QUERY)
        except QueryTextError as error:
            return bad_query(error)
        if not self._scenario.switches.image_building:
            return text_response(NOT_CONFIGURED, 500)
        parent_id = path_id(parent)
        if parent_id is None:
            return bad_id()
        refused = refused_query(query)
        if refused is not None:
            return refused
        plans = self.found(parent_id, places, query)
        if not plans:
            return error_response(404, "No run found", "No runs found with the specified parameters")
        runs = [self._view.run_object(plan) for plan in plans]
        for plan in plans[:_MOST_WRITTEN] if not query.get("offset") else ():
            for workflow in self._workflows(plan):
                self._tree.follow_later(workflow)
        return Response(csv_zip(runs)) if query.get("csv") else json_response(odd_runs(runs, self._scenario.switches))

    async def start(self, request: Request, parent: str) -> Response:
        """Start a run of a test."""
        test_id = path_id(parent)
        try:
            body: StartBody = await read_body(request, StartBody)
        except BodyError as error:
            return empty_response(error.code)
        if test_id is None:
            return bad_id()
        if self._scenario.switches.start_seconds:
            await asyncio.sleep(self._scenario.switches.start_seconds)
        place = next(((number, test) for number, test in all_tests() if test.id == test_id), None)
        if place is None:
            return error_response(500, "Server error", "Error while attempting to query the database: NotFound")
        with self._scenario.ledger.lock:
            return self._start(*place, body)

    def _start(self, pipeline: int, test: Test, body: StartBody) -> Response:
        if body.name is not None and self._name_taken(body.name):
            return error_response(
                400,
                "Run with specified name already exists",
                "If a custom run name is specified, it must be unique.",
            )
        inputs = merged(test.test_input_defaults, body.test_input or {})
        unknown = _unknown_software(inputs) or _unknown_software(body.eval_input or {})
        if unknown:
            return error_response(400, "No such software exists", f"No software registered with the name: {unknown}")
        switches = self._scenario.switches
        fails = switches.cromwell_down or switches.start_fails
        key = self._record(pipeline, test, body, inputs, never_submitted=fails)
        if fails:
            return error_response(
                500,
                "Server error",
                "Submitting job to Cromwell failed with error: Failed to connect to host: Connection refused",
            )
        return json_response(self._view.started_object(self._scenario.plan(key)))

    def _record(
        self, pipeline: int, test: Test, body: StartBody, inputs: dict[str, Any], *, never_submitted: bool
    ) -> RunKey:
        ledger, now = self._scenario.ledger, self._scenario.now()
        key = RunKey(pipeline, Origin.STARTED, len(ledger.started))
        name = body.name
        if name is None:
            name = f"{test.name}_run_{now:%Y-%m-%d %H:%M:%S}.{now.microsecond * 1000 + len(ledger.started):09d} UTC"
        ledger.started[key] = StartedRun(
            test=test,
            name=name,
            created_at=now,
            created_by=body.created_by,
            test_input=inputs,
            eval_input=merged(test.eval_input_defaults, body.eval_input or {}),
            test_options=_options(test.test_option_defaults, body.test_options),
            eval_options=_options(None, body.eval_options),
            never_submitted=never_submitted,
        )
        ledger.names[name] = key
        return key

    def _name_taken(self, name: str) -> bool:
        key = self._scenario.ledger.names.get(name)
        if key is not None and key not in self._scenario.ledger.deleted:
            return True
        return any(self._runs.page(number, None, {"name": name}) for number in range(len(PIPELINES)))


def refused_query(query: dict[str, Any]) -> Response | None:
    """What CARROT answers to a list's query PostgreSQL or the look-up of software refuses; None for a good one."""
    negative = negative_page(query)
    if negative is not None or "software_versions" not in query:
        return negative
    try:
        wanted = msgspec.json.decode(query["software_versions"], type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return error_response(500, "Server error", REFUSED + 'Json(Error("expected value", line: 1, column: 1))')
    if software_named(str(wanted.get("name"))) is None:
        return error_response(500, "Server error", REFUSED + "DB(NotFound)")
    return None


def _options(defaults: dict[str, Any] | None, sent: dict[str, Any] | None) -> dict[str, Any] | None:
    return defaults if sent is None else merged(defaults or {}, sent)


def _unknown_software(inputs: dict[str, Any]) -> str:
    for value in inputs.values():
        if isinstance(value, str) and value.startswith("image_build:"):
            name = value.removeprefix("image_build:").partition("|")[0]
            if software_named(name) is None:
                return name
    return ""
