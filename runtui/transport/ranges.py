"""Asking for a part of something, if it is still the same, and what an answer says of the part it gives."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from runtui.model.errors import RejectedError
from runtui.transport.http_date import parse_http_date
from runtui.transport.reply import Reply

_SETTLED: Final = timedelta(seconds=2)
"""A date counts whole seconds: what was changed just before it was served may change again without another date."""

_RANGE: Final = re.compile(r"bytes\s+(?:(\d+)-\d+|\*)/(\d+|\*)", re.IGNORECASE)


def range_headers(start: int, end: int | None, version: str | None) -> dict[str, str]:
    """The headers that ask for the bytes from `start` up to and without `end`, all of them if the content is not of
    that `version` any more."""
    if start == 0 and end is None:
        return {}
    last = "" if end is None else str(max(start, end - 1))
    # a weak tag never matches an If-Range
    condition = {"If-Range": version} if version and not version.startswith("W/") else {}
    return {"Range": f"bytes={start}-{last}", **condition}


def version_of(headers: Mapping[str, str]) -> str | None:
    """What names the version of the content of an answer: its ETag, or where that is weak or missing the date of its
    last change, once that is long enough ago to tell one from the next. `headers` are by lower-case names."""
    etag = headers.get("etag")
    if etag and not etag.startswith("W/"):
        return etag
    changed, served = parse_http_date(headers.get("last-modified")), parse_http_date(headers.get("date"))
    if changed is not None and served is not None and served - changed >= _SETTLED:
        return headers["last-modified"]
    return etag or None


def content_range(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """First position and whole size of a `Content-Range`; None for what it does not say."""
    match = _RANGE.match(headers.get("content-range", "").strip())
    if match is None:
        return None, None
    first, size = match.groups()
    return (int(first) if first else None), (int(size) if size and size != "*" else None)


def extent_of(reply: Reply, start: int) -> tuple[int, int | None]:
    """Position of the first byte of an answer for which the bytes from `start` on were asked, and the whole size.

    Raises RejectedError when the start lies beyond the end of the content.
    """
    first, size = content_range(reply.headers)
    if reply.status == 416:
        if size is not None and start != size:
            raise RejectedError(
                f"the file has {size} bytes: there is nothing at {start}",
                hint="It has changed: read it from the start.",
                profile=reply.profile,
                operation=reply.operation,
                code=416,
            )
        return start, size
    if reply.status == 206:
        return (start if first is None else first), size
    length = reply.headers.get("content-length", "")
    packed = reply.headers.get("content-encoding", "identity").lower() != "identity"
    return 0, int(length) if length.isdigit() and not packed else None
