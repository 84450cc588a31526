"""A simulator on a real socket."""

import asyncio
import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from runtui.model.errors import StorageError
from runtui.simulation.faults import BREAK, Application

_LONGEST_START = 20.0


def listening_socket(port: int = 0) -> socket.socket:
    """A socket that listens on loopback; port 0 takes any free one. Raises StorageError when the port is taken."""
    # asyncio sends small pieces at once (TCP_NODELAY) only on sockets that name their protocol: 40 ms a request
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        sock.close()
        reason = error.strerror if isinstance(error, OSError) else "there are only 65535"
        raise StorageError(f"port {port} cannot be used: {reason}", hint="Use --port 0 for any free one.") from error
    sock.listen(128)
    return sock


def url_of(sock: socket.socket) -> str:
    """The address a listening socket is asked at."""
    host, port = sock.getsockname()[:2]
    return f"http://{host}:{port}"


class _QuietServer(uvicorn.Server):
    """Leaves the signals of the program that runs it alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Capture none."""
        yield


class _Protocol(H11Protocol):
    """Lets a fault close the connection, which an application alone cannot."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, BREAK: transport.abort}


class SimulatorServer:
    """Serves an ASGI application from a thread of its own until stopped.

    Requests are accepted from the moment it exists (they wait in the socket's queue until the server is up).
    """

    def __init__(self, application: Application, sock: socket.socket | None = None) -> None:
        self._socket = sock or listening_socket()
        self.url = url_of(self._socket)
        config = uvicorn.Config(
            application, log_config=None, http=_Protocol,
            log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1,
            server_header=False, date_header=False,
        )  # fmt: skip
        self._server = _QuietServer(config)
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> Self:
        """Begin to serve; returns when it does."""
        self._thread.start()
        deadline = time.monotonic() + _LONGEST_START
        while not self._server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if not self._server.started:
            reason = f": {self._failure.strerror}" if self._failure else ""
            raise StorageError(f"the simulator did not start on {self.url}{reason}")
        return self

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except OSError as error:
            self._failure = error

    def stop(self) -> None:
        """Serve no more: open connections are closed."""
        self._server.should_exit = True
        self._server.force_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=_LONGEST_START)
        self._socket.close()

    def join(self) -> None:
        """Wait until it is stopped from elsewhere."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
