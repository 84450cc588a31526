"""The HTTP calls of DeltaTwin API v2.0, one method each, as its command-line client 1.8.1 makes them.

The API root gets the version appended; every path here is below that. All calls but `connect` carry a bearer token.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

from runtui.backends.deltatwin.wire import GrantWire, MetricWire, NodeWire, RunWire, TwinWire, VersionWire
from runtui.model.errors import BackendError, NotFoundError, RejectedError, TemporaryError, UnsupportedError
from runtui.model.log import Stream
from runtui.model.publication import Publication
from runtui.model.secret import Secret
from runtui.transport.client import StreamedReply, Transport, segment
from runtui.transport.decoding import Item, Items, decode_items, decode_object
from runtui.transport.errors import detail_of
from runtui.transport.reply import Reply

_QUOTA = re.compile(r"\(\s*\d+\s*/\s*\d+\s*\)|quota", re.IGNORECASE)
_START = "start a run"
_PARTIAL_OR_WHOLE = frozenset({206})
_BEING_MADE = 202
_NOTHING_MORE = frozenset({304, 416})


def explain(reply: Reply, operation: str) -> BackendError | None:
    """What a code means where DeltaTwin is odd: 410 is an outdated API, 422 on a run's path an id that is none."""
    host = urlsplit(reply.url).netloc.rpartition("@")[2]
    if reply.status == 410:
        return UnsupportedError(
            f"{host} says that this version of its API is outdated",
            hint="Look for a newer runtui, or set api_version in the profile to what the service has now.",
            code=410,
        )
    if reply.status == 422 and "/runs/" in reply.url:
        return NotFoundError(f"{host} does not take this for the id of a run", hint="Run ids are UUIDs.", code=422)
    detail = detail_of(reply)
    if reply.status == 429 and operation == _START and _QUOTA.search(detail):
        return RejectedError(
            f"{host} starts no more runs for you: {detail}",
            hint="Your quota of runs is used up: wait until older ones no longer count, or delete some.",
            code=429,
        )
    return None


