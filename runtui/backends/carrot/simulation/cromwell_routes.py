"""Cromwell's routes."""

import gzip
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.catalogue import PIPELINES
from runtui.backends.carrot.simulation.cromwell_metadata import Metadata, MetadataQuery, zulu
from runtui.backends.carrot.simulation.execution_tree import ExecutionTree
from runtui.backends.carrot.simulation.layout import Layout
from runtui.backends.carrot.simulation.routing import Route, text_response
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Workflow

STATUSES = ("On Hold", "Submitted", "Running", "Aborting", "Aborted", "Succeeded", "Failed")
_BASE = "/api/workflows/v1"
_LIVE = ("Submitted", "Running", "On Hold")


def pretty(value: Any, status: int = 200) -> Response:
    """JSON with indentation, as Cromwell writes it."""
    return Response(json.dumps(value, indent=2), status, media_type="application/json")


def failure(status: int, word: str, message: str) -> Response:
    """Cromwell's error body; `word` is `fail` for the client's mistakes and `error` for its own."""
    return pretty({"status": word, "message": message}, status)


def not_found() -> Response:
    """akka's answer to a path it does not know."""
    return text_response("The requested resource could not be found.", 404)


def wrong_method(allowed: Sequence[str]) -> Response:
    """akka's answer to a method a path does not take."""
    return text_response(f"HTTP method not allowed, supported methods: {', '.join(sorted(set(allowed)))}", 405)


