"""CARROT's routes for run groups and its configuration."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.carrot_routes import bad_id, path_id
from runtui.backends.carrot.simulation.carrot_view import naive
from runtui.backends.carrot.simulation.catalogue import AUTHORS, PIPELINES
from runtui.backends.carrot.simulation.identity import Kind, Name, Origin, RunKey
from runtui.backends.carrot.simulation.query_text import anything, uuid_text, whole
from runtui.backends.carrot.simulation.routing import (
    Route,
    empty_response,
    error_response,
    json_response,
    text_response,
)
from runtui.backends.carrot.simulation.rows import DATES, Row, Table
from runtui.backends.carrot.simulation.run_list import RunList
from runtui.backends.carrot.simulation.scenario import Scenario

_MOST_GROUPS = 400
_GITHUB = ("owner", "repo", "issue_number", "author", "base_commit", "head_commit", "test_input_key", "eval_input_key")
_GROUPS = Table(
    ("No run group found", "No run group found with the specified parameters"),
    {
        "run_group_id": uuid_text,
        **{name: whole if name == "issue_number" else anything for name in _GITHUB},
        **DATES,
    },
    hidden=_GITHUB,
)


class GroupRoutes:
    """Run groups; and the address of Cromwell as the server sees it, which `cromwell_url` gives."""

    def __init__(self, scenario: Scenario, runs: RunList, cromwell_url: Callable[[Request], str]) -> None:
        self._scenario = scenario
        self._runs = runs
        self._cromwell_url = cromwell_url

    def routes(self) -> Sequence[Route]:
        """The routes."""
        return (
            Route("GET", "/api/v1/run-groups", self.several),
            Route("GET", "/api/v1/run-groups/{group}", self.one),
            Route("DELETE", "/api/v1/run-groups/{group}", self.delete),
            Route("GET", "/api/v1/config/cromwell", self.cromwell),
        )

    async def cromwell(self, request: Request) -> Response:
        """Where the server's Cromwell is, as plain text."""
        if not self._scenario.switches.config_route:
            return empty_response(404)
        return text_response(self._cromwell_url(request))

    async def several(self, request: Request) -> Response:
        """The groups that fit."""
        return _GROUPS.answer(request, self._rows())

    async def one(self, request: Request, group: str) -> Response:
        """One group."""
        wanted = path_id(group)
        if wanted is None:
            return bad_id()
        row = next((row for row in self._rows() if row["run_group_id"] == wanted), None)
        if row is None:
            return error_response(404, "No run group found", "No run group found with the specified ID")
        return json_response({name: value for name, value in row.items() if name not in _GITHUB})

    async def delete(self, request: Request, group: str) -> Response:
        """Delete a group no run is in any more."""
        wanted = path_id(group)
        if wanted is None:
            return bad_id()
        if not any(row["run_group_id"] == wanted for row in self._rows()):
            return error_response(404, "No run group found", "No run group found for the specified id")
        if self._runs.in_group(wanted):
            return error_response(403, "Cannot delete", "Cannot delete a run group if there are runs mapped to it")
        with self._scenario.ledger.lock:
            self._scenario.ledger.groups.pop(wanted, None)
            self._scenario.ledger.deleted_groups.add(wanted)
        return json_response({"message": "Successfully deleted 1 row"})

    def _rows(self) -> list[Row]:
        made = [self._query_row(group_id) for group_id in list(self._scenario.ledger.groups)]
        for pipeline in range(len(PIPELINES)):
            for number in range(_MOST_GROUPS):
                first = RunKey(pipeline, Origin.HISTORY, number * 13 + 4)
                deleted = self._scenario.ledger.deleted
                if not self._scenario.population.exists(first, self._scenario.world.elapsed) and first not in deleted:
                    break
                group_id = self._scenario.ids.make(Name(Kind.GROUP, first._replace(number=number)))
                if group_id not in self._scenario.ledger.deleted_groups:
                    made.append(self._github_row(group_id, first, number))
        return made

    def _github_row(self, group_id: str, first: RunKey, number: int) -> Row:
        plan = self._scenario.plan(first)
        created_at = naive(plan.created_at - timedelta(seconds=1.25))
        repo, key = ("gatk", "HaplotypeCallerBenchmark.gatk_docker") if plan.shape == "germline" else (
            "carrot-example-test", "test_workflow.image_to_use",
        )  # fmt: skip
        github: dict[str, Any] = {
            "run_group_id": group_id,
            "owner": "broadinstitute",
            "repo": repo,
            "issue_number": 8100 + number,
            "author": AUTHORS[number % len(AUTHORS)].partition("@")[0],
            "base_commit": f"{number:02x}" * 20,
            "head_commit": f"{(number + 101) % 256:02x}" * 20,
            "test_input_key": key,
            "eval_input_key": None,
            "created_at": created_at,
        }
        filters = {name: github[name] for name in _GITHUB}
        return {"run_group_id": group_id, "created_at": created_at, "metadata": {"Github": github}, **filters}

    def _query_row(self, group_id: str) -> Row:
        group = self._scenario.ledger.groups[group_id]
        created_at = naive(group.created_at)
        query = {"run_group_id": group.id, "query": group.query, "created_at": created_at}
        return {
            "run_group_id": group.id,
            "created_at": created_at,
            "metadata": {"Query": query},
            **dict.fromkeys(_GITHUB),
        }
