"""What is to be run, as it is written down: one command, or a workflow of nodes that need each other.

A workflow file is TOML or JSON:

    name = "airfoil"
    parallel = 2
    patterns = ['Cd = ([-\\d.e]+)']        # parts of the output that are results
    [variables]                            # or [inputs]
    angle = 4.0
    [nodes.mesh]
    command = "python mesh.py --angle {angle}"     # a text goes to the shell, a list is run as it is
    outputs = ["mesh/*.vtk"]                       # below the work folder; missing ones fail the node
    [nodes.solve]
    command = ["python", "solve.py", "{angle}"]
    needs = ["mesh"]
    env = { OMP_NUM_THREADS = "2" }
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import msgspec

from runtui.backends.local.substitution import Value
from runtui.model.errors import InputError
from runtui.model.near import near_matches

Words = str | list[str]


class NodePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One node as it is written down. A `command` that is a text goes to the shell."""

    command: Words
    needs: list[str] = []
    env: dict[str, str | int | float] = {}
    outputs: list[str] = []
    fails_on: str = ""


class WorkflowPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that makes a run but for where it runs. `variables` have their defaults here."""

    nodes: dict[str, NodePlan]
    name: str = ""
    variables: dict[str, Value] = {}
    parallel: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None
    patterns: list[str] = []
    grace: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 10.0


def single(command: Words, *, fails_on: str = "", outputs: list[str] | None = None, **fields: Any) -> WorkflowPlan:
    """A plan of one command."""
    node = NodePlan(command=command, fails_on=fails_on, outputs=outputs or [])
    return WorkflowPlan(nodes={"main": node}, **fields)


def read_workflow(path: Path) -> WorkflowPlan:
    """The workflow in a file. Raises InputError that names the file and what is wrong in it."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text") from None
    try:
        found = tomllib.loads(content) if path.suffix == ".toml" else msgspec.json.decode(content)
    except (tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        kind = "TOML" if path.suffix == ".toml" else "JSON"
        raise InputError(f"{path} is not {kind}: {error}") from None
    try:
        return plan_of(found)
    except InputError as error:
        raise InputError(f"{path}: {error.message}", hint=error.hint) from None


def plan_of(found: object) -> WorkflowPlan:
    """The plan that a table means, checked. Raises InputError."""
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        found = {**found, "nodes": _by_name(found["nodes"])}
    if isinstance(found, dict):
        found = _with_inputs(found)
        _check_words(found)
    try:
        plan = msgspec.convert(found, WorkflowPlan)
    except msgspec.ValidationError as error:
        hint = 'A workflow has nodes, each with a command: [nodes.solve] command = "..."'
        raise InputError(f"not a workflow: {error}", hint=hint) from None
    check_plan(plan)
    return plan


def _with_inputs(found: dict[str, object]) -> dict[str, object]:
    """What stands under `inputs` are variables: services that run components call them so."""
    if "inputs" not in found:
        return found
    if "variables" in found:
        raise InputError("there are both variables and inputs", hint="Both mean the same: write one of them.")
    return {"variables" if name == "inputs" else name: value for name, value in found.items()}


def _check_words(found: dict[str, object]) -> None:
    """Raise InputError for a word that means nothing here, and say where it stands."""
    _check_known("the workflow", found, WorkflowPlan.__struct_fields__)
    nodes = found.get("nodes")
    for name, node in nodes.items() if isinstance(nodes, dict) else ():
        _check_known(f"node {name}", node, NodePlan.__struct_fields__)


def _check_known(where: str, table: object, known: tuple[str, ...]) -> None:
    for word in table if isinstance(table, dict) else ():
        if word not in known:
            raise InputError(f"{where} has {word!r}, which means nothing here", hint=near_matches(str(word), known))


def _by_name(nodes: list[object]) -> dict[str, object]:
    named: dict[str, object] = {}
    for node in nodes:
        if not isinstance(node, dict) or not isinstance(node.get("name"), str):
            raise InputError("each node of a list of nodes needs a name")
        if node["name"] in named:
            raise InputError(f"two nodes are called {node['name']!r}")
        named[node["name"]] = {key: value for key, value in node.items() if key != "name"}
    return named


def check_plan(plan: WorkflowPlan) -> None:
    """Raise InputError for what can never work: no nodes, needs of nothing or in a circle, outputs that lead out."""
    if not plan.nodes:
        raise InputError("there is no node to run", hint="Write [nodes.NAME] with a command.")
    for name, node in plan.nodes.items():
        _check_node(name, node, plan.nodes)
    _check_circles(plan.nodes)
    _check_expressions([*plan.patterns, *(node.fails_on for node in plan.nodes.values() if node.fails_on)])


def _check_node(name: str, node: NodePlan, nodes: Mapping[str, NodePlan]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_][\w\-]{0,63}", name, re.ASCII):
        raise InputError(f"{name!r} cannot be the name of a node", hint="Use letters, digits, '-' and '_'.")
    if not node.command or (isinstance(node.command, str) and not node.command.strip()):
        raise InputError(f"node {name} has no command", hint='command = "python solve.py"')
    for need in node.needs:
        if need not in nodes:
            raise InputError(f"node {name} needs {need!r}, and there is no such node", hint=near_matches(need, nodes))
    for output in node.outputs:
        parts = PurePosixPath(output).parts
        if not output or output.startswith(("/", "~")) or ".." in parts or "\0" in output:
            raise InputError(
                f"node {name}: the output {output!r} is outside of the run's folder",
                hint="Outputs are written relative to the work folder, such as results/*.csv.",
            )


def _check_circles(nodes: Mapping[str, NodePlan]) -> None:
    done: set[str] = set()
    for first in nodes:
        path: list[str] = []
        waiting = [(first, iter(nodes[first].needs))]
        path.append(first)
        while waiting:
            name, needs = waiting[-1]
            need = next((one for one in needs if one not in done), None)
            if need is None:
                done.add(name)
                waiting.pop()
                path.pop()
            elif need in path:
                circle = " -> ".join([*path[path.index(need) :], need])
                raise InputError(f"the needs go in a circle: {circle}", hint="Take one of these needs away.")
            else:
                path.append(need)
                waiting.append((need, iter(nodes[need].needs)))


def _check_expressions(patterns: list[str]) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"{pattern!r} is no regular expression: {error}") from None
