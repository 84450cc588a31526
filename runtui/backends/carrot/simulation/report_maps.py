"""Report maps as CARROT has them: made by itself after a run's success, or asked for by a client."""

from datetime import datetime
from typing import Any

from runtui.backends.carrot.simulation.carrot_view import CarrotView, as_cromwell, naive
from runtui.backends.carrot.simulation.catalogue import PIPELINES, REPORTS
from runtui.backends.carrot.simulation.execution_tree import ExecutionTree
from runtui.backends.carrot.simulation.layout import Layout
from runtui.backends.carrot.simulation.ledger import MapKey
from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Workflow
from runtui.simulation.script import Outcome, Script


class ReportMaps:
    """Finds them and gives their nine fields."""

    def __init__(self, scenario: Scenario, view: CarrotView, layout: Layout, tree: ExecutionTree) -> None:
        self._scenario = scenario
        self._view = view
        self._layout = layout
        self._tree = tree

    def of(self, entity_type: str, entity_id: str) -> list[dict[str, Any]]:
        """The maps of a run or a group, the oldest first."""
        keys = [MapKey(entity_type, entity_id, report.id) for report in REPORTS]
        found = [row for key in keys if (row := self.find(key)) is not None]
        return sorted(found, key=lambda row: str(row["created_at"]))

    def find(self, key: MapKey) -> dict[str, Any] | None:
        """The fields of one map, or None when there is none."""
        made = self._scenario.ledger.maps.get(key)
        if made is not None:
            plan = self._scenario.plan(made.owner)
            return self._row(key, plan, made.number, made.created_at, made.created_by)
        if key in self._scenario.ledger.deleted_maps or key.entity_type != "run":
            return None
        return self._own(key)

    def _own(self, key: MapKey) -> dict[str, Any] | None:
        """A map CARROT made by itself: the run succeeded, or is deleted since."""
        run_key = self._scenario.ids.run_key(key.entity_id)
        plan = self._scenario.run(key.entity_id)
        if plan is None or run_key is None or self._view.of(plan).status != "succeeded":
            return None
        for report in PIPELINES[run_key.pipeline].template.reports:
            if report.id == key.report_id and report.trigger == "single":
                created_at = self._scenario.report_created_at(plan, report.number)
                if created_at is not None:
                    return self._row(key, plan, report.number, created_at, plan.created_by)
        return None

    def _row(
        self, key: MapKey, plan: RunPlan, number: int, created_at: datetime, created_by: str | None
    ) -> dict[str, Any]:
        script = self._scenario.report_script(plan, number, created_at)
        looked = self._scenario.ticks.last(self._scenario.now())
        status = _status(script, looked)
        workflow_id = self._scenario.report_workflow_id(plan, number)
        workflow = self._scenario.workflow(workflow_id)
        if workflow is not None:
            self._tree.follow(workflow)
        over = status in ("succeeded", "failed", "aborted")
        return {
            "entity_type": key.entity_type,
            "entity_id": key.entity_id,
            "report_id": key.report_id,
            "status": status,
            "cromwell_job_id": workflow_id,
            "results": self._results(workflow) if workflow and status == "succeeded" else None,
            "created_at": naive(created_at),
            "created_by": created_by,
            "finished_at": naive(as_cromwell(script.ended_at)) if over else None,
        }

    def _results(self, workflow: Workflow) -> dict[str, str]:
        outputs = self._layout.outputs(workflow, self._scenario.now())
        return {name.partition(".")[2]: value for name, value in outputs.items() if name.partition(".")[2] in _KEPT}


_KEPT = frozenset({"populated_notebook", "html_report", "empty_notebook", "run_csv_zip"})


def _status(script: Script, looked: datetime) -> str:
    """CARROT's word at its last look; a stopping workflow is not mapped, so the status stays."""
    if looked >= script.ended_at:
        return {Outcome.SUCCESS: "succeeded", Outcome.FAILURE: "failed", Outcome.STOPPED: "aborted"}[script.outcome]
    return "running" if looked >= script.started_at else "submitted"
