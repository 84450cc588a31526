"""How a run's plan turns out: its workflows' scripts, with CARROT's looks and clients' aborts taken into account."""

from datetime import datetime, timedelta

import msgspec

from runtui.backends.carrot.simulation.identity import Ids, Kind, Name
from runtui.backends.carrot.simulation.ledger import Ledger
from runtui.backends.carrot.simulation.plans import RunOutcome, RunPlan
from runtui.backends.carrot.simulation.ticks import Ticks
from runtui.simulation.script import Outcome, Script

_SUBMITTING_SECONDS = 0.35


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The scripts of one run. `None` for a workflow that is never submitted as things stand."""

    build_ended_at: datetime | None
    test_id: str
    test: Script | None
    eval_id: str
    eval: Script | None
    build_id: str
    build: Script | None


class Timelines:
    """Works the timelines out; they change when CARROT's looks do or a workflow is aborted."""

    def __init__(self, ids: Ids, ticks: Ticks, ledger: Ledger) -> None:
        self._ids = ids
        self._ticks = ticks
        self._ledger = ledger

    def of(self, plan: RunPlan) -> Timeline:
        """The timeline of a run as things stand."""
        test_id = self._ids.make(Name(Kind.TEST_WORKFLOW, plan.key))
        eval_id = self._ids.make(Name(Kind.EVAL_WORKFLOW, plan.key))
        build_id = self._ids.make(Name(Kind.BUILD_WORKFLOW, plan.key))
        build = self._build(plan, build_id) if plan.build_seconds else None
        test = self._test(plan, test_id, build)
        evaluation = self._eval(plan, eval_id, test) if test is not None else None
        return Timeline(
            build_ended_at=None if build is None else build.ended_at,
            test_id=test_id,
            test=test,
            eval_id=eval_id,
            eval=evaluation,
            build_id=build_id,
            build=build,
        )

    def _build(self, plan: RunPlan, build_id: str) -> Script:
        fails = plan.outcome is RunOutcome.BUILD_FAILED
        script = Script(
            created_at=plan.created_at + timedelta(seconds=_SUBMITTING_SECONDS),
            queue_seconds=1.5,
            run_seconds=plan.build_seconds,
            outcome=Outcome.FAILURE if fails else Outcome.SUCCESS,
        )
        return self._with_abort(script, build_id)

    def _test(self, plan: RunPlan, test_id: str, build: Script | None) -> Script | None:
        if plan.outcome is RunOutcome.NOT_SUBMITTED:
            return None
        submitted_at = plan.created_at + timedelta(seconds=_SUBMITTING_SECONDS)
        if build is not None:
            if build.outcome is not Outcome.SUCCESS:
                return None
            submitted_at = self._ticks.next(build.ended_at)
        script = Script(
            created_at=submitted_at,
            queue_seconds=plan.queue_seconds,
            run_seconds=plan.test_seconds,
            outcome=Outcome.FAILURE if plan.outcome is RunOutcome.TEST_FAILED else Outcome.SUCCESS,
        )
        if plan.outcome is RunOutcome.TEST_ABORTED:
            script.stop(script.started_at + timedelta(seconds=plan.test_seconds * 0.45))
        return self._with_abort(script, test_id)

    def _eval(self, plan: RunPlan, eval_id: str, test: Script) -> Script | None:
        if test.outcome is not Outcome.SUCCESS:
            return None
        script = Script(
            created_at=self._ticks.next(test.ended_at),
            queue_seconds=plan.eval_queue_seconds,
            run_seconds=plan.eval_seconds,
            outcome=Outcome.FAILURE if plan.outcome is RunOutcome.EVAL_FAILED else Outcome.SUCCESS,
        )
        if plan.outcome is RunOutcome.EVAL_ABORTED:
            script.stop(script.started_at + timedelta(seconds=plan.eval_seconds * 0.4))
        return self._with_abort(script, eval_id)

    def _with_abort(self, script: Script, workflow_id: str) -> Script:
        asked = self._ledger.aborted.get(workflow_id)
        if asked is not None:
            script.stop(asked, 4.0 if asked >= script.started_at else 0.0)
        return script
