"""The file in which `deltatwin login` keeps a connection: read, never written.

It is an INI file with one section, `SERVICES`. Its dates are naive local time, and a per cent sign may stand doubled,
because the client that writes it reads it with interpolation on.
"""

import configparser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from runtui.model.errors import ConfigError
from runtui.model.secret import Secret

SECTION = "SERVICES"
_CREATED_FORM = "%Y-%m-%d %H:%M:%S"


class ConfFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds; fields it does not hold are empty. `token_created` is aware UTC, life times are seconds."""

    api: str = ""
    username: str = ""
    password: Secret | None = None
    token: Secret | None = None
    token_created: datetime | None = None
    expires_in: float = 0.0
    refresh_token: Secret | None = None
    refresh_expires_in: float = 0.0

    def token_age(self, now: datetime) -> timedelta | None:
        """How old the token is, or None when the file does not say."""
        return None if self.token_created is None else now - self.token_created


def read_conf_file(path: Path) -> ConfFile:
    """Read the file. Raises ConfigError, without anything of its content, when it cannot be read."""
    parser = configparser.RawConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}", hint="Run `deltatwin login` once, or remove conf."
        ) from error
    except (configparser.Error, UnicodeDecodeError):
        # the parser's own message quotes the line it stumbled over, which may hold the password
        raise ConfigError(f"{path} is not a file of `deltatwin login`", hint="Run `deltatwin login` again.") from None
    if not parser.has_section(SECTION):
        raise ConfigError(f"{path} has no section [{SECTION}]", hint="Run `deltatwin login` again.")
    return _conf_of({key: value or "" for key, value in parser.items(SECTION)})


def _conf_of(fields: dict[str, str]) -> ConfFile:
    return ConfFile(
        api=fields.get("api", ""),
        username=_unescaped(fields.get("username", "")),
        password=_secret(_unescaped(fields.get("password", ""))),
        token=_secret(fields.get("token", "")),
        token_created=_local_moment(fields.get("token_created", "")),
        expires_in=_seconds(fields.get("expires_in", "")),
        refresh_token=_secret(fields.get("refresh_token", "")),
        refresh_expires_in=_seconds(fields.get("refresh_expires_in", "")),
    )


def _unescaped(text: str) -> str:
    return text.replace("%%", "%")


def _secret(text: str) -> Secret | None:
    return Secret(text) if text else None


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _local_moment(text: str) -> datetime | None:
    try:
        naive = datetime.strptime(text.strip(), _CREATED_FORM)  # noqa: DTZ007 - the file holds naive local time
        return naive.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
