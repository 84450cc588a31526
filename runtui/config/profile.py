"""One configured connection to a service, as it was written, before its backend has looked at it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from runtui.model.errors import ConfigError

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


class Options(Mapping[str, object]):
    """Keys and values of a table. Its repr shows the keys alone: a value may be a password."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values: Final = dict(values)

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Options({', '.join(self._values)})"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table comes from.

    `place` is the path of a configuration file, or a phrase such as `found in ~/.deltatwin/conf.ini`. `table` is the
    table's name in that file, `line` its first line and `lines` those of its keys, counted from 1; empty for what was
    found. `is_private` is false when others than the owner may read the configuration file.
    """

    place: str
    table: str = ""
    line: int | None = None
    lines: Mapping[str, int] = {}
    is_private: bool = True

    def __str__(self) -> str:
        return self.place if self.line is None else f"{self.place}:{self.line}"

    def error(self, sentence: str, *, key: str = "", hint: str = "") -> ConfigError:
        """A ConfigError that names the file, the line, the table and the key, and then says the sentence."""
        line = self.lines.get(key, self.line)
        place = self.place if line is None else f"{self.place}:{line}"
        table = f"[{self.table}] " if self.table else ""
        return ConfigError(f"{place}: {table}{key}{' ' if key else ''}{sentence}", hint=hint)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A connection by the name its user chose. `options` are all its keys but `service`, as they were written."""

    name: str
    service: str
    options: Mapping[str, object] = {}
    origin: Origin

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "options", Options(self.options))

    @property
    def address(self) -> str:
        """Where it connects to, without a password or a query one may have written into it; empty when not written."""
        written = self.options.get("url")
        if not isinstance(written, str):
            return ""
        try:
            parts = urlsplit(written)
            return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
        except ValueError:
            return ""


def check_profile_name(name: str) -> None:
    """Raise ConfigError unless the name can stand in a reference, in a file name and on a command line.

    Letters a-z, digits, `-`, `_` and `.`; not first `-` or `.`; at most 64 characters.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be the name of a profile",
            hint="Use at most 64 letters a to z, digits, '-', '_' and '.', the first not '-' or '.'.",
        )


def chosen_profiles(known: Sequence[Profile], names: Sequence[str]) -> tuple[Profile, ...]:
    """Those of the known profiles that are named, in the order of the names; all without names. Raises ConfigError."""
    if not names:
        return tuple(known)
    by_name = {profile.name: profile for profile in known}
    for name in names:
        if name not in by_name:
            listed = ", ".join(by_name) or "none is configured"
            raise ConfigError(f"there is no profile {name!r}", hint=f"Profiles: {listed}.")
    return tuple(by_name[name] for name in dict.fromkeys(names))
