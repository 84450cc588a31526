"""How a request says who we are. The only holders of tokens."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from runtui.model.clock import Clock
from runtui.model.errors import AuthenticationError
from runtui.model.secret import Secret


class Auth(Protocol):
    """What puts the authorization on a request, and heals it when the service refuses it."""

    async def headers(self) -> dict[str, str]:
        """The headers for the next request. May talk to the service to get a token."""
        ...

    async def refused(self, sent: dict[str, str]) -> bool:
        """Told that the service answered 401 to `sent`; True when it is worth sending the request once more."""
        ...

    def secrets(self) -> tuple[Secret, ...]:
        """Every secret it holds now, for redaction."""
        ...


class NoAuth:
    """For services that ask for nothing, with optional fixed headers a site's proxy may want."""

    def __init__(self, extra: dict[str, Secret] | None = None) -> None:
        self._extra = dict(extra or {})

    async def headers(self) -> dict[str, str]:
        """The fixed headers."""
        return {name: value.reveal() for name, value in self._extra.items()}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Nothing can be done."""
        return False

    def secrets(self) -> tuple[Secret, ...]:
        """The values of the fixed headers."""
        return tuple(self._extra.values())


class TokenAuth:
    """`Authorization: <scheme> <token>` with a token that never changes.

    `fetch` gives the token and is called once, before the first request; `scheme_of` chooses the scheme by the token.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[Secret]], scheme_of: Callable[[Secret], str] = lambda token: "Token"
    ) -> None:
        self._fetch = fetch
        self._scheme_of = scheme_of
        self._token: Secret | None = None

    async def headers(self) -> dict[str, str]:
        """The authorization header."""
        if self._token is None:
            self._token = await self._fetch()
        return {"Authorization": f"{self._scheme_of(self._token)} {self._token.reveal()}"}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Nothing can be done."""
        return False

    def secrets(self) -> tuple[Secret, ...]:
        """The token, once it was fetched."""
        return () if self._token is None else (self._token,)


class Grant(msgspec.Struct, frozen=True):
    """What a log-in or a renewal gave. Life times are seconds from `obtained_at` (the clock's monotonic seconds)."""

    access: Secret
    obtained_at: float
    expires_in: float
    renewal: Secret | None = None
    renewal_expires_in: float = 0.0

    def is_fresh(self, now: float, margin: float) -> bool:
        """Whether the access token will live for `margin` more seconds."""
        return now < self.obtained_at + self.expires_in - margin

    def is_renewable(self, now: float) -> bool:
        """Whether the renewal token still lives."""
        return self.renewal is not None and now < self.obtained_at + self.renewal_expires_in


class RenewingAuth:
    """A bearer token that is renewed early, and once more when the service refuses it.

    Renewal tokens rotate, so only one renewal is ever under way: everyone else waits for it. `log_in` gets a first
    grant, `renew` a next one; when `renew` raises AuthenticationError, `log_in` is tried.
    """

    def __init__(
        self,
        clock: Clock,
        log_in: Callable[[], Awaitable[Grant]],
        renew: Callable[[Secret], Awaitable[Grant]],
        *,
        grant: Grant | None = None,
        margin: float = 30.0,
    ) -> None:
        self._clock = clock
        self._log_in = log_in
        self._renew = renew
        self._grant = grant
        self._margin = margin
        self._lock: asyncio.Lock | None = None

    async def headers(self) -> dict[str, str]:
        """The authorization header, with a token that was renewed if it was about to expire."""
        grant = await self._fresh_grant(refused=None)
        return {"Authorization": f"Bearer {grant.access.reveal()}"}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Renew, unless someone else already did since `sent` was made."""
        await self._fresh_grant(refused=Secret(sent.get("Authorization", "").removeprefix("Bearer ")))
        return True

    def secrets(self) -> tuple[Secret, ...]:
        """Both tokens."""
        if self._grant is None:
            return ()
        return (self._grant.access, *([self._grant.renewal] if self._grant.renewal else ()))

    async def _fresh_grant(self, refused: Secret | None) -> Grant:
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if self._grant is None or not self._is_usable(self._grant, refused):
                self._grant = await self._next_grant(self._grant)
            return self._grant

    def _is_usable(self, grant: Grant, refused: Secret | None) -> bool:
        margin = min(self._margin, grant.expires_in / 5)
        return grant.access != refused and grant.is_fresh(self._clock.monotonic(), margin)

    async def _next_grant(self, grant: Grant | None) -> Grant:
        if grant is not None and grant.renewal is not None and grant.is_renewable(self._clock.monotonic()):
            try:
                return await self._renew(grant.renewal)
            except AuthenticationError:
                self._grant = None
        return await self._log_in()
