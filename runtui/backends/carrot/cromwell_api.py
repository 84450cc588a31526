"""Cromwell's routes, one method each (Cromwell's REST API, version 1)."""

from collections.abc import Sequence

from runtui.backends.carrot.wire import MetadataWire, OutputsWire, WorkflowWire
from runtui.model.errors import BackendError, NotFoundError, RejectedError
from runtui.transport.client import Transport, segment
from runtui.transport.decoding import Items, decode_items, decode_object
from runtui.transport.errors import detail_of
from runtui.transport.reply import Reply

_MOST_IDS = 40
"""Ids in one query: Cromwell's web server takes addresses of 2,048 characters."""

_SLIM = (
    "id", "workflowName", "status", "submission", "start", "end", "executionStatus", "stdout", "stderr", "backendLogs",
    "returnCode", "failures", "retryableFailure", "callRoot", "jobId", "subWorkflowId", "subWorkflowMetadata",
    "metadataArchiveStatus", "message",
)  # fmt: skip
"""What nodes and logs need: the whole of it can be many megabytes."""

_STANDING = ("id", "status", "start", "end", "executionStatus", "failures", "subWorkflowMetadata")


class CromwellApi:
    """The requests Cromwell takes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def workflows(self, ids: Sequence[str]) -> Items[WorkflowWire]:
        """`GET /query?id=..&id=..`: how many workflows stand, in few requests. Unknown ids are left out."""
        found: Items[WorkflowWire] = Items([], [])
        for first in range(0, len(ids), _MOST_IDS):
            reply = await self._transport.request(
                "GET", "query", operation="ask Cromwell how runs stand", params={"id": ids[first : first + _MOST_IDS]}
            )
            page = decode_items(reply, WorkflowWire, key="results")
            found.items.extend(page.items)
            found.problems.extend(page.problems)
        return found

    async def metadata(self, workflow_id: str) -> MetadataWire:
        """`GET /{id}/metadata` with the keys that nodes and logs need, sub-workflows inside."""
        return await self._metadata(workflow_id, _SLIM, "ask Cromwell for the workflow's calls")

    async def standing(self, workflow_id: str) -> MetadataWire:
        """`GET /{id}/metadata` with the few keys that tell how it stands and why."""
        return await self._metadata(workflow_id, _STANDING, "ask Cromwell how the workflow stands")

    async def outputs(self, workflow_id: str) -> OutputsWire:
        """`GET /{id}/outputs`: empty before the workflow's end."""
        reply = await self._transport.request(
            "GET", f"{segment(workflow_id)}/outputs", operation="ask Cromwell for the workflow's outputs"
        )
        return decode_object(reply, OutputsWire).value

    async def abort(self, workflow_id: str) -> WorkflowWire:
        """`POST /{id}/abort`. Raises RejectedError for a workflow that is not in progress."""
        try:
            reply = await self._transport.request(
                "POST", f"{segment(workflow_id)}/abort", operation="stop the workflow"
            )
        except NotFoundError as error:
            raise RejectedError(
                "Cromwell has no such workflow in progress: it has ended already",
                profile=error.profile,
                operation=error.operation,
                code=404,
            ) from error
        return decode_object(reply, WorkflowWire).value

    async def _metadata(self, workflow_id: str, keys: Sequence[str], operation: str) -> MetadataWire:
        reply = await self._transport.request(
            "GET",
            f"{segment(workflow_id)}/metadata",
            operation=operation,
            params={"includeKey": keys, "expandSubWorkflows": "true"},
        )
        return decode_object(reply, MetadataWire).value


def explain_cromwell(reply: Reply, operation: str) -> BackendError | None:
    """What Cromwell's 404 means: a workflow it does not know, or not yet: new ones take about a second."""
    detail = detail_of(reply)
    if reply.status == 404 and detail and not reply.is_html:
        return NotFoundError(f"Cromwell: {detail}", hint="A new workflow takes about a second to be known.", code=404)
    return None
