"""Reading a node's stdout and stderr: the whole text each time, unless the service turns out to give parts."""

from collections import OrderedDict

import msgspec

from runtui.backends.deltatwin.api import DeltaTwinApi
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow, Stream
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.transport.ranges import content_range
from runtui.transport.reply import Reply

_STREAMS = (Stream.STDOUT, Stream.STDERR)
_NOTHING_YET = frozenset({Status.QUEUED, Status.ENDED})


def sources_of(run: Run, nodes: tuple[Node, ...]) -> tuple[LogSource, ...]:
    """What can be followed, the most telling first.

    Of a run that failed that is what its failed node wrote to stderr; of a running one, its running node's stdout.
    A node that has not started has written nothing and is left out.
    """
    telling = Status.FAILED if run.status is Status.FAILED else Status.RUNNING
    speaking = [node for node in nodes if node.has_log and node.status not in _NOTHING_YET]
    ordered = sorted(speaking, key=lambda node: node.status is not telling)
    return tuple(
        _source(node, stream)
        for node in ordered
        for stream in (_STREAMS[::-1] if node.status is Status.FAILED else _STREAMS)
    )


def _source(node: Node, stream: Stream) -> LogSource:
    return LogSource(
        id=f"{node.id}/{stream.value}",
        name=f"{node.name} {stream.value}",
        stream=stream,
        node_id=node.id,
        node=node.name,
    )


class _Held(msgspec.Struct):
    """What is known of one source: whether the service announced ranges for it."""

    gives_ranges: bool = False


class LogReading:
    """Reads log sources, remembering which of them the service gives in parts."""

    _SOURCES_KEPT = 1000

    def __init__(self, api: DeltaTwinApi) -> None:
        self._api = api
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()

    async def window(self, run: Run, source: LogSource, request: LogRequest, *, is_final: bool) -> LogWindow:
        """One piece of a source: from the offset asked for where the service allows it, else the whole text.

        Raises NotFoundError when the run is gone. A node without a log is one with an empty log.
        """
        held = self._held.setdefault((run.id, source.id), _Held())
        self._held.move_to_end((run.id, source.id))
        while len(self._held) > self._SOURCES_KEPT:
            self._held.popitem(last=False)
        try:
            return await self._read(run.id, source, request, held, is_final)
        except NotFoundError:
            await self._api.run(run.id)
            return LogWindow(size=0, is_final=is_final)

    async def _read(
        self, run_id: str, source: LogSource, request: LogRequest, held: _Held, is_final: bool
    ) -> LogWindow:
        node_id = source.node_id or source.id.rpartition("/")[0]
        headers = {"If-None-Match": request.etag} if request.etag else {}
        if request.offset and held.gives_ranges:
            headers["Range"] = f"bytes={request.offset}-"
        reply = await self._api.node_log(run_id, node_id, source.stream, headers)
        first, size = content_range(reply.headers)
        if reply.status == 416 and size != request.offset:
            # the text has become shorter than what is held: only the whole of it says what it is now
            reply = await self._api.node_log(run_id, node_id, source.stream, {})
            first, size = content_range(reply.headers)
        if reply.status != 304:
            held.gives_ranges = reply.status in (206, 416) or _announces_ranges(reply)
        etag = reply.headers.get("etag")
        if reply.status in (304, 416):
            return LogWindow(
                offset=request.offset, size=size, unchanged=True, is_final=is_final, etag=etag or request.etag
            )
        if reply.status == 206 and first is not None:
            return LogWindow(content=reply.body, offset=first, size=size, is_final=is_final, etag=etag)
        return LogWindow(content=reply.body, offset=0, size=len(reply.body), is_final=is_final, etag=etag)


def _announces_ranges(reply: Reply) -> bool:
    return reply.headers.get("accept-ranges", "").strip().lower() == "bytes"
