"""Ends the containers that the official client left behind when a run on this machine was stopped.

The client begins each container with the label `app=delta-run`, and mounts into it folders below the one that holds its
configuration. That one is in the work folder of the run, so a container with that label and such a mount belongs to
this run and to no other; one without a mount cannot be told from those of other runs, and stays.

Started by the path of this file as `python -I -S -E containers.py` in the work folder; says in one line what it did.
Imports the standard library alone. The engine is asked where the client asks it: at `DOCKER_HOST`, else at its usual
socket.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
from urllib.parse import quote, urlsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_USUAL = "unix:///var/run/docker.sock"
_LABEL = "app=delta-run"
_GRACE_SECONDS = 5
_ANSWER_SECONDS = 20.0


class EngineError(Exception):
    """The engine cannot be asked, or does not do what it is asked."""


class _OverSocket(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_ANSWER_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connection(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return _OverSocket(parts.path)
    if parts.scheme in ("tcp", "http") and parts.hostname and not os.environ.get("DOCKER_TLS_VERIFY"):
        return http.client.HTTPConnection(parts.hostname, parts.port or 2375, timeout=_ANSWER_SECONDS)
    raise EngineError(f"the engine at {parts.scheme}://{parts.hostname or ''} cannot be asked without its keys")


def _ask(address: str, method: str, path: str) -> bytes:
    connection = _connection(address)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise EngineError(f"the container engine does not answer: {error}") from None
    finally:
        connection.close()
    if answer.status >= 400 and answer.status not in (404, 409):  # it is gone, or going, already
        raise EngineError(f"the container engine refused {method} with {answer.status}")
    return content


def containers_of(folder: str, address: str) -> list[str]:
    """The ids of the client's containers that have something below a folder mounted, whether they run or not."""
    filters = quote(json.dumps({"label": [_LABEL]}))
    try:
        found: list[dict[str, Any]] = json.loads(_ask(address, "GET", f"/containers/json?all=1&filters={filters}"))
    except ValueError:
        raise EngineError("the container engine gave no JSON") from None
    place = os.path.join(os.path.realpath(folder), "")
    return [
        str(one["Id"])
        for one in found
        if any(
            os.path.realpath(str(mount.get("Source", ""))).startswith(place)
            for mount in one.get("Mounts") or ()
            if mount.get("Source")
        )
    ]


def end_containers(folder: str, address: str) -> int:
    """End and remove them, as the client itself does with those that are over. Returns how many there were."""
    found = containers_of(folder, address)
    for container in found:
        _ask(address, "POST", f"/containers/{quote(container)}/stop?t={_GRACE_SECONDS}")
        _ask(address, "DELETE", f"/containers/{quote(container)}?force=1")
    return len(found)


def main() -> None:
    """End those of the folder one is in, and say so."""
    try:
        count = end_containers(os.getcwd(), os.environ.get("DOCKER_HOST") or _USUAL)
    except EngineError as error:
        said = f"its containers may go on: {error}"
    else:
        said = f"its {count} container{'s' if count > 1 else ''} ended too" if count else "no container of it was left"
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
