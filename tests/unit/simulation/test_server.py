"""A simulator on a real socket."""

import threading
import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from runtui.model.errors import StorageError
from runtui.simulation.faults import Fault, FaultLine
from runtui.simulation.server import SimulatorServer, listening_socket, url_of


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


def application() -> FaultLine:
    return FaultLine(Starlette(routes=[Route("/", hello)]))


def threads() -> int:
    return threading.active_count()


def test_it_serves_on_loopback_until_it_is_stopped() -> None:
    before = threads()
    server = SimulatorServer(application()).start()
    assert server.url.startswith("http://127.0.0.1:")
    assert httpx.get(server.url, trust_env=False).text == "hello"
    server.stop()
    assert threads() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


def test_stopping_twice_or_before_the_start_is_no_error() -> None:
    server = SimulatorServer(application())
    server.stop()
    with SimulatorServer(application()) as other:
        other.stop()


def test_two_serve_on_two_ports() -> None:
    with SimulatorServer(application()) as one, SimulatorServer(application()) as other:
        assert one.url != other.url
        assert httpx.get(other.url, trust_env=False).text == "hello"


def test_it_serves_on_the_port_it_is_given() -> None:
    sock = listening_socket()
    with SimulatorServer(application(), sock) as server:
        assert server.url == f"http://127.0.0.1:{server.url.rsplit(':', 1)[1]}"
        assert httpx.get(server.url, trust_env=False).status_code == 200


def test_a_request_sent_before_the_start_is_answered() -> None:
    sock = listening_socket()
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(url_of(sock), trust_env=False).text))
    asking.start()
    with SimulatorServer(application(), sock):
        asking.join(timeout=10)
    assert answers == ["hello"]


def test_a_port_that_is_taken_is_named() -> None:
    sock = listening_socket()
    port = sock.getsockname()[1]
    with sock, pytest.raises(StorageError, match=f"port {port} cannot be used: Address already in use") as raised:
        listening_socket(port)
    assert "--port 0" in raised.value.hint


@pytest.mark.parametrize("port", [65536, 100_000, -1])
def test_a_port_there_is_not_is_named(port: int) -> None:
    with pytest.raises(StorageError, match=f"port {port} cannot be used"):
        listening_socket(port)


def test_a_request_that_hangs_does_not_keep_it_from_stopping() -> None:
    line = application()
    line.add(Fault(hang=True))
    server = SimulatorServer(line).start()

    def ask() -> None:
        with pytest.raises(httpx.HTTPError):
            httpx.get(server.url, trust_env=False, timeout=20)

    asking = threading.Thread(target=ask)
    asking.start()
    while not line.requests:
        time.sleep(0.001)
    began = time.monotonic()
    server.stop()
    asking.join(timeout=10)
    assert not asking.is_alive()
    assert time.monotonic() - began < 5


def test_an_application_that_breaks_does_not_take_the_server_with_it() -> None:
    async def breaks(request: Request) -> Response:
        raise RuntimeError("on purpose")

    line = FaultLine(Starlette(routes=[Route("/", hello), Route("/breaks", breaks)]))
    with SimulatorServer(line) as server:
        assert httpx.get(f"{server.url}/breaks", trust_env=False).status_code == 500
        assert httpx.get(server.url, trust_env=False).text == "hello"


def test_a_server_that_cannot_start_says_so() -> None:
    sock = listening_socket()
    server = SimulatorServer(application(), sock)
    sock.close()
    with pytest.raises(StorageError, match="did not start"):
        server.start()
