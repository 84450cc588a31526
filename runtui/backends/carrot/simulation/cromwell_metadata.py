"""A workflow's metadata as Cromwell gives it, with its filters by prefix."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from runtui.backends.carrot.simulation.layout import Layout
from runtui.backends.carrot.simulation.plans import RunPlan
from runtui.backends.carrot.simulation.scenario import Scenario, image_of
from runtui.backends.carrot.simulation.workflows import Call, CallState, Workflow
from runtui.simulation.script import Outcome

_ALWAYS_OF_CALL = ("attempt", "shardIndex")


class MetadataQuery:
    """The keys that are wanted: those that begin with one of `include` (all when empty) and none of `exclude`."""

    def __init__(self, include: Sequence[str], exclude: Sequence[str], *, expand: bool) -> None:
        self._include = tuple(include)
        self._exclude = tuple(exclude)
        self.expand = expand

    def wants(self, key: str) -> bool:
        """Whether a key is wanted at the root or at a call."""
        included = not self._include or key.startswith(self._include)
        return included and not (self._exclude and key.startswith(self._exclude))


class Metadata:
    """Makes the metadata of workflows."""

    def __init__(self, scenario: Scenario, layout: Layout) -> None:
        self._scenario = scenario
        self._layout = layout

    def of(self, workflow: Workflow, query: MetadataQuery) -> dict[str, Any]:
        """The metadata of one workflow, with those of its sub-workflows inside when that was asked for."""
        now = self._scenario.now()
        root = {name: value for name, value in self._root(workflow, now).items() if query.wants(name)}
        return {
            **root,
            "calls": {} if self._is_archived(workflow, now) else self._calls(workflow, query, now),
            "id": workflow.id,
        }

    def _is_archived(self, workflow: Workflow, now: datetime) -> bool:
        return self._scenario.switches.archived_workflows and now >= workflow.script.ended_at

    def _root(self, workflow: Workflow, now: datetime) -> dict[str, Any]:
        script, status = workflow.script, workflow.status(now)
        if self._is_archived(workflow, now):
            return {
                "metadataArchiveStatus": "ArchivedAndDeleted",
                "message": "Cromwell has archived this workflow's metadata according to the lifecycle policy.",
                "status": status,
            }
        root: dict[str, Any] = {
            "workflowName": workflow.shape.name,
            "status": status,
            "submission": zulu(script.created_at),
            "inputs": inputs_of(workflow.owner, workflow.phase),
            "outputs": self._layout.outputs(workflow, now),
            "workflowRoot": self._layout.folder(workflow.folder),
            "labels": {"cromwell-workflow-id": f"cromwell-{workflow.id}"},
            "actualWorkflowLanguage": "WDL",
            "actualWorkflowLanguageVersion": "1.0",
            "submittedFiles": {"workflow": "version 1.0\n", "options": "{}", "inputs": "{}", "labels": "{}"},
            "workflowProcessingEvents": [
                {"cromwellId": "cromid-1f2e3d4", "description": "PickedUp", "timestamp": zulu(script.started_at)}
            ],
        }
        if now >= script.started_at:
            root["start"] = zulu(script.started_at)
        if now >= script.ended_at:
            root["end"] = zulu(script.ended_at)
        if workflow.parent_id is not None:
            root |= {"parentWorkflowId": workflow.parent_id, "rootWorkflowId": workflow.root_id}
        if status == "Failed":
            root["failures"] = self._failures(workflow, now)
        return root

    def _failures(self, workflow: Workflow, now: datetime) -> list[dict[str, Any]]:
        causes = [
            cause
            for call in workflow.calls(now)
            if call.state(now) is CallState.FAILED
            for cause in self._call_failures(call, now)
        ]
        return [{"causedBy": causes, "message": "Workflow failed"}]

    def _calls(self, workflow: Workflow, query: MetadataQuery, now: datetime) -> dict[str, Any]:
        calls: dict[str, list[dict[str, Any]]] = {}
        for call in sorted(workflow.calls(now), key=lambda call: (call.plan.shard, call.plan.attempt)):
            full = self._call(call, query, now)
            kept = {name: value for name, value in full.items() if name in _ALWAYS_OF_CALL or query.wants(name)}
            calls.setdefault(call.name, []).append(kept)
        return calls

    def _call(self, call: Call, query: MetadataQuery, now: datetime) -> dict[str, Any]:
        state = call.state(now)
        full: dict[str, Any] = {
            "executionStatus": str(state),
            "shardIndex": call.plan.shard,
            "attempt": call.plan.attempt,
            "start": zulu(max(call.begins_at - timedelta(seconds=1.0), call.workflow.begun_at)),
            "inputs": inputs_of(call.workflow.owner, call.workflow.phase),
            "retryableFailure": False,
        }
        ended_at = call.ended_at(now)
        if ended_at is not None:
            full["end"] = zulu(ended_at)
        sub = self._scenario.sub_workflow(call)
        if sub is None:
            full |= self._job(call, state, now)
        elif query.expand:
            full["subWorkflowMetadata"] = self.of(sub, query)
        else:
            full["subWorkflowId"] = sub.id
        if state in (CallState.FAILED, CallState.RETRYABLE):
            full["failures"] = self._call_failures(call, now)
            full["retryableFailure"] = call.plan.retried
        if outputs := self._layout.values(call, now):
            full["outputs"] = outputs
        return full

    def _job(self, call: Call, state: CallState, now: datetime) -> dict[str, Any]:
        job: dict[str, Any] = {
            "backend": "Local",
            "backendStatus": "Running" if call.ended_at(now) is None else "Done",
            "callRoot": self._layout.folder(call.folder),
            "callCaching": {"allowResultReuse": False, "effectiveCallCachingMode": "CallCachingOff"},
            "commandLine": f"/bin/bash {call.plan.task}.sh",
            "executionEvents": [],
            "runtimeAttributes": {"docker": image_of(call.workflow.owner), "memory": "2 GB", "maxRetries": "1"},
            **self._layout.streams(call, now),
        }
        if call.has_begun(now):
            job["jobId"] = str(20_000 + (call.workflow.owner.key.number * 37 + call.number) % 40_000)
            job["dockerImageUsed"] = image_of(call.workflow.owner)
        if state in (CallState.DONE, CallState.FAILED, CallState.RETRYABLE):
            job["returnCode"] = call.plan.return_code
        return job

    def _call_failures(self, call: Call, now: datetime) -> list[dict[str, Any]]:
        sub = self._scenario.sub_workflow(call)
        if sub is not None:
            return self._failures(sub, now)
        message = call.plan.message.format(workflow=call.workflow.shape.name)
        return [{"causedBy": [], "message": message}] if call.plan.outcome is Outcome.FAILURE else []


def inputs_of(plan: RunPlan, phase: str) -> dict[str, Any]:
    """The inputs of a workflow, without its name before them."""
    given = plan.eval_input if phase == "eval" else plan.test_input if phase == "test" else {}
    return {name.rpartition(".")[2]: value for name, value in given.items()}


def zulu(moment: datetime) -> str:
    """A moment as Cromwell writes it: milliseconds and a Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
