"""What is known of one run beyond its row: its workflows' calls, remembered for as long as they help."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from runtui.backends.carrot.api import CarrotApi
from runtui.backends.carrot.builds import find_builds
from runtui.backends.carrot.cromwell_link import CromwellLink
from runtui.backends.carrot.wire import RunWire
from runtui.backends.carrot.workflow_calls import CallNode, WorkflowCalls, calls_of
from runtui.model.errors import NotFoundError
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status

_MOST_RUNS = 64
_MOST_DOOMED = 1000

TITLES: Mapping[str, str] = {"build": "image build", "test": "test workflow", "eval": "eval workflow"}


class Workflows(msgspec.Struct, frozen=True, kw_only=True):
    """The Cromwell ids of a run's workflows by phase, in the order of the phases. `is_live` says more may come."""

    ids: dict[str, str]
    is_live: bool


class RunDetail:
    """Reads the calls of runs, and remembers which of their logs nobody writes to any more.

    `is_known` tells whether CARROT showed us a run of that id.
    """

    def __init__(self, api: CarrotApi, link: CromwellLink, is_known: Callable[[str], bool]) -> None:
        self._api = api
        self._link = link
        self._is_known = is_known
        self._over: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._doomed: OrderedDict[str, str] = OrderedDict()
        self._ids: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def doomed(self, workflow_id: str) -> str:
        """The failed call of a workflow that was last seen running, or empty."""
        return self._doomed.get(workflow_id, "")

    def is_over(self, run: Run, source_id: str) -> bool:
        """Whether a log source will not grow any more, as far as was seen."""
        return run.status.is_final or source_id in self._over.get(run.id, frozenset())

    async def workflows(self, run: Run) -> Workflows:
        """A run's workflows. A live run is asked for anew: its eval workflow may have begun since it was listed."""
        if run.status.is_final and run.extra.get("test_workflow") and self._is_known(run.id):
            known = {"test": run.extra["test_workflow"], "eval": run.extra.get("eval_workflow", "")}
            return Workflows(ids={phase: one for phase, one in known.items() if one}, is_live=False)
        wire = (await self._api.run(run.id)).value
        ids = {"test": wire.test_cromwell_job_id or "", "eval": wire.eval_cromwell_job_id or ""}
        if wire.status in ("building", "buildfailed"):
            ids = {"build": await self._build_workflow(wire), **ids}
        found = {phase: one for phase, one in ids.items() if one}
        self._ids[run.id] = tuple(found.values())
        _shorten(self._ids, _MOST_RUNS)
        return Workflows(ids=found, is_live=run.status.is_live)

    async def known_workflows(self, run: Run) -> tuple[str, ...]:
        """The ids of a run's workflows, as they were last seen; asked for when they never were."""
        if run.id not in self._ids:
            await self.workflows(run)
        return self._ids[run.id]

    async def calls(self, run: Run) -> tuple[CallNode, ...]:
        """The rows of all a run's workflows. Raises NotFoundError when Cromwell knows none of them."""
        workflows = await self.workflows(run)
        found: list[CallNode] = []
        missing: NotFoundError | None = None
        for phase, workflow_id in workflows.ids.items():
            try:
                found.extend((await self.workflow_calls(phase, workflow_id)).nodes)
            except NotFoundError as error:
                missing = error
                found.append(_unknown(phase, workflow_id, error))
        if missing is not None and all(not call.node.status_text for call in found):
            raise missing
        if workflows.is_live and "test" in workflows.ids and "eval" not in workflows.ids:
            found.append(_waiting_eval())
        self._remember(run.id, found)
        return tuple(_with_needs(call) for call in found)

    async def workflow_calls(self, phase: str, workflow_id: str) -> WorkflowCalls:
        """The rows of one workflow."""
        metadata = await (await self._link.api()).metadata(workflow_id)
        calls = calls_of(metadata, phase, TITLES[phase], workflow_id)
        self._note_doomed(workflow_id, calls.doomed)
        return calls

    async def standing(self, phase: str, workflow_id: str) -> WorkflowCalls:
        """How one workflow stands, with less to read than its calls."""
        metadata = await (await self._link.api()).standing(workflow_id)
        calls = calls_of(metadata, phase, TITLES[phase], workflow_id)
        self._note_doomed(workflow_id, calls.doomed)
        return calls

    async def _build_workflow(self, wire: RunWire) -> str:
        builds = await find_builds(self._api, wire)
        return next((one.build.build_job_id for one in builds if one.build and one.build.build_job_id), "")

    def _note_doomed(self, workflow_id: str, call: str) -> None:
        self._doomed.pop(workflow_id, None)
        if call:
            self._doomed[workflow_id] = call
        _shorten(self._doomed, _MOST_DOOMED)

    def _remember(self, run_id: str, calls: list[CallNode]) -> None:
        over = {f"{call.node.id}/{stream.value}" for call in calls if call.is_over for stream, _ in call.logs}
        self._over[run_id] = frozenset(over)
        self._over.move_to_end(run_id)
        _shorten(self._over, _MOST_RUNS)


def _shorten(remembered: OrderedDict[str, Any], most: int) -> None:
    while len(remembered) > most:
        remembered.popitem(last=False)


def _waiting_eval() -> CallNode:
    """The row of an eval workflow that does not exist yet."""
    node = Node(
        id="eval",
        name=TITLES["eval"],
        kind="workflow",
        status=Status.QUEUED,
        status_text="not submitted",
        message="CARROT starts it once the test workflow has succeeded.",
        has_log=False,
    )
    return CallNode(node=node)


def _unknown(phase: str, workflow_id: str, error: NotFoundError) -> CallNode:
    """The row of a workflow Cromwell does not know: too new, or its server was replaced."""
    node = Node(
        id=phase, name=TITLES[phase], kind="workflow", message=error.message, has_log=False, extra={"id": workflow_id}
    )
    return CallNode(node=node)


def _with_needs(call: CallNode) -> CallNode:
    if call.node.id != "eval":
        return call
    return msgspec.structs.replace(call, node=msgspec.structs.replace(call.node, needs=("test",)))
