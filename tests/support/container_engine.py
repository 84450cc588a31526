"""A container engine on loopback or a socket: it lists, ends and removes containers that are but entries."""

import json
import socketserver
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class ContainerEngine:
    """Serves until its block is left. `running` are the containers by id."""

    def __init__(self, socket_path: Path | None = None) -> None:
        self.running: dict[str, dict[str, Any]] = {}
        self.refuses = False
        """Whether everything that is asked is answered with an error."""
        asked = type("Asked", (_Asked,), {"engine": self})
        self._server: socketserver.BaseServer
        if socket_path is None:
            tcp = _Tcp(("127.0.0.1", 0), asked)
            self._server, self.address = tcp, f"tcp://127.0.0.1:{tcp.server_address[1]}"
        else:
            self._server, self.address = _Unix(str(socket_path), asked), f"unix://{socket_path}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> "ContainerEngine":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def begin(self, *, mounts: Sequence[str], label: str = "app=delta-run") -> str:
        """One more container that runs, with these folders of the host mounted; gives its id."""
        container = f"{len(self.running) + 1:064x}"
        name, _, value = label.partition("=")
        self.running[container] = {
            "Id": container, "State": "running", "Labels": {name: value}, "Mounts": [{"Source": one} for one in mounts],
        }  # fmt: skip
        return container

    def answer(self, method: str, path: str, query: dict[str, list[str]]) -> tuple[int, object]:
        """What it says to a request."""
        if self.refuses:
            return 500, {"message": "no"}
        if (method, path) == ("GET", "/containers/json"):
            (wanted,) = json.loads(query["filters"][0])["label"]
            name, _, value = wanted.partition("=")
            return 200, [one for one in self.running.values() if one["Labels"].get(name) == value]
        container = path.split("/")[2] if path.startswith("/containers/") else ""
        if container not in self.running:
            return 404, {"message": f"No such container: {container}"}
        if method == "POST" and path.endswith("/stop"):
            self.running[container]["State"] = "exited"
            return 204, None
        if method == "DELETE" and self.running[container]["State"] == "exited":
            del self.running[container]
            return 204, None
        return 409, {"message": "it runs"}


class _Asked(BaseHTTPRequestHandler):
    engine: ContainerEngine

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        status, shape = self.engine.answer(self.command, parts.path, parse_qs(parts.query))
        content = b"" if shape is None else json.dumps(shape).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names it is called by

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""
