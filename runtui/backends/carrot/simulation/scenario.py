"""Everything one simulated CARROT and its Cromwell know, put together."""

from datetime import datetime, timedelta
from typing import Any

from runtui.backends.carrot.simulation.catalogue import PIPELINES, software_named
from runtui.backends.carrot.simulation.identity import Dice, Ids, Kind, Name, RunKey
from runtui.backends.carrot.simulation.ledger import Ledger
from runtui.backends.carrot.simulation.numbers import numbers_of
from runtui.backends.carrot.simulation.plans import Planner, RunOutcome, RunPlan
from runtui.backends.carrot.simulation.population import Population
from runtui.backends.carrot.simulation.shapes import Request, WorkflowShape, build_shape, report_shape, shape_of
from runtui.backends.carrot.simulation.switches import Switches
from runtui.backends.carrot.simulation.ticks import Outage, Ticks
from runtui.backends.carrot.simulation.timeline import Timeline, Timelines
from runtui.backends.carrot.simulation.workflows import Call, Workflow
from runtui.simulation.script import Outcome, Script
from runtui.simulation.world import World

_USUAL_HISTORY = (30, 22, 0)
REPORT_SECONDS = 21.0
FIRST_ASKED_REPORT = 16
"""Reports clients ask for are numbered from here on, those CARROT makes by itself below."""


