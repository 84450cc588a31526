"""`config.toml`, read and checked: profiles, the interface, keys."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from runtui.config.document import Document, read_document
from runtui.config.expected import kind_of
from runtui.config.lines import KeyPath, dotted
from runtui.config.near import near_matches
from runtui.config.options import raise_all, read_table
from runtui.config.profile import Origin, Profile, check_profile_name
from runtui.model.errors import ConfigError


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """The table `[interface]`: how the dashboard looks and how hard it works the services."""

    theme: Annotated[str | None, msgspec.Meta(description="Name of a colour theme instead of the usual one.")] = None
    ascii: Annotated[bool, msgspec.Meta(description="Draw with ASCII letters alone.")] = False
    link: Annotated[
        Literal["auto", "fast", "slow"],
        msgspec.Meta(description="How fast the terminal's line is; on a slow one fewer bytes are drawn."),
    ] = "auto"
    readonly: Annotated[bool, msgspec.Meta(description="Refuse every action that changes something at a service.")] = (
        False
    )
    download_dir: Annotated[
        Path, msgspec.Meta(description="Folder that downloads go to; a relative one counts from the current folder.")
    ] = Path()
    download_layout: Annotated[
        str,
        msgspec.Meta(
            description="Where a run's files go below download_dir; {profile}, {service}, {job}, {run}, {id} and {name}"
            " stand for what they say."
        ),
    ] = "{profile}/{job}/{run}"
    download_connections: Annotated[
        int, msgspec.Meta(description="Connections for files of one profile at the same time, at most.", ge=1, le=64)
    ] = 16
    local: Annotated[
        bool, msgspec.Meta(description="Show the runs of this machine, as the profile `local`, without configuring it.")
    ] = True
    mouse: Annotated[bool, msgspec.Meta(description="Listen to the mouse.")] = True
    refresh_min: Annotated[
        float, msgspec.Meta(description="Seconds between two refreshes where runs move, at least.", ge=1, le=3600)
    ] = 5.0
    refresh_max: Annotated[
        float, msgspec.Meta(description="Seconds between two refreshes where nothing moves, at most.", ge=1, le=86400)
    ] = 120.0

    def __post_init__(self) -> None:
        if self.refresh_min > self.refresh_max:
            raise ValueError("refresh_min must not be above refresh_max")


class KeyOverride(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table `[keys]`: an action's id and the keys that call it from now on; none switches it off."""

    action: str
    keys: tuple[str, ...]
    origin: Origin


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration file's content, in the file's order. `problems` are sentences that do not stop anything."""

    path: Path
    profiles: tuple[Profile, ...] = ()
    interface: Interface = Interface()
    keys: tuple[KeyOverride, ...] = ()
    problems: tuple[str, ...] = ()


def load_config(path: Path, environ: Mapping[str, str], *, named: bool = False) -> Config:
    """Read a configuration file; one that is not there is an empty configuration.

    `named` says that a person named the file: then its absence is among the problems. `environ` is what `$NAME` in
    paths refers to. Raises one ConfigError with file, line and key of everything that is wrong.
    """
    document = read_document(path)
    reader = _Reader(document, environ)
    config = Config(
        path=path,
        profiles=reader.profiles(),
        interface=reader.interface(),
        keys=reader.keys(),
        problems=_problems(document, named),
    )
    reader.check_tables()
    raise_all(reader.errors)
    return config


class _Reader:
    """Takes a document apart and collects what is wrong with it."""

    def __init__(self, document: Document, environ: Mapping[str, str]) -> None:
        self._document: Final = document
        self._environ: Final = environ
        self.errors: Final[list[ConfigError]] = []

    def check_tables(self) -> None:
        """Complain of whatever stands at the top of the file and is not one of our tables."""
        for key, value in self._document.root.items():
            if key not in _TABLES:
                path, wrong = ((key,), "") if isinstance(value, dict) else ((), key)
                self._wrong(path, "is not known", key=wrong, hint=near_matches(key, _TABLES))

    def profiles(self) -> tuple[Profile, ...]:
        """Those that are whole."""
        read = (self._profile(name, value) for name, value in self._table("profiles").items())
        return tuple(profile for profile in read if profile)

    def interface(self) -> Interface:
        """What the file says of the interface; the usual where it is wrong."""
        try:
            origin = _origin(self._document, ("interface",))
            return read_table(self._table("interface"), origin, Interface, self._environ)
        except ConfigError as error:
            self.errors.append(error)
            return Interface()

    def keys(self) -> tuple[KeyOverride, ...]:
        """Those that are whole. Which actions there are is known to the dashboard, which checks their ids."""
        read = (self._key_override(action, value) for action, value in self._table("keys").items())
        return tuple(override for override in read if override)

    def _profile(self, name: str, value: object) -> Profile | None:
        path = ("profiles", name)
        if not isinstance(value, dict):
            self._wrong(path, f"must be a table, not {kind_of(value)}", hint=f"Write [{dotted(path)}].")
            return None
        try:
            check_profile_name(name)
        except ConfigError as error:
            self._wrong(path, error.message, hint=error.hint)
            return None
        service = value.get("service")
        if not isinstance(service, str) or not service:
            self._wrong_service(path, value)
            return None
        options = {key: option for key, option in value.items() if key != "service"}
        return Profile(name=name, service=service, options=options, origin=_origin(self._document, path))

    def _wrong_service(self, path: KeyPath, value: Mapping[str, object]) -> None:
        inner = next((key for key, option in value.items() if isinstance(option, dict)), None)
        if "service" in value:
            self._wrong(path, "must be text that is not empty", key="service")
        elif inner is not None and len(value) == 1:
            dot = f'Is the name {path[1]}.{inner}? One with a dot needs quotes: [profiles."{path[1]}.{inner}"].'
            self._wrong(path, "needs the key service", hint=dot)
        else:
            self._wrong(path, "needs the key service", hint='For example service = "local".')

    def _key_override(self, action: str, value: object) -> KeyOverride | None:
        listed = value if isinstance(value, list) else [value]
        keys = tuple(key for key in listed if isinstance(key, str) and key)
        if len(keys) != len(listed):
            self._wrong(("keys",), "must be a key or a list of keys, as text", key=action)
            return None
        return KeyOverride(action=action, keys=keys, origin=_origin(self._document, ("keys", action)))

    def _table(self, name: str) -> Mapping[str, object]:
        value = self._document.root.get(name, {})
        if isinstance(value, dict):
            return value
        self._wrong((), f"must be a table, not {kind_of(value)}", key=name)
        return {}

    def _wrong(self, path: KeyPath, sentence: str, *, key: str = "", hint: str = "") -> None:
        self.errors.append(_origin(self._document, path).error(sentence, key=key, hint=hint))


_TABLES: Final = ("profiles", "interface", "keys")


def _origin(document: Document, path: KeyPath) -> Origin:
    keys = (written[-1] for written in document.lines if len(written) == len(path) + 1 and written[:-1] == path)
    return Origin(
        place=str(document.path),
        table=dotted(path),
        line=document.line_of(*path),
        lines={key: document.lines[(*path, key)] for key in keys},
        is_private=not document.mode & (stat.S_IRGRP | stat.S_IROTH),
    )


def _problems(document: Document, named: bool) -> tuple[str, ...]:
    problems = []
    if named and not document.exists:
        problems.append(f"{document.path} does not exist, so nothing is configured")
    if document.exists and document.mode & (stat.S_IWGRP | stat.S_IWOTH):
        problems.append(f"{document.path} can be changed by others, and it may name commands to run: chmod go-w it")
    return tuple(problems)
