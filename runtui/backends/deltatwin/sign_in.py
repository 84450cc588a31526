"""Getting tokens: by user name and password, by refresh token, or from what `deltatwin login` left in a file."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from runtui.backends.deltatwin.conf_file import ConfFile, read_conf_file
from runtui.backends.deltatwin.values import as_number, as_text
from runtui.backends.deltatwin.wire import GrantWire
from runtui.model.clock import Clock
from runtui.model.errors import (
    AuthenticationError,
    BackendError,
    NotFoundError,
    PermissionDeniedError,
    RejectedError,
)
from runtui.model.identity import Identity
from runtui.model.secret import Secret
from runtui.transport.auth import Grant
from runtui.transport.redaction import redact

Connect = Callable[[str, Secret], Awaitable[GrantWire]]
Renew = Callable[[Secret], Awaitable[GrantWire]]
RevealPassword = Callable[[], Awaitable[Secret | None]]

_USUAL_LIFE_TIME = 300.0
_PAUSE_AFTER_REFUSAL = 60.0
_REFUSALS = (AuthenticationError, RejectedError, PermissionDeniedError, NotFoundError)


class SignIn:
    """Gives the grants a `RenewingAuth` asks for.

    The conf file's refresh token is used only when no password is known: the service accepts each once, so using it
    would log the person's own `deltatwin` client out.
    """

    def __init__(
        self,
        profile: str,
        clock: Clock,
        *,
        username: str,
        reveal_password: RevealPassword,
        conf: Path | None,
        connect: Connect,
        renew: Renew,
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._username = username
        self._reveal_password = reveal_password
        self._conf = conf
        self._connect = connect
        self._renew = renew
        self._given: Secret | None = None
        self._spent: Secret | None = None
        self._refused: tuple[str, Secret, float, AuthenticationError] | None = None
        self.identity = Identity(name=username)
        """Who the last token says we are."""

    async def log_in(self) -> Grant:
        """A grant from the conf file while its token lives, else from the password. Raises AuthenticationError."""
        conf = await asyncio.to_thread(read_conf_file, self._conf) if self._conf else ConfFile()
        username = self._username or conf.username
        password = await self._reveal_password() or conf.password
        found = self._grant_in(conf, renewable=not (username and password))
        if found is not None:
            return found
        if username and password:
            return await self._log_in_with(username, password)
        if conf.refresh_token is not None and conf.refresh_token != self._spent:
            self._spent = conf.refresh_token
            return await self.renew(conf.refresh_token)
        raise AuthenticationError(
            "the login has expired" if self._given else "no user name and password are known",
            hint=self._log_in_again(),
            profile=self._profile,
            operation="log in",
        )

    async def renew(self, refresh_token: Secret) -> Grant:
        """The next grant. Any refusal is an AuthenticationError: the login is over."""
        try:
            wire = await self._renew(refresh_token)
        except _REFUSALS as error:
            raise self._refusal(error, "the login could not be renewed", (refresh_token,)) from None
        return self._grant_of(wire)

    def _grant_in(self, conf: ConfFile, *, renewable: bool) -> Grant | None:
        """The file's token if it still lives and was not given before; the clock that counts is the wall's."""
        age = conf.token_age(self._clock.now())
        if conf.token is None or age is None or conf.token == self._given:
            return None
        seconds = max(0.0, age.total_seconds())
        if seconds >= conf.expires_in:
            return None
        self._note(conf.token)
        self._spent = conf.refresh_token if renewable else None
        return Grant(
            access=conf.token,
            obtained_at=self._clock.monotonic() - seconds,
            expires_in=conf.expires_in,
            renewal=self._spent,
            renewal_expires_in=conf.refresh_expires_in,
        )

    async def _log_in_with(self, username: str, password: Secret) -> Grant:
        """Ask for a grant; a password refused a moment ago is not sent again, so that no account gets locked."""
        now = self._clock.monotonic()
        if self._refused is not None and self._refused[:2] == (username, password) and now < self._refused[2]:
            raise self._refused[3]
        try:
            wire = await self._connect(username, password)
        except _REFUSALS as error:
            refusal = self._refusal(
                error, f"the user name or the password of {username!r} is not accepted", (password,)
            )
            self._refused = (username, password, now + _PAUSE_AFTER_REFUSAL, refusal)
            raise refusal from None
        return self._grant_of(wire)

    def _refusal(self, error: BackendError, what: str, secrets: tuple[Secret, ...]) -> AuthenticationError:
        # a service may quote the body of a request it refuses
        said = redact(error.message, secrets)
        return AuthenticationError(
            f"{what}: {said}",
            hint=self._log_in_again(),
            profile=self._profile,
            operation=error.operation,
            code=error.code,
        )

    def _log_in_again(self) -> str:
        again = f"Log in again: `runtui login {self._profile}`"
        return f"{again}, or `deltatwin login --force`." if self._conf else f"{again}."

    def _grant_of(self, wire: GrantWire) -> Grant:
        access = Secret(wire.access_token)
        self._note(access)
        renewal = as_text(wire.refresh_token)
        return Grant(
            access=access,
            obtained_at=self._clock.monotonic(),
            expires_in=as_number(wire.expires_in) or _USUAL_LIFE_TIME,
            renewal=Secret(renewal) if renewal else None,
            renewal_expires_in=as_number(wire.refresh_expires_in) or 0.0,
        )

    def _note(self, token: Secret) -> None:
        self._given = token
        claims = claims_of(token)
        self.identity = Identity(
            name=as_text(claims.get("preferred_username")) or self._username, email=as_text(claims.get("email"))
        )


def claims_of(token: Secret) -> dict[str, object]:
    """What a JWT says of its bearer, unverified; empty when it is no JWT."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return {}
    try:
        body = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(body, type=dict[str, object])
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return {}