class DeltaTwinApi:
    """One method is one request."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def connect(self, *, username: str, password: Secret) -> Item[GrantWire]:
        """`POST /connect` with a user name and a password: a first grant."""
        body = {"username": username, "password": password.reveal()}
        return await self._grant(body, "log in")

    async def renew(self, refresh_token: Secret) -> Item[GrantWire]:
        """`POST /connect` with a refresh token: the next grant. The service may accept each such token once only."""
        return await self._grant({"refresh_token": refresh_token.reveal()}, "renew the login")

    async def _grant(self, body: Mapping[str, str], operation: str) -> Item[GrantWire]:
        reply = await self._transport.request(
            "POST", "connect", operation=operation, json=body, logs_in=True, scope="connect"
        )
        return decode_object(reply, GrantWire)

    async def runs(self, *, top: int, skip: int, status: str = "", deltatwin_name: str = "") -> Items[RunWire]:
        """`GET /runs`: a bare array without a total. `status` is one word; the order is not documented."""
        params: dict[str, str | int] = {**({"status": status} if status else {}), "top": top, "skip": skip}
        if deltatwin_name:
            params["deltatwin_name"] = deltatwin_name
        reply = await self._transport.request("GET", "runs", operation="list the runs", params=params)
        return decode_items(reply, RunWire)

    async def run(self, run_id: str) -> Item[RunWire]:
        """`GET /runs/{id}`."""
        reply = await self._transport.request("GET", f"runs/{segment(run_id)}", operation=f"read run {run_id}")
        return decode_object(reply, RunWire)

    async def start(self, deltatwin_name: str, version: str, inputs: Mapping[str, object]) -> Item[RunWire]:
        """`POST /runs`: 201 with the run. Sent once; a lost answer leaves it open whether a run was started."""
        body: dict[str, object] = {"deltatwin_name": deltatwin_name}
        if version:
            body["deltatwin_version"] = version
        if inputs:
            body["inputs"] = dict(inputs)
        try:
            reply = await self._transport.request("POST", "runs", operation=_START, json=body, scope="start")
        except TemporaryError as error:
            if error.code != 429:
                error.hint = "A run may have been started all the same: look at the list before you start it again."
            raise
        return decode_object(reply, RunWire)

    async def delete(self, run_id: str) -> None:
        """`DELETE /runs/{id}`: 204. Its outputs are deleted with it."""
        await self._transport.request("DELETE", f"runs/{segment(run_id)}", operation=f"delete run {run_id}")

    async def nodes(self, run_id: str) -> Items[NodeWire]:
        """`GET /runs/{id}/nodes`: a bare array, without times."""
        reply = await self._transport.request(
            "GET", f"runs/{segment(run_id)}/nodes", operation=f"list the nodes of run {run_id}"
        )
        return decode_items(reply, NodeWire)

    async def node_log(self, run_id: str, node_id: str, stream: Stream, headers: Mapping[str, str]) -> Reply:
        """`GET /runs/{id}/nodes/{node}/stdout` or `stderr`: the whole text so far, as bytes.

        Ranges and entity tags are not documented; 304 and 416 are given back as they are.
        """
        return await self._transport.request(
            "GET",
            f"runs/{segment(run_id)}/nodes/{segment(node_id)}/{stream.value}",
            operation=f"read {stream.value} of a node of run {run_id}",
            headers={"Accept-Encoding": "identity", **headers},
            accept=_NOTHING_MORE,
        )

    def download(
        self, run_id: str, output_name: str, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[StreamedReply]:
        """`GET /runs/{id}/outputs/{name}/download`: the bytes, or a redirect to a storage that has them."""
        return self._transport.stream(
            f"runs/{segment(run_id)}/outputs/{segment(output_name)}/download",
            operation=f"download output {output_name} of run {run_id}",
            headers=headers,
            accept=_PARTIAL_OR_WHOLE | _NOTHING_MORE,
        )

    async def twins(self, visibility: str) -> Items[TwinWire]:
        """`GET /deltatwins?visibility=public|private`: a bare array of components."""
        reply = await self._transport.request(
            "GET", "deltatwins", operation=f"list the {visibility} components", params={"visibility": visibility}
        )
        return decode_items(reply, TwinWire)

    async def twin(self, name: str, version: str = "") -> Item[TwinWire]:
        """`GET /deltatwins/{name}[?version=]`: a component with its declared inputs, the latest version unless told."""
        reply = await self._transport.request(
            "GET",
            f"deltatwins/{segment(name)}",
            operation=f"read component {name}",
            params={"version": version} if version else None,
        )
        return decode_object(reply, TwinWire)

    async def versions(self, name: str) -> Items[VersionWire]:
        """`GET /deltatwins/{name}/versions`."""
        reply = await self._transport.request(
            "GET", f"deltatwins/{segment(name)}/versions", operation=f"list the versions of component {name}"
        )
        return decode_items(reply, VersionWire)

    async def publish(self, run_id: str, output_name: str, wish: Publication, *, owner: str) -> bool:
        """`POST /artifacts`: whether the artifact is there now; with 202 it is still being made."""
        body = {
            "name": wish.name,
            "visibility": wish.visibility.value,
            "topics": list(wish.topics),
            "description": wish.description,
            "owner": owner,
            "run_id": run_id,
            "output_name": output_name,
        }
        try:
            reply = await self._transport.request(
                "POST", "artifacts", operation=f"publish output {output_name} of run {run_id}", json=body
            )
        except TemporaryError as error:
            if error.code != 429:
                error.hint = "It may be published all the same: look at your drive before you publish it again."
            raise
        return reply.status != _BEING_MADE

    async def metrics(self) -> Items[MetricWire]:
        """`GET /user/metrics`: allowances, told apart by `type`."""
        reply = await self._transport.request("GET", "user/metrics", operation="read the usage")
        return decode_items(reply, MetricWire)
