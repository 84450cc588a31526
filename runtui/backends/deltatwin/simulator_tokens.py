"""Tokens of the simulated service: JWT-like, short-lived, rotating."""

import base64
import hashlib
import hmac
import json
import threading

import msgspec

from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.simulation.world import World


class _Access(msgspec.Struct, frozen=True):
    username: str
    ends_at: float


class Tokens:
    """Gives, renews and checks tokens. Safe to use from several threads.

    Lives are counted in the seconds a client sees: in a world that runs faster than ours, clients still count ours.
    """

    def __init__(self, world: World, switches: Switches, passwords: dict[str, str]) -> None:
        self._world = world
        self._switches = switches
        self._passwords = passwords
        self._access: dict[str, _Access] = {}
        self._renewal: dict[str, _Access] = {}
        self._count = 0
        self._lock = threading.Lock()

    def log_in(self, username: str, password: str) -> dict[str, object] | None:
        """A grant for a user who knows the password."""
        if self._passwords.get(username) != password:
            return None
        return self._grant(username)

    def renew(self, renewal: str) -> dict[str, object] | None:
        """A grant for a refresh token that lives; where tokens rotate it dies by that."""
        with self._lock:
            known = self._renewal.get(renewal)
            if known is None or self._now() >= known.ends_at:
                return None
            if self._switches.rotates_refresh_tokens:
                del self._renewal[renewal]
        return self._grant(known.username)

    def bearer(self, token: str) -> str | None:
        """Who an access token belongs to, while it lives."""
        known = self._access.get(token)
        return known.username if known is not None and self._now() < known.ends_at else None

    def revoke_access(self) -> None:
        """Let every access token die now, whatever its life time says."""
        with self._lock:
            self._access.clear()

    def revoke_renewal(self) -> None:
        """Let every refresh token die now."""
        with self._lock:
            self._renewal.clear()

    def _now(self) -> float:
        return self._world.elapsed / (self._world.speed or 1.0)

    def _grant(self, username: str) -> dict[str, object]:
        with self._lock:
            now = self._now()
            self._count += 1
            access = self._signed(username, "Bearer", self._switches.access_lifetime)
            renewal = self._signed(username, "Refresh", self._switches.refresh_lifetime)
            self._access[access] = _Access(username, now + self._switches.access_lifetime)
            self._renewal[renewal] = _Access(username, now + self._switches.refresh_lifetime)
        return {
            "access_token": access,
            "expires_in": self._life(self._switches.access_lifetime),
            "refresh_expires_in": self._life(self._switches.refresh_lifetime),
            "refresh_token": renewal,
            "token_type": "Bearer",
        }

    def _life(self, seconds: float) -> float | int | str:
        life = int(seconds) if seconds == int(seconds) else seconds
        return str(life) if self._switches.lifetimes_as_text else life

    def _signed(self, username: str, kind: str, lifetime: float) -> str:
        """A token in the form of a JWT. Its signature is real, of a key nobody else has."""
        issued = int(self._world.now().timestamp())
        claims = {
            "exp": issued + int(lifetime),
            "iat": issued,
            "jti": f"{self._world.seed}-{self._count}-{kind}",
            "iss": "https://identity.example.org/realms/deltatwin",
            "typ": kind,
            "azp": "deltatwin-api",
            "preferred_username": username,
            "email": f"{username}@example.org",
        }
        head = _encoded(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "simulated"}).encode())
        body = _encoded(json.dumps(claims).encode())
        key = f"{self._world.seed}/{self._world.start.isoformat()}".encode()
        return f"{head}.{body}." + _encoded(hmac.new(key, f"{head}.{body}".encode(), hashlib.sha512).digest())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
