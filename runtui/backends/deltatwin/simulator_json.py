"""Simulated runs, nodes and components as the service's JSON."""

import hashlib
from datetime import datetime, timedelta, timezone

from runtui.backends.deltatwin.simulator_inputs import code_of_inputs
from runtui.backends.deltatwin.simulator_outputs import SimulatedOutputs
from runtui.backends.deltatwin.simulator_plan import Plan, Word
from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.backends.deltatwin.simulator_twins import Port, Step, Twin

Json = dict[str, object]

HOSTILE_NAMES = ("../../etc/passwd", "/etc/cron.d/evil", "a\x1b[2Jb\u202egpj.exe", "..", "C:\\windows\\evil.bat")
_LEGACY = {
    "owner": "author",
    "deltatwin_name": "dtwin_id",
    "deltatwin_version": "dtwin_version",
    "start_at": "generation_date",
}


class Writer:
    """Writes what the service sends, as the switches say."""

    def __init__(self, switches: Switches, outputs: SimulatedOutputs) -> None:
        self._switches = switches
        self._outputs = outputs

    def run(self, plan: Plan, now: datetime, *, in_list: bool = False) -> Json:
        """A run object. `start_at` and `end_at` are always there, and null until they happen."""
        word = plan.word(now)
        over = word not in (Word.CREATED, Word.PENDING, Word.RUNNING)
        sent = self._switches.unknown_status if word is Word.RUNNING else ""
        run: Json = {
            "run_id": plan.id,
            "owner": plan.owner,
            "deltatwin_name": plan.twin.name,
            "deltatwin_version": plan.version,
            "status": sent or word.value,
            "start_at": None if self._switches.null_start else self.moment(plan.started_at(now)),
            "end_at": self.moment(plan.ended_at(now)),
            "message": message_of(plan) if over else "",
            "return_code": (plan.failure.code if plan.failure else 0) if over else None,
        }
        if not (in_list and self._switches.lean_list):
            run["inputs"] = self._listed(plan.sent_inputs if self._switches.leaks_secrets else plan.inputs)
            run["outputs"] = self._listed(self._outputs_of(plan, word))
        if self._switches.legacy_names:
            return {_LEGACY.get(name, name): value for name, value in run.items()}
        return run

    def node(self, plan: Plan, step: Step, now: datetime) -> Json:
        """A node object: five strings."""
        name = f"{step.name}\x1b[31m\u202e" if self._switches.hostile_names else step.name
        return {
            "id": plan.node_id(step),
            "name": name,
            "type": step.kind,
            "status": plan.node_word(step, now).value,
            "workflow_node_id": step.workflow_id,
        }

    def moment(self, moment: datetime | None) -> str | None:
        """A date: whole seconds and `Z`, unless the switch says otherwise."""
        if moment is None:
            return None
        match self._switches.times:
            case "plain":
                return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            case "fraction":
                return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            case "offset":
                return moment.astimezone(timezone(timedelta(hours=2))).strftime("%Y-%m-%dT%H:%M:%S+02:00")

    def file_name(self, plan: Plan, output: str) -> str:
        """The base name of an output that is a file."""
        if self._switches.hostile_names:
            return HOSTILE_NAMES[list(plan.twin.file_names).index(output) % len(HOSTILE_NAMES)]
        return plan.twin.file_names[output]

    def _outputs_of(self, plan: Plan, word: Word) -> Json | None:
        """Null while it waits, empty while it runs or when it failed, all of them once it succeeded."""
        if word in (Word.CREATED, Word.PENDING):
            return None
        if word is not Word.SUCCESS:
            return {}
        numbers = self._outputs.values(plan)
        return {port.name: self._output(plan, port, numbers) for port in plan.twin.outputs}

    def _output(self, plan: Plan, port: Port, numbers: dict[str, float]) -> Json:
        if port.type != "Data":
            return {"type": port.type, "value": numbers[port.name]}
        base = self.file_name(plan, port.name)
        output: Json = {
            "type": "Data",
            "basename": base,
            "url": f"s3://deltatwin-runs/runs/{plan.id}/{port.name}/{base}",
        }
        if self._switches.checksums:
            content = self._outputs.content(plan, port.name)
            output["size"] = len(content)
            output["checksum"] = f"md5@{hashlib.md5(content, usedforsecurity=False).hexdigest()}"
        return output

    def _listed(self, parameters: object) -> object:
        if not self._switches.parameters_as_lists or not isinstance(parameters, dict):
            return parameters
        return [{"name": name, **parameter} for name, parameter in parameters.items()]


