"""Downloads through proxies and over TLS."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from runtui.model.transfer import TransferState
from tests.support.fetching import SMALL, TOKEN, Fetching
from tests.support.file_server import FileServer

Fetch = Callable[..., Fetching]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Fetch]:
    begun: list[Fetching] = []

    def begin(server: FileServer, url: str = "") -> Fetching:
        begun.append(Fetching(server, tmp_path / "out", url))
        return begun[-1]

    yield begin
    for one in begun:
        await one.aclose()


def served(opened: ExitStack, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> FileServer:
    server = FileServer(SMALL, host, tls)
    opened.callback(server.close)
    return server


async def test_files_come_through_the_proxy_that_the_environment_names(
    opened: ExitStack, fetching: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = served(opened)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    done = await fetching(proxy, "http://files.invalid").fetch(size=len(SMALL))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
    assert proxy.requests[0].startswith(b"GET http://files.invalid/big HTTP/1.1")


async def test_what_no_proxy_names_is_reached_without_one(
    opened: ExitStack, fetching: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = served(opened), served(opened, "127.0.0.2")
    for name, value in (("http_proxy", proxy.url), ("no_proxy", "127.0.0.2")):
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.upper(), value)
    done = await fetching(server).fetch(size=len(SMALL))
    assert (done.state, len(proxy.requests)) == (TransferState.DONE, 0)
    assert server.requests[0].startswith(b"GET /big HTTP/1.1")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Who signs certificates, and whom this machine trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


async def test_files_come_over_tls(opened: ExitStack, fetching: Fetch, authority: trustme.CA) -> None:
    server = served(opened, tls=certified(authority, "127.0.0.1"))
    done = await fetching(server).fetch(size=len(SMALL))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, SMALL)
    assert TOKEN.encode() in server.requests[0]


async def test_a_redirect_elsewhere_over_tls_takes_no_token_along(
    opened: ExitStack, fetching: Fetch, authority: trustme.CA
) -> None:
    server = served(opened, tls=certified(authority, "127.0.0.1"))
    elsewhere = served(opened, tls=certified(authority, "127.0.0.1"))
    server.to = elsewhere.url + "/signed"
    done = await fetching(server).fetch(size=len(SMALL))
    assert done.state is TransferState.DONE
    assert TOKEN.encode() in server.requests[0]
    assert TOKEN.encode() not in elsewhere.requests[0]


@pytest.mark.parametrize(
    ("is_trusted", "name", "why"),
    [
        (False, "127.0.0.1", "its certificate is not trusted"),
        (True, "elsewhere.invalid", "its certificate is that of another name"),
    ],
)
async def test_a_wrong_certificate_is_refused_and_said(
    opened: ExitStack, fetching: Fetch, authority: trustme.CA, is_trusted: bool, name: str, why: str
) -> None:
    server = served(opened, tls=certified(authority if is_trusted else trustme.CA(), name))
    failed = await fetching(server).fetch(size=len(SMALL))
    assert failed.state is TransferState.FAILED
    assert failed.error == f"127.0.0.1:{server.port} cannot be reached: {why}"
    assert "SSL_CERT_FILE" in failed.hint
    assert server.requests == [], "the token was not sent"
