"""A run as CARROT shows it: what it knew at its last look at Cromwell."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from runtui.backends.carrot.simulation.catalogue import PIPELINES
from runtui.backends.carrot.simulation.layout import Layout
from runtui.backends.carrot.simulation.plans import RunOutcome, RunPlan
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.timeline import Timeline
from runtui.simulation.script import Outcome, Phase, Script

FAILURES = frozenset({"buildfailed", "carrotfailed", "testfailed", "testaborted", "evalfailed", "evalaborted"})
"""Statuses of runs that may be deleted."""

_SNAKE = {
    "buildfailed": "build_failed",
    "carrotfailed": "carrot_failed",
    **{
        f"{phase}{word.replace('_', '')}": f"{phase}_{word}"
        for phase in ("test", "eval")
        for word in (
            "aborted", "aborting", "failed", "queued_in_cromwell", "running", "starting", "submitted",
            "waiting_for_queue_space",
        )
    },
}  # fmt: skip


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """What changes about a run, as CARROT has it."""

    status: str
    test_id: str | None = None
    eval_id: str | None = None
    finished_at: datetime | None = None
    results_of: tuple[str, ...] = ()
    """Phases whose results are stored."""
    errors: tuple[str, ...] = ()


class CarrotView:
    """Looks at runs with CARROT's eyes."""

    def __init__(self, scenario: Scenario, layout: Layout) -> None:
        self._scenario = scenario
        self._layout = layout

    def of(self, plan: RunPlan) -> RunView:
        """What CARROT knows of a run now."""
        seen = self._seen(plan, self._scenario.timeline(plan))
        errors = self._poll_errors(plan, seen)
        return msgspec.structs.replace(seen, errors=(*seen.errors, *errors)) if errors else seen

    def started_object(self, plan: RunPlan) -> dict[str, Any]:
        """The 17 fields the answer to starting a run has."""
        full = self.run_object(plan)
        return {name: full[name] for name in _STARTED_FIELDS}

    def run_object(self, plan: RunPlan) -> dict[str, Any]:
        """The 24 fields of a run, in the order of CARROT's struct."""
        seen = self.of(plan)
        template = PIPELINES[plan.key.pipeline].template
        hashed = plan.outcome is not RunOutcome.NOT_SUBMITTED
        return {
            "run_id": plan.run_id,
            "test_id": plan.test.id,
            "run_group_ids": [group for group in plan.group_ids if group not in self._scenario.ledger.deleted_groups]
            + [group.id for group in list(self._scenario.ledger.groups.values()) if plan.run_id in group.run_ids],
            "name": plan.name,
            "status": seen.status,
            "test_wdl": template.test_wdl,
            "test_wdl_hash": _hash(template.test_text) if hashed else None,
            "test_wdl_dependencies": template.test_wdl_dependencies,
            "test_wdl_dependencies_hash": _hash(template.name) if template.test_wdl_dependencies and hashed else None,
            "eval_wdl": template.eval_wdl,
            "eval_wdl_hash": _hash(template.eval_text) if hashed else None,
            "eval_wdl_dependencies": None,
            "eval_wdl_dependencies_hash": None,
            "test_input": plan.test_input,
            "test_options": plan.test_options,
            "eval_input": plan.eval_input,
            "eval_options": plan.eval_options,
            "test_cromwell_job_id": seen.test_id,
            "eval_cromwell_job_id": seen.eval_id,
            "created_at": naive(plan.created_at),
            "created_by": plan.created_by,
            "finished_at": naive(seen.finished_at),
            "results": self._results(plan, seen),
            "errors": list(seen.errors) or None,
        }

    def _seen(self, plan: RunPlan, timeline: Timeline) -> RunView:
        looked = self._scenario.ticks.last(self._scenario.now())
        if plan.outcome is RunOutcome.NOT_SUBMITTED:
            return self._not_submitted(plan)
        if timeline.build_ended_at is not None and (looked < timeline.build_ended_at or timeline.test is None):
            return self._building(timeline, looked)
        if timeline.test is None:
            return RunView(status="created")
        return self._test_phase(plan, timeline, timeline.test, looked)

    def _not_submitted(self, plan: RunPlan) -> RunView:
        if self._scenario.switches.stuck_runs and plan.key.number % 2 == 0:
            return RunView(status="created")
        return RunView(status="carrotfailed", finished_at=plan.created_at + timedelta(seconds=1.204377))

    def _building(self, timeline: Timeline, looked: datetime) -> RunView:
        build = timeline.build
        if build is None or looked < build.ended_at:
            return RunView(status="building")
        noticed = self._scenario.ticks.next(build.ended_at)
        if looked < noticed:
            return RunView(status="building")
        error = f"{_stamp(noticed)}: Failed to build image {timeline.build_id}: build workflow ended unsuccessfully"
        return RunView(status="buildfailed", finished_at=noticed, errors=(error,))

    def _test_phase(self, plan: RunPlan, timeline: Timeline, test: Script, looked: datetime) -> RunView:
        if looked < test.ended_at:
            return RunView(status=f"test{_live_word(test, looked)}", test_id=timeline.test_id)
        if test.outcome is not Outcome.SUCCESS:
            word = "aborted" if test.outcome is Outcome.STOPPED else "failed"
            return RunView(status=f"test{word}", test_id=timeline.test_id, finished_at=as_cromwell(test.ended_at))
        if self._cannot_begin_eval(plan):
            return RunView(status="testrunning", test_id=timeline.test_id, errors=self._begin_errors(test, looked))
        if timeline.eval is None or looked < timeline.eval.created_at:
            return RunView(status="testrunning", test_id=timeline.test_id)
        return self._eval_phase(plan, timeline, timeline.eval, looked)

    def _eval_phase(self, plan: RunPlan, timeline: Timeline, evaluation: Script, looked: datetime) -> RunView:
        seen = RunView(status="", test_id=timeline.test_id, eval_id=timeline.eval_id, results_of=("test",))
        if looked < evaluation.ended_at:
            word = _live_word(evaluation, looked)
            glitch = self._scenario.switches.eval_submitted_glitch and word == "submitted"
            return msgspec.structs.replace(seen, status=("test" if glitch else "eval") + word)
        ended_at = as_cromwell(evaluation.ended_at)
        if evaluation.outcome is not Outcome.SUCCESS:
            word = "aborted" if evaluation.outcome is Outcome.STOPPED else "failed"
            return msgspec.structs.replace(seen, status=f"eval{word}", finished_at=ended_at)
        if plan.outcome is RunOutcome.NOT_STORED:
            noticed = self._scenario.ticks.next(evaluation.ended_at)
            error = (
                f"{_stamp(noticed)}: Failed to fill results for run {plan.run_id}: expected to find"
                f" {len(PIPELINES[plan.key.pipeline].template.results)} results, found"
                f" {len(PIPELINES[plan.key.pipeline].template.results) - 1}"
            )
            return msgspec.structs.replace(seen, status="carrotfailed", finished_at=noticed, errors=(error,))
        return msgspec.structs.replace(seen, status="succeeded", finished_at=ended_at, results_of=("test", "eval"))

    def _cannot_begin_eval(self, plan: RunPlan) -> bool:
        return self._scenario.switches.stuck_runs and plan.key.number % 30 == 8

    def _begin_errors(self, test: Script, looked: datetime) -> tuple[str, ...]:
        first = self._scenario.ticks.next(test.ended_at)
        step = timedelta(seconds=self._scenario.ticks.seconds)
        count = min(20, int((looked - first) / step) + 1)
        return tuple(
            f"{_stamp(looked - number * step)}: Failed to start eval: test output not found in Cromwell outputs"
            for number in range(count)
        )

    def _poll_errors(self, plan: RunPlan, seen: RunView) -> tuple[str, ...]:
        """One error for each look Cromwell did not answer while the run lived; newest first."""
        if not self._scenario.ticks.outages:
            return ()
        until = min(self._scenario.now(), seen.finished_at or self._scenario.now())
        return tuple(
            f"{_stamp(tick)}: Encountered an error while trying to check the status of run {plan.run_id}:"
            " Cromwell answered 503 Service Unavailable"
            for tick in self._scenario.ticks.missed(plan.created_at, until)
        )

    def _results(self, plan: RunPlan, seen: RunView) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for phase in seen.results_of:
            workflow = self._scenario.phase_workflow(plan, phase)
            if workflow is None:
                continue
            outputs = self._layout.outputs(workflow, self._scenario.now())
            for result in PIPELINES[plan.key.pipeline].template.results:
                if result.phase == phase and result.key in outputs:
                    found[result.name] = result_text(outputs[result.key])
        return found or None


