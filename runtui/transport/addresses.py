"""Writing and comparing addresses."""

from urllib.parse import quote

import httpx

Origin = tuple[str, str, int]
"""Scheme, host in lower case and port: what a token must stay on."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def segment(text: str) -> str:
    """A text as one percent-encoded part of a path: also its slashes are encoded, and `..` does not lead up."""
    if text in (".", ".."):
        return text.replace(".", "%2E")
    return quote(text, safe="", errors="replace")


def path_segments(path: str) -> str:
    """A path with each part percent-encoded and its slashes kept."""
    return "/".join(segment(part) for part in path.split("/"))


def origin_of(url: httpx.URL) -> Origin:
    """The origin of an address, as the HTTP client reads it: the one parser that decides where a request goes."""
    return url.scheme, url.host.lower(), url.port or _DEFAULT_PORTS.get(url.scheme, 0)


def place_of(url: httpx.URL) -> str:
    """Host and port of an address as a person knows them, without who asks."""
    return url.netloc.decode("ascii", "replace")
