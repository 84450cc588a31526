"""How a request says who we are. The only holders of tokens."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

import msgspec

from runtui.model.clock import Clock
from runtui.model.errors import AuthenticationError
from runtui.model.secret import Secret
from runtui.transport.single_flight import SingleFlight

_TOKENS_REMEMBERED = 8


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


@runtime_checkable
class EndsItsWork(Protocol):
    """An auth with work under way that has to be ended with the connection."""

    async def aclose(self) -> None:
        """End it and wait until it has."""
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

    `fetch` gives the token and is called once, before the first request, however many come at the same time;
    `scheme_of` chooses the scheme by the token.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[Secret]], scheme_of: Callable[[Secret], str] = lambda token: "Token"
    ) -> None:
        self._fetching = SingleFlight(fetch)
        self._scheme_of = scheme_of
        self._token: Secret | None = None

    async def headers(self) -> dict[str, str]:
        """The authorization header."""
        if self._token is None:
            self._token = await self._fetching.outcome()
        return {"Authorization": f"{self._scheme_of(self._token)} {self._token.reveal()}"}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Nothing can be done."""
        return False

    def secrets(self) -> tuple[Secret, ...]:
        """The token, once it was fetched."""
        return () if self._token is None else (self._token,)

    async def aclose(self) -> None:
        """Stop fetching."""
        await self._fetching.aclose()


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

    Renewal tokens rotate, so only one renewal is ever under way: everyone else waits for it, it goes on when they are
    cancelled, and all get its error. `log_in` gets a first grant, `renew` a next one; when `renew` raises
    AuthenticationError, `log_in` is tried.
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
        self._renewing = SingleFlight(self._next_grant)
        self._past: deque[Secret] = deque(maxlen=_TOKENS_REMEMBERED)

    async def headers(self) -> dict[str, str]:
        """The authorization header, with a token that was renewed if it was about to expire."""
        grant = await self._fresh_grant(refused=None)
        return {"Authorization": f"Bearer {grant.access.reveal()}"}

    async def refused(self, sent: dict[str, str]) -> bool:
        """Renew, unless someone else already did since `sent` was made."""
        await self._fresh_grant(refused=Secret(sent.get("Authorization", "").removeprefix("Bearer ")))
        return True

    def secrets(self) -> tuple[Secret, ...]:
        """Both tokens, and the last ones before them: an answer may still speak of those."""
        return (*_tokens_of(self._grant), *self._past)

    async def aclose(self) -> None:
        """Stop renewing."""
        await self._renewing.aclose()

    async def _fresh_grant(self, refused: Secret | None) -> Grant:
        grant = self._grant
        if grant is not None and self._is_usable(grant, refused):
            return grant
        return await self._renewing.outcome()

    def _is_usable(self, grant: Grant, refused: Secret | None) -> bool:
        margin = min(self._margin, grant.expires_in / 5)
        return grant.access != refused and grant.is_fresh(self._clock.monotonic(), margin)

    async def _next_grant(self) -> Grant:
        before = self._grant
        self._past.extend(_tokens_of(before))
        self._grant = await self._renewed(before) or await self._log_in()
        return self._grant

    async def _renewed(self, grant: Grant | None) -> Grant | None:
        if grant is None or grant.renewal is None or not grant.is_renewable(self._clock.monotonic()):
            return None
        try:
            return await self._renew(grant.renewal)
        except AuthenticationError:
            self._grant = None
            return None


def _tokens_of(grant: Grant | None) -> tuple[Secret, ...]:
    if grant is None:
        return ()
    return (grant.access,) if grant.renewal is None else (grant.access, grant.renewal)
