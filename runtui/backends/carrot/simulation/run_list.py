"""Lists of runs: filters, order and pages as PostgreSQL gives them."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from runtui.backends.carrot.simulation.carrot_view import CarrotView
from runtui.backends.carrot.simulation.identity import Kind, Origin, RunKey
from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.query_text import (
    RUN_STATUSES,
    Reader,
    anything,
    naive_moment,
    one_of,
    sorted_rows,
    truth,
    uuid_text,
    whole,
)
from runtui.backends.carrot.simulation.scenario import Scenario

RUN_QUERY: Final[dict[str, Reader]] = {
    "run_group_id": uuid_text,
    "name": anything,
    "status": one_of(*RUN_STATUSES),
    "test_input": anything,
    "test_options": anything,
    "eval_input": anything,
    "eval_options": anything,
    "test_cromwell_job_id": anything,
    "eval_cromwell_job_id": anything,
    "software_versions": anything,
    "created_before": naive_moment,
    "created_after": naive_moment,
    "created_by": anything,
    "finished_before": naive_moment,
    "finished_after": naive_moment,
    "sort": anything,
    "limit": whole,
    "offset": whole,
    "csv": truth,
}

_JSON_FILTERS = frozenset({"test_input", "test_options", "eval_input", "eval_options"})
_NEWEST_FIRST = "desc(created_at)"


class RunList:
    """Answers lists of runs without making more runs than the page needs, where the question allows it."""

    def __init__(self, scenario: Scenario, view: CarrotView) -> None:
        self._scenario = scenario
        self._view = view

    def page(self, pipeline: int, test_id: str | None, query: dict[str, Any]) -> list[RunPlan]:
        """The plans of the runs a list shows, of a whole pipeline or of one of its tests."""
        if _JSON_FILTERS & query.keys():
            return []
        offset, limit = max(0, query.get("offset", 0)), query.get("limit")
        if self._is_plain(test_id, query):
            keys: Iterator[RunKey] = self._scenario.population.newest_first(
                pipeline, self._scenario.world.elapsed, skip=offset
            )
            return [self._scenario.plan(key) for key in itertools.islice(keys, limit)]
        if query.get("sort", "").replace(" ", "") == _NEWEST_FIRST:
            found = self._matching(pipeline, test_id, query)
            return list(itertools.islice(found, offset, None if limit is None else offset + limit))
        plans = list(self._matching(pipeline, test_id, query))[::-1]
        plans = sorted_rows(plans, query.get("sort", ""), self._sort_value)
        return plans[offset : None if limit is None else offset + limit]

    def _is_plain(self, test_id: str | None, query: dict[str, Any]) -> bool:
        unfiltered = not (query.keys() - {"sort", "limit", "offset", "csv"})
        return test_id is None and unfiltered and query.get("sort", "").replace(" ", "") == _NEWEST_FIRST

    def _matching(self, pipeline: int, test_id: str | None, query: dict[str, Any]) -> Iterator[RunPlan]:
        population, elapsed = self._scenario.population, self._scenario.world.elapsed
        after = query.get("created_after")
        keys = (
            population.newest_first(pipeline, elapsed)
            if after is None
            else population.created_after(pipeline, elapsed, after.replace(tzinfo=UTC))
        )
        for key in keys:
            if test_id is not None and self._scenario.planner.test_of(key).id != test_id:
                continue
            plan = self._scenario.plan(key)
            if self._fits(plan, query):
                yield plan

    def _fits(self, plan: RunPlan, query: dict[str, Any]) -> bool:
        before = query.get("created_before")
        if before is not None and not plan.created_at < before.replace(tzinfo=UTC):
            return False
        if "name" in query and plan.name != query["name"]:
            return False
        if "created_by" in query and plan.created_by != query["created_by"]:
            return False
        if "run_group_id" in query and query["run_group_id"] not in self._groups(plan):
            return False
        return not (query.keys() & _LOOKED_UP) or self._fits_view(plan, query)

    def _groups(self, plan: RunPlan) -> set[str]:
        queried = {group.id for group in list(self._scenario.ledger.groups.values()) if plan.run_id in group.run_ids}
        return {*plan.group_ids, *queried} - self._scenario.ledger.deleted_groups

    def _fits_view(self, plan: RunPlan, query: dict[str, Any]) -> bool:
        seen = self._view.of(plan)
        wanted = {
            "status": seen.status,
            "test_cromwell_job_id": seen.test_id,
            "eval_cromwell_job_id": seen.eval_id,
        }
        if any(query[name] != value for name, value in wanted.items() if name in query):
            return False
        return _within(seen.finished_at, query.get("finished_after"), query.get("finished_before"))

    def _sort_value(self, key: str) -> Callable[[RunPlan], Any] | None:
        return {
            "run_id": lambda plan: plan.run_id,
            "test_id": lambda plan: plan.test.id,
            "name": lambda plan: plan.name,
            "status": lambda plan: RUN_STATUSES.index(self._view.of(plan).status),
            "test_input": lambda plan: str(sorted(plan.test_input.items(), key=str)),
            "test_options": lambda plan: None if plan.test_options is None else str(plan.test_options),
            "eval_input": lambda plan: str(sorted(plan.eval_input.items(), key=str)),
            "eval_options": lambda plan: None if plan.eval_options is None else str(plan.eval_options),
            "test_cromwell_job_id": lambda plan: self._view.of(plan).test_id,
            "eval_cromwell_job_id": lambda plan: self._view.of(plan).eval_id,
            "created_at": lambda plan: plan.created_at,
            "finished_at": lambda plan: _sortable(self._view.of(plan).finished_at),
            "created_by": lambda plan: plan.created_by,
        }.get(key)

    def in_group(self, group_id: str) -> list[RunPlan]:
        """The runs of a group, newest first; empty for a group there is not."""
        queried = self._scenario.ledger.groups.get(group_id)
        if queried is not None:
            return [plan for run_id in queried.run_ids if (plan := self._scenario.run(run_id)) is not None]
        name = self._scenario.ids.read(group_id)
        if name is None or name.kind is not Kind.GROUP or group_id in self._scenario.ledger.deleted_groups:
            return []
        keys = [RunKey(name.key.pipeline, Origin.HISTORY, name.key.number * 13 + place) for place in (4, 5)]
        elapsed = self._scenario.world.elapsed
        return [self._scenario.plan(key) for key in keys if self._scenario.population.exists(key, elapsed)]


_LOOKED_UP = frozenset({"status", "test_cromwell_job_id", "eval_cromwell_job_id", "finished_after", "finished_before"})


def _sortable(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _within(moment: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    """Whether a moment lies strictly between two bounds; one that is null fits no bound."""
    if after is None and before is None:
        return True
    if moment is None:
        return False
    plain = moment.replace(tzinfo=None)
    return (after is None or plain > after) and (before is None or plain < before)
