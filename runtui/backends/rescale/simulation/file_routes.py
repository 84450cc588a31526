"""The endpoints of files, and the storage they may lead to."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from runtui.backends.rescale.simulation.answers import answer, detail, not_found, page_of
from runtui.backends.rescale.simulation.contents import Bytes, Content, pieces
from runtui.backends.rescale.simulation.file_bodies import file_body, upload_body
from runtui.backends.rescale.simulation.job_routes import job_of
from runtui.backends.rescale.simulation.state import ServiceState

_RANGE: Final = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.IGNORECASE)
_JOBS_LISTED: Final = 30
_LARGEST_OF_LINES: Final = 64 * 1024 * 1024


async def list_job_files(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/files/`: those of all runs; `search` finds what holds it."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    files = state.job_files(record, state.world.now(), request.query_params.get("search", ""))

    def between(start: int, end: int) -> Sequence[object]:
        return [file_body(state, request, record, file) for file in files.page(start, end)]

    return page_of(request, state.switches, files.total, between)


async def list_files(state: ServiceState, request: Request) -> Response:
    """`GET files/`: what the user sent, then what the newest jobs left."""
    search, now = request.query_params.get("search", ""), state.world.now()
    sent = [upload for upload in reversed(state.uploads.values()) if search in upload.name]
    left = [(record, state.job_files(record, now, search)) for record in state.jobs(now)[:_JOBS_LISTED]]

    def between(start: int, end: int) -> Sequence[object]:
        bodies: list[object] = [upload_body(state, request, upload) for upload in sent[start:end]]
        at = len(sent)
        for record, files in left:
            low, high = max(0, start - at), max(0, min(files.total, end - at))
            bodies += [file_body(state, request, record, file) for file in files.page(low, high) if high > low]
            at += files.total
        return bodies

    return page_of(request, state.switches, len(sent) + sum(files.total for _, files in left), between)


async def show_file(state: ServiceState, request: Request) -> Response:
    """`GET files/{id}/`."""
    file_id = request.path_params["file_id"]
    if file_id in state.uploads:
        return answer(upload_body(state, request, state.uploads[file_id]))
    found = state.files.find(file_id)
    return not_found() if found is None else answer(file_body(state, request, *found))


def _content_of(state: ServiceState, file_id: str) -> tuple[str, Content] | None:
    if file_id in state.uploads:
        upload = state.uploads[file_id]
        return upload.name, Bytes(upload.content)
    found = state.files.find(file_id)
    return None if found is None else (found[1].name, state.files.content(*found))


async def show_lines(state: ServiceState, request: Request) -> Response:
    """`GET files/{id}/lines/`: all lines, each with its end."""
    found = _content_of(state, request.path_params["file_id"])
    if found is None:
        return not_found()
    content = found[1]
    if content.size > _LARGEST_OF_LINES:
        return detail("The file is too large to be shown as lines.", 400)
    text = content.read(0, content.size).decode("utf-8", "replace")
    return answer({"lines": re.findall(r"[^\n]*\n|[^\n]+$", text)})


async def send_contents(state: ServiceState, request: Request) -> Response:
    """`GET files/{id}/contents/`: the plain bytes, or a way to them."""
    file_id = request.path_params["file_id"]
    if _content_of(state, file_id) is None:
        return not_found()
    if state.switches.contents_redirect:
        signed = f"{state.switches.contents_redirect}/storage/{file_id}/?X-Amz-Expires=900&X-Amz-Signature=5ec2e7"
        return RedirectResponse(signed, 302)
    return stored_bytes(state, request, file_id)


def stored_bytes(state: ServiceState, request: Request, file_id: str) -> Response:
    """The bytes of a file, whole or in part."""
    found = _content_of(state, file_id)
    if found is None:
        return not_found()
    name, content = found
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    if state.switches.contents_ranges:
        headers["Accept-Ranges"] = "bytes"
    etag = f'"{content.digest("md5") or file_id}"'
    if state.switches.contents_etag:
        headers["ETag"] = etag
    wanted = _wanted_range(state, request, content.size, etag)
    if wanted is None:
        return _streaming(content, 0, content.size, 200, headers)
    start, end = wanted
    if start >= end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{content.size}"})
    return _streaming(content, start, end, 206, headers | {"Content-Range": f"bytes {start}-{end - 1}/{content.size}"})


def _wanted_range(state: ServiceState, request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Start and end, empty when it cannot be had; None for the whole file."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or not state.switches.contents_ranges or match.groups() == ("", ""):
        return None
    if request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    start, end = int(first), min(size, int(last) + 1) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else (0, 0)


def _streaming(content: Content, start: int, end: int, status: int, headers: dict[str, str]) -> Response:
    async def body() -> AsyncIterator[bytes]:
        for piece in pieces(content, start, end):
            yield piece

    length = {"Content-Length": str(end - start)}
    return StreamingResponse(body(), status, headers | length, "application/octet-stream")


async def upload(state: ServiceState, request: Request) -> Response:
    """`POST` or `PUT files/contents/`: a multipart field `file`; 201 with the file."""
    try:
        async with request.form() as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                return answer({"file": ["No file was submitted."]}, 400)
            kept = state.upload(sent.filename or "upload", await sent.read(), state.world.now())
    except HTTPException as error:
        return detail(f"Multipart form parse error - {error.detail}", 400)
    return answer(upload_body(state, request, kept), 201)


async def delete_file(state: ServiceState, request: Request) -> Response:
    """`DELETE files/{id}/`: of a file the user sent."""
    if state.uploads.pop(request.path_params["file_id"], None) is None:
        return not_found()
    return Response(status_code=204)
