"""A storage that gives the same files over http: Google's JSON API for gs:// addresses, and plain paths."""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.cromwell_metadata import zulu
from runtui.backends.carrot.simulation.execution_tree import ExecutionTree
from runtui.backends.carrot.simulation.layout import BUCKET, google_log_name
from runtui.backends.carrot.simulation.routing import Route, json_response
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.workflows import Call, Workflow

_LOG_EVERY = 30.0
"""Seconds between two uploads of a running call's own log, as Google's backend does it."""


class StorageRoutes:
    """Finds the call a path belongs to and gives what it has written."""

    def __init__(self, scenario: Scenario, tree: ExecutionTree) -> None:
        self._scenario = scenario
        self._tree = tree

    def routes(self) -> Sequence[Route]:
        """The routes. Objects come with their slashes encoded or not: both are one path here."""
        return (
            Route("GET", "/storage/v1/b/{bucket}/o/(?P<object>.+)", self.object),
            Route("GET", "/plain/(?P<path>.+)", self.plain),
            Route("HEAD", "/plain/(?P<path>.+)", self.plain),
        )

    def refused(self, request: Request) -> Response | None:
        """401 without the token the storage wants."""
        token = self._scenario.switches.storage_token
        if not token or request.url.path.startswith("/plain/"):
            return None
        if request.headers.get("authorization") == f"Bearer {token}":
            return None
        return _google_error(401, "Invalid Credentials")

    async def object(self, request: Request, bucket: str, object: str) -> Response:
        """One object: its bytes with `alt=media`, else what is known of it."""
        parts = unquote(object).split("/")[1:]
        content = self._content(parts, folder_has_execution=False) if bucket == BUCKET else None
        if content is None:
            return _google_error(404, f"No such object: {bucket}/{unquote(object)}")
        if request.query_params.get("alt") == "media":
            return ranged(request, content)
        return json_response(
            {
                "kind": "storage#object",
                "name": unquote(object),
                "bucket": bucket,
                "size": str(len(content)),
                "md5Hash": base64.b64encode(hashlib.md5(content).digest()).decode(),
                "updated": zulu(self._scenario.now()),
                "contentType": "text/plain",
                "etag": _etag(content),
                "mediaLink": f"/storage/v1/b/{bucket}/o/{quote(unquote(object), safe='')}?alt=media",
            }
        )

    async def plain(self, request: Request, path: str) -> Response:
        """The bytes at a plain path, as a web server gives them."""
        content = self._content(path.split("/"), folder_has_execution=True)
        if content is None:
            return Response(b"<html><body>404 Not Found</body></html>", 404, media_type="text/html")
        return ranged(request, content)

    def _content(self, parts: Sequence[str], *, folder_has_execution: bool) -> bytes | None:
        workflow = self._workflow(parts)
        if workflow is None:
            return None
        call, rest = _find_call(self._scenario, workflow, list(parts[2:]))
        if folder_has_execution and rest[:1] == ["execution"]:
            rest = rest[1:]
        if call is None or len(rest) != 1:
            return None
        return self._file(call, rest[0], self._scenario.now(), streams_at_end=not folder_has_execution)

    def _workflow(self, parts: Sequence[str]) -> Workflow | None:
        try:
            return self._scenario.workflow(parts[1])
        except (IndexError, ValueError):
            return None

    def _file(self, call: Call, name: str, now: datetime, *, streams_at_end: bool) -> bytes | None:
        if not call.has_begun(now):
            return None
        ended = call.ended_at(now) is not None
        seconds = (min(now, call.work_ended_at) - call.begins_at).total_seconds()
        streams = self._tree.streams(call)
        if name in ("stdout", "stderr"):
            text = streams.stdout if name == "stdout" else streams.stderr
            return text.bytes_at(seconds) if ended or not streams_at_end else None
        if name == google_log_name(call):
            shown = seconds if ended else seconds // _LOG_EVERY * _LOG_EVERY
            return streams.log.bytes_at(shown) if ended or seconds >= _LOG_EVERY else None
        if name == "rc":
            return f"{call.plan.return_code}\n".encode() if ended else None
        if ended and f"file:{name}" in call.plan.outputs.values():
            return self._tree.content(call, name)
        return None


def ranged(request: Request, content: bytes) -> Response:
    """The whole content, or the range that was asked for; 416 for one beyond the end."""
    headers = {"etag": _etag(content), "accept-ranges": "bytes", "last-modified": _HTTP_DATE}
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if wanted is None or request.headers.get("if-range", headers["etag"]) != headers["etag"]:
        return Response(content, 200, headers=headers, media_type="text/plain")
    start, end = int(wanted[1]), min(len(content), int(wanted[2]) + 1 if wanted[2] else len(content))
    if start >= len(content):
        return Response(b"", 416, headers={**headers, "content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return Response(content[start:end], 206, headers=headers, media_type="text/plain")


_HTTP_DATE = "Thu, 29 Jan 2026 10:00:00 GMT"


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()[:16]}"'


def _google_error(code: int, message: str) -> Response:
    return json_response({"error": {"code": code, "message": message, "errors": [{"message": message}]}}, code)


def _find_call(scenario: Scenario, workflow: Workflow, parts: list[str]) -> tuple[Call | None, list[str]]:
    """The call a folder belongs to, and what is left of the path behind it."""
    if not parts or not parts[0].startswith("call-"):
        return None, parts
    task, rest = parts[0].removeprefix("call-"), parts[1:]
    shard, attempt = -1, 1
    if rest and (match := re.fullmatch(r"shard-(\d+)", rest[0])):
        shard, rest = int(match[1]), rest[1:]
    if rest and (match := re.fullmatch(r"attempt-(\d+)", rest[0])):
        attempt, rest = int(match[1]), rest[1:]
    for call in workflow.calls(scenario.now()):
        if (call.plan.task, call.plan.shard, call.plan.attempt) == (task, shard, attempt):
            sub = scenario.sub_workflow(call)
            if sub is not None and len(rest) > 2 and rest[1] == sub.id:
                return _find_call(scenario, sub, rest[2:])
            return call, rest
    return None, parts