class CromwellRoutes:
    """What Cromwell answers; asking for a workflow's paths also brings its files up to date."""

    def __init__(self, scenario: Scenario, metadata: Metadata, layout: Layout, tree: ExecutionTree) -> None:
        self._scenario = scenario
        self._metadata = metadata
        self._layout = layout
        self._tree = tree

    def routes(self) -> Sequence[Route]:
        """The routes."""
        one = f"{_BASE}/{{id}}"
        return (
            Route("GET", f"{_BASE}/query", self.query),
            Route("GET", f"{_BASE}/backends", self.backends),
            Route("GET", f"{one}/status", self.status),
            Route("GET", f"{one}/metadata", self.metadata),
            Route("GET", f"{one}/logs", self.logs),
            Route("GET", f"{one}/outputs", self.outputs),
            Route("GET", f"{one}/labels", self.labels),
            Route("GET", f"{one}/timing", self.timing),
            Route("POST", f"{one}/abort", self.abort),
            Route("GET", "/engine/v1/version", self.version),
            Route("GET", "/engine/v1/status", self.engine_status),
        )

    def down(self, request: Request) -> Response | None:
        """503 for everything while Cromwell is down."""
        if not self._scenario.switches.cromwell_down:
            return None
        return failure(503, "error", "Cromwell service is not available: the server is shutting down")

    async def backends(self, request: Request) -> Response:
        """The execution backends there are."""
        name = "PAPIv2" if self._scenario.switches.google_paths else "Local"
        return pretty({"supportedBackends": [name], "defaultBackend": name})

    async def version(self, request: Request) -> Response:
        """Which Cromwell this is."""
        return pretty({"cromwell": "85-2af5c1e"})

    async def engine_status(self, request: Request) -> Response:
        """The health of its parts; none is watched."""
        return pretty({})

    async def status(self, request: Request, id: str) -> Response:
        """One workflow's status."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        return pretty({"status": found.status(self._scenario.now()), "id": found.id})

    async def metadata(self, request: Request, id: str) -> Response:
        """One workflow's metadata, packed when that was asked for."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        include = [value for name, value in given if name == "includeKey"]
        exclude = [value for name, value in given if name == "excludeKey"]
        if include and exclude:
            return failure(400, "fail", "includeKey and excludeKey may not be specified together")
        expand = ("expandSubWorkflows", "true") in given
        self._tree.follow(found)
        made = pretty(self._metadata.of(found, MetadataQuery(include, exclude, expand=expand)))
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return made
        packed = gzip.compress(bytes(made.body), 5)
        return Response(packed, headers={"content-encoding": "gzip"}, media_type="application/json")

    async def logs(self, request: Request, id: str) -> Response:
        """Where the streams of one workflow's calls lie; no `calls` before there are any."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        self._tree.follow(found)
        calls: dict[str, list[dict[str, Any]]] = {}
        for call in found.calls(self._scenario.now()):
            streams = self._layout.streams(call, self._scenario.now())
            if streams:
                place = {"shardIndex": call.plan.shard, "attempt": call.plan.attempt}
                calls.setdefault(call.name, []).append({**streams, **place})
        return pretty({"calls": calls, "id": found.id} if calls else {"id": found.id})

    async def outputs(self, request: Request, id: str) -> Response:
        """One workflow's outputs; none before its end."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        self._tree.follow(found)
        return pretty({"outputs": self._layout.outputs(found, self._scenario.now()), "id": found.id})

    async def labels(self, request: Request, id: str) -> Response:
        """One workflow's labels."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        return pretty({"id": found.id, "labels": {"cromwell-workflow-id": f"cromwell-{found.id}"}})

    async def timing(self, request: Request, id: str) -> Response:
        """A page with a diagram of when which call ran."""
        found = self._find(id)
        if isinstance(found, Response):
            return found
        rows = "".join(
            f"<tr><td>{call.name}</td><td>{zulu(call.begins_at)}</td><td>{call.state(self._scenario.now())}</td></tr>"
            for call in found.calls(self._scenario.now())
        )
        return Response(f"<html><body><table>{rows}</table></body></html>", media_type="text/html")

    async def abort(self, request: Request, id: str) -> Response:
        """Ask a workflow to stop."""
        checked = _workflow_id(id)
        if isinstance(checked, Response):
            return checked
        found = self._scenario.workflow(checked)
        now = self._scenario.now()
        if found is None or found.status(now) not in _LIVE:
            message = f"Couldn't abort {checked} because no workflow with that ID is in progress"
            return failure(404, "error", message)
        was_submitted = found.status(now) == "Submitted"
        with self._scenario.ledger.lock:
            self._scenario.ledger.aborted[found.id] = now
        return pretty({"id": found.id, "status": "Aborted" if was_submitted else "Aborting"})

    async def query(self, request: Request) -> Response:
        """The workflows that fit; with ids, the statuses of many runs at once."""
        given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        wrong = _unknown_parameters(given)
        if wrong:
            return pretty({"status": "fail", "message": wrong[0], "errors": wrong}, 400)
        ids = [value for name, value in given if name == "id"]
        found = self._several(ids) if ids else self._newest()
        fitting = (workflow for workflow in found if self._fits(workflow, given))
        return pretty(self._page(list(itertools.islice(fitting, _MOST_LISTED)), dict(given)))

    def _fits(self, workflow: Workflow, given: list[tuple[str, str]]) -> bool:
        """Whether a workflow has one of the statuses, names and labels, and lies within the times."""
        summary = self._summary(workflow)
        label = f"cromwell-workflow-id:cromwell-{workflow.id}"
        for field, own in (("status", summary["status"]), ("name", summary["name"]), ("label", label)):
            wanted = [value for name, value in given if name == field]
            if wanted and own not in wanted:
                return False
        after = next((value for name, value in given if name == "start"), "")
        before = next((value for name, value in given if name == "end"), "")
        return (("start" in summary and summary["start"] >= after) or not after) and (
            ("end" in summary and summary["end"] <= before) or not before
        )

    def _page(self, workflows: list[Workflow], given: dict[str, str]) -> dict[str, Any]:
        total = len(workflows)
        if "pagesize" in given:
            size, page = int(given["pagesize"]), int(given.get("page", "1"))
            workflows = workflows[size * (page - 1) : size * page]
        return {"results": [self._summary(workflow) for workflow in workflows], "totalResultsCount": total}

    def _summary(self, workflow: Workflow) -> dict[str, Any]:
        now, script = self._scenario.now(), workflow.script
        summary: dict[str, Any] = {
            "id": workflow.id,
            "name": workflow.shape.name,
            "status": workflow.status(now),
            "submission": zulu(script.created_at),
            "metadataArchiveStatus": "Unarchived",
        }
        if now >= script.started_at:
            summary["start"] = zulu(script.started_at)
        if now >= script.ended_at:
            summary["end"] = zulu(script.ended_at)
        return summary

    def _several(self, ids: Sequence[str]) -> Iterator[Workflow]:
        for text in dict.fromkeys(ids):
            found = self._scenario.workflow(text)
            if found is not None:
                yield found

    def _newest(self) -> Iterator[Workflow]:
        elapsed = self._scenario.world.elapsed
        for number in range(len(PIPELINES)):
            for key in self._scenario.population.newest_first(number, elapsed):
                timeline = self._scenario.timeline(self._scenario.plan(key))
                yield from self._several([timeline.eval_id, timeline.test_id, timeline.build_id])

    def _find(self, text: str) -> Workflow | Response:
        checked = _workflow_id(text)
        if isinstance(checked, Response):
            return checked
        found = self._scenario.workflow(checked)
        return found or failure(404, "fail", f"Unrecognized workflow ID: {checked}")


_MOST_LISTED = 1000
_PARAMETERS = frozenset({
    "id", "status", "name", "label", "labelor", "excludelabeland", "excludelabelor", "page", "pagesize", "start",
    "end", "submission", "includesubworkflows", "additionalqueryresultfields", "metadataarchivestatus", "newestfirst",
})  # fmt: skip


def _unknown_parameters(given: list[tuple[str, str]]) -> list[str]:
    unknown = [name for name, _ in given if name.lower() not in _PARAMETERS]
    problems = [f"Unrecognized query keys: {', '.join(unknown)}"] if unknown else []
    for name, value in given:
        if name == "id" and _as_uuid(value) is None:
            problems.append(f"invalid workflow id: {value}")
        if name == "status" and value not in STATUSES:
            problems.append(f"Unrecognized status values: {value}")
        if name in ("page", "pagesize") and not (value.isdigit() and int(value) > 0):
            problems.append(f"{name} must be a positive number")
    return problems


def _as_uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _workflow_id(text: str) -> str | Response:
    return _as_uuid(text) or failure(400, "fail", f"Invalid workflow ID: '{text}'.")
