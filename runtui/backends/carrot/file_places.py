"""Where CARROT's and Cromwell's files are said to lie, and what they are called below their run's folder."""

import posixpath
import re
from collections.abc import Iterable

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]{1,15}://", re.IGNORECASE)
_CALL = re.compile(r"^call-")
_SILENT = frozenset({"execution", "glob"})


def scheme_of(location: str) -> str:
    """`gs`, `http`, `https` and so on; `file` for an absolute path; empty for what is no place at all."""
    match = _SCHEME.match(location)
    if match is not None:
        return match[0][:-3].lower()
    return "file" if location.startswith("/") else ""


def looks_like_file(text: str) -> bool:
    """Whether a text is the place of a file rather than a value: a path from the root or an address with a path."""
    if not text.startswith("/") and "://" not in text[:24]:
        return False
    scheme = scheme_of(text)
    if not scheme or "\n" in text or len(text) > 4096:
        return False
    rest = text[len(scheme) + 3 :] if scheme != "file" or text.startswith("file:") else text
    return "/" in rest.strip("/") or (scheme == "file" and len(text) > 1)


def path_below(location: str, phase: str, workflow_ids: Iterable[str]) -> str:
    """The path of a file below its run's folder: the phase, the call with its shard and attempt, the file.

    `call-` and the folders every call has are left out. The parts are as the service sent them.
    """
    for workflow_id in workflow_ids:
        head, found, rest = location.partition(f"/{workflow_id}/")
        if found and head:
            parts = [_CALL.sub("", part) for part in rest.split("/") if part not in _SILENT]
            return "/".join([phase, *_without_ids(parts)])
    return f"{phase}/{posixpath.basename(location.rstrip('/')) or 'file'}"


def _without_ids(parts: list[str]) -> list[str]:
    """The parts without the ids of sub-workflows: they only make a path long."""
    uuid = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
    return [part for part in parts if not uuid.match(part)]
