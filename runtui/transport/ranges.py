"""Asking for a part of something, if it is still the same, and what an answer says that tells whether it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from runtui.transport.http_date import parse_http_date

_SETTLED: Final = timedelta(seconds=2)
"""A date counts whole seconds: what was changed just before it was served may change again without another date."""


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
