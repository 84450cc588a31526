"""Which backends there are. Finds the folders and imports none of them until one is asked for.

A backend is a folder of this package with these modules:

    settings   `Settings` (a frozen msgspec struct: the fields of a profile, each with its help) and
               `discover(home, environ) -> tuple[FoundProfile, ...]` (what the service's own client left here);
               `is_begun(data_folder) -> bool` where runs are kept on this machine
    backend    `open_backend(context, settings) -> Backend`
    here       `command_here(folder, wish)`: how its own client runs a component on this machine, where it can
    simulator  `create_simulator(world, ...)`: this service on loopback, imported by tests, demo and `simulate` alone
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import cast

import msgspec

from runtui.backends.protocol import Backend, BackendContext
from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError


class FoundProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A connection the service's own client already knows on this machine.

    `options` has the form of a profile's table in the configuration; a secret is referred to, never copied.
    `origin` says where it was found, for a person.
    """

    name: str
    service: str
    options: Mapping[str, object]
    origin: str


Open = Callable[[BackendContext, msgspec.Struct], Backend]
Discover = Callable[[Path, Mapping[str, str]], tuple[FoundProfile, ...]]


def service_names() -> tuple[str, ...]:
    """The services there is a backend for, in alphabetical order. Imports none."""
    folder = Path(__file__).parent
    return tuple(sorted(module.name for module in pkgutil.iter_modules([str(folder)]) if module.ispkg))


def settings_type(service: str) -> type[msgspec.Struct]:
    """The fields a profile of the service has. Raises ConfigError for a service without a backend."""
    return cast(type[msgspec.Struct], _module(service, "settings").Settings)


def opener(service: str) -> Open:
    """What opens a backend of the service. Importing it brings the HTTP client."""
    return cast(Open, _module(service, "backend").open_backend)


def discover_profiles(home: Path, environ: Mapping[str, str]) -> tuple[FoundProfile, ...]:
    """Every connection that the services' own clients left under `home` or in the environment. Writes nothing."""
    found: list[FoundProfile] = []
    for service in service_names():
        discover = cast(Discover, _module(service, "settings").discover)
        found.extend(discover(home, environ))
    return tuple(found)


def command_of_component(service: str, folder: str, wish: CommandWish) -> CommandWish:
    """The command by which a service's own client runs the component in a folder on this machine, with the inputs of
    the wish. Raises ConfigError where it cannot: the service has no such client, or it is not installed."""
    make = cast(Callable[[Path, CommandWish], CommandWish], _module(service, "here").command_here)
    return make(Path(folder), wish)


def is_begun(service: str, data_folder: Path) -> bool:
    """Whether a service that keeps its runs on this machine has kept some there already."""
    asked = getattr(_module(service, "settings"), "is_begun", None)
    return bool(asked is not None and asked(data_folder))


def simulator_module(service: str) -> ModuleType:
    """The module that serves the service on loopback. Needs the `demo` extra."""
    return _module(service, "simulator")


def _module(service: str, name: str) -> ModuleType:
    if service not in service_names():
        raise ConfigError(f"there is no service {service!r}", hint=f"Services are: {', '.join(service_names())}.")
    return importlib.import_module(f"runtui.backends.{service}.{name}")