class Scenario:
    """The whole script, and what clients changed of it. `runs` asks for so many runs and no newcomers."""

    def __init__(self, world: World, runs: int | None = None) -> None:
        self.world = world
        self.ids = Ids(world.seed)
        self.dice = Dice(world.seed)
        self.ledger = Ledger()
        self.ticks = Ticks(world.start, 5.0)
        self.switches = Switches(self._cromwell_down, self._tick)
        few = runs is not None and runs < 12
        self.planner = Planner(world.seed, world.start, self.ids, self.ledger, stride=3 if few else 1)
        self.population = Population(self.planner, self.ledger, _history(runs), comes=True)
        self.timelines = Timelines(self.ids, self.ticks, self.ledger)

    def now(self) -> datetime:
        """The world's time."""
        return self.world.now()

    def plan(self, key: RunKey) -> RunPlan:
        """What is meant to happen to a run."""
        return self.planner.plan(key)

    def run(self, run_id: str) -> RunPlan | None:
        """The plan of an existing run, by its id."""
        key = self.ids.run_key(run_id)
        if key is None or not self.population.exists(key, self.world.elapsed):
            return None
        return self.plan(key)

    def timeline(self, plan: RunPlan) -> Timeline:
        """The run's workflows as things stand."""
        return self.timelines.of(plan)

    def workflow(self, workflow_id: str) -> Workflow | None:
        """The workflow of an id, if it was submitted by now; those of deleted runs stay at Cromwell."""
        name = self.ids.read(workflow_id)
        if name is None or name.kind in (Kind.RUN, Kind.GROUP):
            return None
        if not self._ever_existed(name.key):
            return None
        found = self._make(name, workflow_id)
        return found if found is not None and found.is_known(self.now()) else None

    def sub_workflow(self, call: Call) -> Workflow | None:
        """The workflow a call stands for, when it stands for one."""
        shape = call.plan.sub
        if shape is None:
            return None
        parent = call.workflow
        script = Script(
            created_at=call.begins_at,
            queue_seconds=0.0,
            run_seconds=call.seconds,
            outcome=call.plan.outcome,
        )
        asked = parent.script.stop_asked_at
        if asked is not None and asked > call.begins_at:
            script.stop(asked, parent.script.stopping_seconds)
        eval_bit = 128 if parent.phase == "eval" else 0
        sub_id = self.ids.make(Name(Kind.SUB_WORKFLOW, parent.owner.key, eval_bit + call.number))
        return Workflow(
            id=sub_id,
            shape=shape,
            script=script,
            owner=parent.owner,
            phase=parent.phase,
            folder=f"{call.folder}/{shape.name}/{sub_id}",
            parent_id=parent.id,
            root_id=parent.root_id,
            seconds=call.seconds,
        )

    def phase_workflow(self, plan: RunPlan, phase: str) -> Workflow | None:
        """The test, eval or build workflow of a run, submitted or not yet."""
        kind = {"test": Kind.TEST_WORKFLOW, "eval": Kind.EVAL_WORKFLOW, "build": Kind.BUILD_WORKFLOW}[phase]
        name = Name(kind, plan.key)
        return self._make(name, self.ids.make(name))

    def report_workflow_id(self, plan: RunPlan, number: int) -> str:
        """The id of the workflow that fills a report of a run."""
        return self.ids.make(Name(Kind.REPORT_WORKFLOW, plan.key, number))

    def report_script(self, plan: RunPlan, number: int, created_at: datetime) -> Script:
        """How the workflow of a report goes; one in nine of those made by themselves fails."""
        fails = number < FIRST_ASKED_REPORT and (plan.key.number + number) % 9 == 4
        script = Script(
            created_at=created_at + timedelta(seconds=0.3),
            queue_seconds=2.0,
            run_seconds=REPORT_SECONDS,
            outcome=Outcome.FAILURE if fails else Outcome.SUCCESS,
        )
        asked = self.ledger.aborted.get(self.report_workflow_id(plan, number))
        if asked is not None:
            script.stop(asked)
        return script

    def numbers(self, plan: RunPlan, phase: str) -> dict[str, Any]:
        """The plain outputs of a run's test or eval workflow."""
        return numbers_of(plan, phase, self.dice)

    def report_created_at(self, plan: RunPlan, number: int) -> datetime | None:
        """When a report of a run was asked for, by a client or by CARROT after the run's success."""
        if number >= FIRST_ASKED_REPORT:
            made = self.ledger.report_workflows.get(self.report_workflow_id(plan, number))
            return None if made is None else made.created_at
        timeline = self.timeline(plan)
        return None if timeline.eval is None else self.ticks.next(timeline.eval.ended_at)

    def _make(self, name: Name, workflow_id: str) -> Workflow | None:
        plan = self.plan(name.key)
        if name.kind is Kind.SUB_WORKFLOW:
            return self._make_sub(plan, name.extra)
        made = self._scripted(plan, name)
        if made is None:
            return None
        phase, shape, script, seconds = made
        return Workflow(
            id=workflow_id,
            shape=shape,
            script=script,
            owner=plan,
            phase=phase,
            folder=f"{shape.name}/{workflow_id}",
            root_id=workflow_id,
            seconds=seconds,
        )

    def _scripted(self, plan: RunPlan, name: Name) -> tuple[str, WorkflowShape, Script, float] | None:
        timeline = self.timeline(plan)
        match name.kind:
            case Kind.TEST_WORKFLOW if timeline.test is not None:
                return "test", self._shape(plan, "test"), timeline.test, plan.test_seconds
            case Kind.EVAL_WORKFLOW if timeline.eval is not None:
                return "eval", self._shape(plan, "eval"), timeline.eval, plan.eval_seconds
            case Kind.BUILD_WORKFLOW if timeline.build is not None:
                fails = plan.outcome is RunOutcome.BUILD_FAILED
                return "build", build_shape(fails, image_of(plan)), timeline.build, plan.build_seconds
            case Kind.REPORT_WORKFLOW:
                created_at = self.report_created_at(plan, name.extra)
                if created_at is None:
                    return None
                script = self.report_script(plan, name.extra, created_at)
                fails = script.outcome is Outcome.FAILURE
                return "report", report_shape(fails), script, REPORT_SECONDS
            case _:
                return None

    def _make_sub(self, plan: RunPlan, extra: int) -> Workflow | None:
        parent = self.phase_workflow(plan, "eval" if extra >= 128 else "test")
        number = extra % 128
        if parent is None or number >= len(parent.shape.calls):
            return None
        return self.sub_workflow(Call(workflow=parent, plan=parent.shape.calls[number], number=number))

    def _shape(self, plan: RunPlan, phase: str) -> WorkflowShape:
        fails = {"test": RunOutcome.TEST_FAILED, "eval": RunOutcome.EVAL_FAILED}[phase]
        retries = tuple(shard for shard in range(plan.scatter) if (plan.key.number + 3 * shard) % 7 == 2)
        request = Request(
            failure=plan.failure if plan.outcome is fails else None,
            scatter=plan.scatter,
            numbers=self.numbers(plan, phase),
            retries=retries,
        )
        return shape_of(plan.shape or "example", phase, request)

    def _ever_existed(self, key: RunKey) -> bool:
        return key in self.ledger.deleted or self.population.exists(key, self.world.elapsed)

    def _cromwell_down(self, down: bool) -> None:
        now = self.now()
        if down:
            self.ticks.outages.append(Outage(now))
        elif self.ticks.outages:
            self.ticks.outages[-1].ended_at = now

    def _tick(self, seconds: float) -> None:
        self.ticks.seconds = seconds


def image_of(plan: RunPlan) -> str:
    """The image a run's `image_build:` inputs come to."""
    for value in plan.test_input.values():
        if isinstance(value, str) and value.startswith("image_build:"):
            name, _, version = value.removeprefix("image_build:").partition("|")
            software = software_named(name)
            return f"us.gcr.io/carrot-images/{name}:{software.commit(version) if software else version}"
    return ""


def _history(runs: int | None) -> tuple[int, ...]:
    if runs is None:
        return _USUAL_HISTORY
    example = (runs + 1) // 2
    shares = (example, runs - example)
    return (*shares, *(0 for _ in PIPELINES[2:]))
