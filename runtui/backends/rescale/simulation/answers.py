"""The shapes of the service's answers: pages, errors, dates."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from runtui.backends.rescale.simulation.switches import Switches

LARGEST_PAGE: Final = 1000
_KNOWN: Final = frozenset({"page", "page_size", "state", "job_status", "search", "ordering"})
_BAD_ITEM: Final[dict[str, object]] = {"id": {"is": "no text"}, "name": [], "variables": "none", "relativePath": 7}


def answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer as the service words it."""
    return Response(
        msgspec.json.encode(content),
        status,
        {"Vary": "Accept, Cookie", "X-Frame-Options": "SAMEORIGIN", **(headers or {})},
        "application/json",
    )


def detail(sentence: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """An error with its sentence under `detail`."""
    return answer({"detail": sentence}, status, headers)


def not_found() -> Response:
    """404 of a thing."""
    return detail("Not found.", 404)


def throttled(switches: Switches, seconds: float, now: datetime) -> Response:
    """429 with the `Retry-After` that is switched on."""
    said = {"seconds": str(int(seconds)), "date": format_datetime(now + timedelta(seconds=seconds), usegmt=True)}
    headers = {} if switches.retry_after == "none" else {"Retry-After": said[switches.retry_after]}
    return detail(f"Request was throttled. Expected available in {int(seconds)} seconds.", 429, headers)


def gateway_timeout() -> Response:
    """What a proxy says when the service is too slow."""
    title = "504 Gateway Time-out"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return HTMLResponse(page, 504)


def page_of(
    request: Request,
    switches: Switches,
    total: int,
    between: Callable[[int, int], Sequence[object]],
    *,
    default_size: int = 10,
) -> Response:
    """One page of a list; `between` gives the items from one place to another."""
    size = page_size(request, default_size)
    count = total + switches.count_too_high
    last = max(1, -(-count // size))
    number = _page_number(request, last)
    if number is None or not 1 <= number <= last:
        return detail("Invalid page.", 404)
    results = list(between((number - 1) * size, min(number * size, total))) if (number - 1) * size < total else []
    if switches.bad_items and number == 1:
        results.insert(len(results) // 2, _BAD_ITEM)
    return answer(
        {
            "count": count,
            "previous": _link(request, switches, number - 1) if number > 1 else None,
            "results": results,
            "next": _link(request, switches, number + 1) if number < last else None,
        }
    )


def page_size(request: Request, default: int) -> int:
    """The size that is asked for, within the service's bounds."""
    text = request.query_params.get("page_size", "")
    size = int(text) if text.isascii() and text.isdigit() else default
    return min(LARGEST_PAGE, size) if size > 0 else default


def _page_number(request: Request, last: int) -> int | None:
    text = request.query_params.get("page", "1")
    if text == "last":
        return last
    return int(text) if text.isascii() and text.isdigit() else None


def _link(request: Request, switches: Switches, number: int) -> str:
    kept = frozenset({"page"}) if switches.next_drops_filters else _KNOWN
    query = {key: value for key, value in request.query_params.items() if key in kept} | {"page": str(number)}
    origin = switches.next_origin or f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    if switches.next_without_slash:
        path = path.rstrip("/")
    return f"{origin}{path}?{urlencode(query)}"


def moment_text(moment: datetime | None, switches: Switches, mixed: int = 0) -> str | None:
    """A date as the service writes it; `mixed` chooses the form when forms are mixed."""
    if moment is None:
        return None
    form = ("microseconds", "offset", "plain")[mixed % 3] if switches.dates == "mixed" else switches.dates
    if form == "plain":
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "offset":
        return moment.astimezone(timezone(timedelta(hours=-8))).isoformat(timespec="seconds")
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
