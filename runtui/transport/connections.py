"""The connections to one service."""

import asyncio
import logging
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.request import getproxies

import certifi
import httpx

from runtui.model.errors import ServiceDownError
from runtui.transport.file_connections import FileClient

_LIMITS = httpx.Limits(max_connections=12, max_keepalive_connections=8, keepalive_expiry=30.0)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")

for _name in ("httpx", "httpcore"):
    # below warnings these write addresses with signed queries and header values to the log of whoever runs us
    logging.getLogger(_name).setLevel(logging.WARNING)


class Connections:
    """httpx's clients for one service: calls and file bytes apart, so that downloads never keep a call waiting.

    They belong to the event loop in which the first request was made. Cookies are not kept: authorization is by
    header alone, and a session cookie would follow a redirect to another port. Loopback is never asked through a proxy.
    """

    def __init__(self, *, verify: bool = True) -> None:
        self._verify = verify
        self._clients: dict[tuple[str, str], httpx.AsyncClient | FileClient] = {}
        self._opening: asyncio.Lock | None = None
        self._trust: ssl.SSLContext | None = None
        self._is_closed = False

    async def client(self, target: httpx.URL, *, file: bool = False) -> httpx.AsyncClient | FileClient:
        """The client for calls, or for the bytes of files. Raises ServiceDownError once closed.

        Bytes come over sockets of our own; where the environment names a proxy they come as everything else does.
        Loading certificates takes 100 ms: done for https alone, once, and in a thread.
        """
        if self._opening is None:
            self._opening = asyncio.Lock()
        kind = "call" if not file else "proxied file" if _is_proxied(target) else "file"
        async with self._opening:
            trust = await self._trusted() if target.scheme == "https" and self._verify else None
            self.check_open()
            if (target.scheme, kind) not in self._clients:
                self._clients[target.scheme, kind] = FileClient(trust) if kind == "file" else _new_client(trust)
            return self._clients[target.scheme, kind]

    def check_open(self) -> None:
        """Raise ServiceDownError once closed. A connection that was being made meanwhile belongs to nobody."""
        if self._is_closed:
            raise ServiceDownError("the connection is closed")

    async def aclose(self) -> None:
        """Close them all. What is still being asked fails."""
        self._is_closed = True
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    async def _trusted(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = await asyncio.to_thread(_load_certificates)
        return self._trust


def _load_certificates() -> ssl.SSLContext:
    """This machine's certificates, which may hold a site's own, or the bundled ones where it has none."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context


def _is_proxied(target: httpx.URL) -> bool:
    """Whether the environment names a proxy for an address."""
    return target.host not in _LOOPBACK_HOSTS and not getproxies().keys().isdisjoint((target.scheme, "all"))


def _new_client(trust: ssl.SSLContext | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=trust or False,
        follow_redirects=False,
        limits=_LIMITS,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
        mounts={f"all://{host}": None for host in _LOOPBACK},
    )
