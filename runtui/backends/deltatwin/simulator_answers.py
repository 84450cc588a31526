"""Answers as the service's framework gives them: errors with a `detail`, texts and files with ranges."""

import hashlib
import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.simulation.json_bodies import UnreadableError, read_json

_RANGE = re.compile(r"^bytes=([0-9]*)-([0-9]*)$", re.IGNORECASE)


class RefusedError(Exception):
    """Ends a request with a code and a `detail`, which is a sentence or a list of problems of the body."""

    def __init__(self, status: int, detail: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def refusal(error: RefusedError) -> Response:
    """The answer to a refused request."""
    return JSONResponse({"detail": error.detail}, status_code=error.status, headers=error.headers)


def invalid(where: str, name: str, message: str, kind: str = "value_error") -> RefusedError:
    """A 422 with a list of one problem: where it is, what it is."""
    return RefusedError(422, [{"type": kind, "loc": [where, name], "msg": message}])


async def json_body(request: Request) -> dict[str, object]:
    """The body as an object. Raises RefusedError (422) for anything else."""
    try:
        body = read_json(await request.body())
    except UnreadableError:
        raise invalid("body", "0", "JSON decode error", "json_invalid") from None
    if not isinstance(body, dict):
        raise invalid("body", "", "Input should be a valid dictionary", "dict_type")
    return body


def number_in(request: Request, name: str, default: int) -> int:
    """A whole number of the query. Raises RefusedError (422) for anything else, or less than nothing."""
    text = request.query_params.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        raise invalid("query", name, "Input should be a valid integer", "int_parsing") from None
    if number < 0:
        raise invalid("query", name, "Input should be greater than or equal to 0", "greater_than_equal")
    return number


def text_answer(request: Request, switches: Switches, content: bytes) -> Response:
    """A log: plain text, whole unless a range is asked for and given."""
    return _ranged(request, switches, content, {"content-type": "text/plain; charset=utf-8"})


def file_answer(request: Request, switches: Switches, content: bytes, name: str, media_type: str) -> Response:
    """A file, with the name it should be saved by as the last thing of its header, unquoted."""
    disposition = _disposition(switches, name)
    headers = {"content-type": media_type, **({"content-disposition": disposition} if disposition else {})}
    return _ranged(request, switches, content, headers)


def _disposition(switches: Switches, name: str) -> str:
    plain = "".join(letter if " " <= letter <= "~" else "_" for letter in name)
    match switches.disposition:
        case "plain":
            return f"attachment; filename={plain}"
        case "quoted":
            return f'attachment; filename="{plain}"'
        case "extended":
            return f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
        case "missing":
            return ""


def _ranged(request: Request, switches: Switches, content: bytes, headers: dict[str, str]) -> Response:
    if not switches.gives_ranges:
        return Response(content, headers=headers)
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    headers = {**headers, "accept-ranges": "bytes", "etag": etag}
    known = request.headers.get("if-none-match", "")
    if etag in known or known.strip() == "*":
        return Response(status_code=304, headers={"etag": etag})
    match = _RANGE.match(request.headers.get("range", ""))
    if match is None or _is_no_range(match[1], match[2]) or request.headers.get("if-range", etag) != etag:
        return Response(content, headers=headers)
    extent = _extent(match[1], match[2], len(content))
    if extent is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(content)}"})
    first, last = extent
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], status_code=206, headers=headers)


def _is_no_range(first: str, last: str) -> bool:
    """Whether it is written like a range and none is meant (RFC 9110): such a header is ignored."""
    return not (first or last) or bool(first and last and int(last) < int(first))


def _extent(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last position of a range, or None when it holds nothing."""
    if not first:
        count = int(last)
        return (max(0, size - count), size - 1) if count and size else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end else None
