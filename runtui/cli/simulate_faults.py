"""Faults of a simulated service, switched on by `--fault NAME[=VALUE]`."""

import typing
from collections.abc import Sequence

import msgspec

from runtui.model.errors import ConfigError
from runtui.model.near import near_matches
from runtui.simulation.simulator import Simulator


def switch_on(simulator: Simulator, faults: Sequence[str]) -> None:
    """Set the simulator's switches. A name alone means true; a value is JSON, or else text.

    Raises ConfigError for a name the simulator does not have and for a value it does not take.
    """
    switches = getattr(simulator, "switches", None)
    for fault in faults:
        name, equals, written = fault.partition("=")
        name = name.strip().replace("-", "_")
        if name not in switch_names(simulator):
            raise ConfigError(f"there is no fault {name!r}", hint=near_matches(name, switch_names(simulator)))
        setattr(switches, name, _value(switches, name, written if equals else "true"))


def switch_names(simulator: Simulator) -> list[str]:
    """What can be switched, in alphabetical order."""
    switches = getattr(simulator, "switches", None)
    return sorted(name for name in dir(switches) if not name.startswith("_") and not callable(getattr(switches, name)))


def switch_lines(simulator: Simulator) -> list[str]:
    """Each switch with how it stands, as one may write it."""
    switches = getattr(simulator, "switches", None)
    return [f"{name}={msgspec.json.encode(getattr(switches, name)).decode()}" for name in switch_names(simulator)]


def _value(switches: object, name: str, written: str) -> object:
    expected = typing.get_type_hints(type(switches)).get(name) or type(getattr(switches, name))
    try:
        return msgspec.convert(_parsed(written), expected, strict=False)
    except msgspec.ValidationError:
        try:
            return msgspec.convert(written, expected, strict=False)
        except msgspec.ValidationError as error:
            raise ConfigError(f"the fault {name!r} cannot be {written!r}: {error}") from None


def _parsed(written: str) -> object:
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError:
        return written
