"""Where the files of simulated calls are said to lie: on disk, in a bucket, or at http addresses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from runtui.backends.carrot.simulation.switches import Switches
from runtui.backends.carrot.simulation.workflows import Call, Workflow

BUCKET = "carrot-cromwell"
_ROOT_IN_BUCKET = "cromwell-execution"


class Layout:
    """Turns folders into addresses. `root` is the folder of all executions on this machine."""

    def __init__(self, root: str, switches: Switches, sub_workflow: Callable[[Call], Workflow | None]) -> None:
        self.root = root
        self._switches = switches
        self._sub_workflow = sub_workflow

    def folder(self, folder: str) -> str:
        """The address of a folder given relative to the folder of all executions."""
        if self._switches.google_paths:
            return f"gs://{BUCKET}/{_ROOT_IN_BUCKET}/{folder}"
        if self._switches.http_paths:
            return f"{self._switches.http_paths}/plain/{folder}"
        return f"{self.root}/{folder}"

    def file(self, call: Call, name: str) -> str:
        """The address of a file a call writes."""
        if self._switches.google_paths:
            return f"{self.folder(call.folder)}/{name}"
        return f"{self.folder(call.folder)}/execution/{name}"

    def streams(self, call: Call, now: datetime) -> dict[str, Any]:
        """What metadata and `/logs` say about a call's streams: nothing before its command runs."""
        if call.plan.sub is not None or self._switches.cromwell_calls_missing or not call.has_begun(now):
            return {}
        stdout = self._switches.foreign_log_path or self.file(call, "stdout")
        said: dict[str, Any] = {"stdout": stdout, "stderr": self.file(call, "stderr")}
        if self._switches.google_paths:
            said["backendLogs"] = {"log": self.file(call, google_log_name(call))}
        return said

    def values(self, call: Call, now: datetime) -> dict[str, Any]:
        """The outputs of a call that is done, by their names without the workflow's."""
        if call.ended_at(now) is None or call.is_cut_short or not call.plan.outputs:
            return {}
        sub = self._sub_workflow(call)
        if sub is not None:
            return {name.partition(".")[2]: value for name, value in self.outputs(sub, now).items()}
        return {name: self._value(call, value) for name, value in call.plan.outputs.items()}

    def outputs(self, workflow: Workflow, now: datetime) -> dict[str, Any]:
        """The outputs of a workflow that succeeded, `{}` before."""
        if workflow.status(now) != "Succeeded":
            return {}
        shape = workflow.shape
        named: dict[str, Any] = {f"{shape.name}.{name}": value for name, value in shape.numbers.items()}
        for name, (task, output) in shape.outputs.items():
            named[f"{shape.name}.{name}"] = self._output(workflow, task, output, now)
        if self._switches.hostile_names and workflow.parent_id is None:
            named[f"{shape.name}.\x1b[31mred\x1b[0m"] = f"{self.folder(workflow.folder)}/../../../escape.txt"
        return named

    def _output(self, workflow: Workflow, task: str, output: str, now: datetime) -> Any:
        call = next(call for call in workflow.calls(now) if call.plan.task == task and not call.plan.retried)
        sub = self._sub_workflow(call)
        if sub is not None:
            inner, inner_output = sub.shape.outputs[output]
            return self._output(sub, inner, inner_output, now)
        return self._value(call, call.plan.outputs[output])

    def _value(self, call: Call, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("file:"):
            return self.file(call, value.removeprefix("file:"))
        return value


def google_log_name(call: Call) -> str:
    """`<task>[-<shard>].log`, as the Google backends name a call's own log."""
    return f"{call.plan.task}-{call.plan.shard}.log" if call.plan.shard >= 0 else f"{call.plan.task}.log"