def naive(moment: datetime | None) -> str | None:
    """A moment as CARROT writes it: UTC without saying so, a fraction of 0, 3 or 6 digits."""
    if moment is None:
        return None
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"
    if moment.microsecond == 0:
        return text
    if moment.microsecond % 1000 == 0:
        return f"{text}.{moment.microsecond // 1000:03d}"
    return f"{text}.{moment.microsecond:06d}"


def as_cromwell(moment: datetime) -> datetime:
    """A moment as Cromwell tells it: in milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def snake(status: str) -> str:
    """A status as the database and the CSV write it, with underscores."""
    return _SNAKE.get(status, status)


def result_text(value: Any) -> str:
    """A result as it is stored: always a text."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


_STARTED_FIELDS = (
    "run_id", "test_id", "name", "status", "test_wdl", "test_wdl_dependencies", "eval_wdl", "eval_wdl_dependencies",
    "test_input", "test_options", "eval_input", "eval_options", "test_cromwell_job_id", "eval_cromwell_job_id",
    "created_at", "created_by", "finished_at",
)  # fmt: skip


def _live_word(script: Script, looked: datetime) -> str:
    match script.phase(looked):
        case Phase.STOPPING:
            return "aborting"
        case Phase.RUNNING:
            return "running"
        case _:
            return "submitted"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def _hash(text: str) -> str:
    return hashlib.sha512(text.encode()).hexdigest()
