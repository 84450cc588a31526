"""A container engine on loopback or a socket. Its containers are but entries: what one would write into a folder that
is mounted is written by the engine, and its program is over at once, unless it is told to go on."""

import json
import re
import socketserver
import threading
import time
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
        self.goes_on = False
        """Whether the programs of containers that are started do not end by themselves."""
        self._endings: list[dict[str, object]] = []
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

    def _create(self, body: bytes) -> tuple[int, object]:
        wish = json.loads(body)
        binds = [str(bind).rsplit(":", 2)[0] for bind in wish["HostConfig"].get("Binds") or []]
        for source in binds:
            if not source.startswith("/"):
                return 400, {"message": f"create {source}: includes invalid characters for a local volume name"}
        labels = ",".join(f"{name}={value}" for name, value in wish["Labels"].items() if name == "app")
        container = self.begin(mounts=binds, label=labels)
        self.running[container]["Labels"] = wish["Labels"]
        return 201, {"Id": container, "Warnings": []}

    def _start(self, container: str) -> tuple[int, object]:
        entry = self.running[container]
        if not self.goes_on:
            for mount in entry["Mounts"]:
                Path(mount["Source"]).mkdir(parents=True, exist_ok=True)
                Path(mount["Source"], "rotated.txt").write_text("rotated\n")
            attributes = {"name": container, **entry["Labels"]}
            self._endings.append(
                {"status": "die", "Action": "die", "Type": "container", "time": int(time.time()),
                 "Actor": {"ID": container, "Attributes": attributes}}
            )  # fmt: skip
        return 204, None

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes = b"") -> tuple[int, object]:
        """What it says to a request."""
        path = re.sub(r"^/v\d[\d.]*", "", path)
        if self.refuses:
            return 500, {"message": "no"}
        if path == "/version":
            return 200, {"ApiVersion": "1.43", "MinAPIVersion": "1.24"}
        if path == "/build":
            return 200, {"stream": "Successfully built 0123456789ab\n"}
        if path.startswith("/images/"):
            return 200, {"Id": "sha256:0123456789ab", "RepoTags": []}
        if path == "/containers/create":
            return self._create(body)
        if path == "/events":
            endings, self._endings = self._endings, []
            return 200, endings
        if (method, path) == ("GET", "/containers/json"):
            (wanted,) = json.loads(query["filters"][0])["label"]
            name, _, value = wanted.partition("=")
            return 200, [one for one in self.running.values() if one["Labels"].get(name) == value]
        container = path.split("/")[2] if path.startswith("/containers/") else ""
        if container not in self.running:
            return 404, {"message": f"No such container: {container}"}
        if method == "GET" and path.endswith("/json"):
            return 200, {**self.running[container], "Name": container, "State": {"Status": "running"}, "Config": {}}
        if method == "POST" and path.endswith("/start"):
            return self._start(container)
        if method == "POST" and path.endswith("/wait"):
            return 200, {"StatusCode": 0}
        if method == "POST" and path.endswith("/stop"):
            self.running[container]["State"] = "exited"
            return 204, None
        if method == "DELETE" and (self.running[container]["State"] == "exited" or "force" in query):
            del self.running[container]
            return 204, None
        return 409, {"message": "it runs"}


class _Asked(BaseHTTPRequestHandler):
    engine: ContainerEngine

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        status, shape = self.engine.answer(self.command, parts.path, parse_qs(parts.query), self._body())
        lines = shape if parts.path.endswith("/events") and isinstance(shape, list) else [shape]
        content = b"" if shape is None else b"\n".join(json.dumps(line).encode() for line in lines)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return pieces

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names it is called by

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""
