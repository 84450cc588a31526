"""Inputs of simulated runs: those the scripted ones were started with, and the reading of those a client sends."""

import random
import uuid
from urllib.parse import urlsplit

from runtui.backends.deltatwin.simulator_twins import Port, Twin

_TILES = ("31TCJ", "32TPS", "30UXC", "33UUP", "29SND", "34SGH", "31UDQ", "32VNM")
_STORMS = ("Xynthia", "Ciara", "Eunice", "Xaver", "Gloria", "Alex", "Ciaran")
_HIDDEN = frozenset({"secret_value"})

Parameters = dict[str, dict[str, object]]


def scripted_inputs(twin: Twin, version: str, chance: random.Random) -> Parameters:
    """What a scripted run was started with, as a client would send it."""
    return {port.name: _scripted_input(port, chance) for port in twin.inputs_of(version)}


def _scripted_input(port: Port, chance: random.Random) -> dict[str, object]:
    match port.type:
        case "secret":
            return {"type": "secret", "secret_value": f"sk-{chance.getrandbits(64):016x}"}
        case "DriveData":
            return {"type": "DriveData", "drive_id": str(uuid.UUID(int=chance.getrandbits(128), version=4))}
        case "Data":
            name = f"T{chance.choice(_TILES)}_202601{chance.randint(1, 28):02d}.jpg"
            signature = f"X-Amz-Signature={chance.getrandbits(96):024x}"
            data: dict[str, object] = {"type": "Data", "url": f"https://quicklooks.example.org/{name}?{signature}"}
            if chance.random() < 0.3:
                data["auth"] = {"type": "SesamEO", "api_key": f"ak-{chance.getrandbits(64):016x}"}
            return data
        case _:
            return {"type": port.type, "value": _scripted_value(port, chance)}


def _scripted_value(port: Port, chance: random.Random) -> object:
    match port.name:
        case "angle":
            return chance.choice((15, 30, 45, 90, 135, 180, 270))
        case "product":
            return f"S2{chance.choice('AB')}_MSIL1C_202601{chance.randint(1, 28):02d}T105421_T{chance.choice(_TILES)}"
        case "cloud_limit":
            return round(chance.uniform(5, 80), 1)
        case "storm":
            return chance.choice(_STORMS)
        case "sea_level_rise":
            return round(chance.choice((0.0, 0.25, 0.5, 0.77, 1.01)), 2)
        case "return_period":
            return chance.choice((10, 50, 100, 500))
        case "write_depth":
            return chance.random() < 0.2
        case _:
            return port.default


def shown_inputs(inputs: object) -> object:
    """Inputs as the service gives them back: files have got a base name, secrets and keys are left out."""
    if isinstance(inputs, dict):
        return {name: _shown(parameter) for name, parameter in inputs.items()}
    if isinstance(inputs, list):
        return [_shown(parameter) for parameter in inputs]
    return inputs


def _shown(parameter: object) -> object:
    if not isinstance(parameter, dict):
        return parameter
    shown = {key: value for key, value in parameter.items() if key not in _HIDDEN}
    if shown.get("type") == "Data":
        shown["basename"] = urlsplit(str(shown.get("url", ""))).path.rsplit("/", 1)[-1]
        if isinstance(shown.get("auth"), dict):
            shown["auth"] = {"type": shown["auth"].get("type")}
    return shown


def code_of_inputs(twin: Twin, version: str, inputs: object) -> tuple[int, str]:
    """The engine's return code and message for inputs as they were sent; 0 and nothing when they will do.

    Inputs are looked at when the run starts, not when it is asked for: bad ones make a run that fails.
    """
    given = _by_name(inputs)
    for port in twin.inputs_of(version):
        parameter = given.get(port.name)
        if parameter is None:
            if port.is_required and port.default is None:
                return 120, f"Missing required input: {port.name}"
        elif not _fits(port, parameter):
            return 110, f"Invalid type for input {port.name}: {port.type} expected"
    return 0, ""


def _by_name(inputs: object) -> Parameters:
    if isinstance(inputs, list):
        return {str(item.get("name")): item for item in inputs if isinstance(item, dict)}
    return inputs if isinstance(inputs, dict) else {}


def _fits(port: Port, parameter: object) -> bool:
    if not isinstance(parameter, dict) or parameter.get("type", port.type) != port.type:
        return False
    value = parameter.get("value")
    match port.type:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string" | "datetime":
            return isinstance(value, str)
        case "secret":
            return isinstance(parameter.get("secret_value"), str)
        case "Data":
            return isinstance(parameter.get("url"), str)
        case "DriveData":
            return isinstance(parameter.get("drive_id"), str)
        case _:
            return "value" in parameter