def message_of(plan: Plan) -> str:
    """What the service says of a run that is over. A failed model is told of in several lines."""
    failure = plan.failure
    if failure is None:
        return ""
    if failure.code in (110, 120):
        return code_of_inputs(plan.twin, plan.version, plan.sent_inputs)[1]
    if failure.code == 210:
        return "Unable to fetch the data of input image: 404 Not Found"
    if failure.code == 410 or failure.step is None:
        return "Unexpected error, please retry later."
    step = failure.step
    return (
        f"Model {step.name} failed, see its log for details.\n"
        f"Node Id: {plan.node_id(step)}\n"
        f"Image: registry.deltatwin.example.org/{plan.twin.name}/{step.name}:{plan.version}\n"
        f"cmd: python -m {step.name.replace('-', '_')} --output /data/out"
    )


def twin_summary(twin: Twin, published: str) -> Json:
    """An item of the list of components."""
    return {
        "name": twin.name,
        "short_description": twin.short_description,
        "publication_date": published,
        "license": {"name": twin.license},
        "visibility": twin.visibility,
        "topics": list(twin.topics),
        "owner": twin.owner,
    }


def twin_detail(twin: Twin, version: str, published: str) -> Json:
    """One component in one version, with what it takes and gives."""
    return {
        **twin_summary(twin, published),
        "description": twin.description,
        "version": version,
        "inputs": [_declared(port) for port in twin.inputs_of(version)],
        "outputs": [{"name": port.name, "type": port.type, "description": port.description} for port in twin.outputs],
    }


def _declared(port: Port) -> Json:
    return {
        "name": port.name,
        "type": port.type,
        "description": port.description,
        "default_value": port.default,
    }


def manifest_of(twin: Twin, version: str) -> Json:
    """The file `manifest.json` of a component."""
    return {
        "name": twin.name,
        "description": twin.description,
        "short_description": twin.short_description,
        "license": {"name": twin.license, "url": "", "description": "", "copyrights": []},
        "owner": twin.owner,
        "resources": {step.name: _port_json(step.name, "Data") for step in twin.steps if step.kind == "resource"},
        "inputs": {port.name: _port_json(port.name, port.type) for port in twin.inputs_of(version)},
        "outputs": {port.name: _port_json(port.name, port.type) for port in twin.outputs},
        "models": {step.name: {"path": f"models/{step.name}", "type": "python"} for step in twin.models},
        "dependencies": {},
    }


def _port_json(name: str, kind: str) -> Json:
    return {"name": name, "type": kind}


def workflow_of(twin: Twin, version: str) -> str:
    """The file `workflow.yml` of a component: its nodes, and what leads into and out of its models."""
    steps = twin.steps_of(version)
    lines = ["nodes:"]
    for step in steps:
        lines += [f"  - id: {step.workflow_id}", f"    ref: {step.kind}s.{step.name}"]
    lines.append("edges:")
    model = next(step for step in steps if step.kind == "model")
    for step in steps:
        ends = (step, model) if step.kind in ("input", "resource") else (model, step) if step.kind == "output" else None
        if ends:
            lines += [
                f"  - from: {{id: {ends[0].workflow_id}, port: {step.name}}}",
                f"    to: {{id: {ends[1].workflow_id}, port: {step.name}}}",
            ]
    return "\n".join(lines) + "\n"
