"""Inputs and outputs: the service's parameters become variables, and outputs that are files become output files.

A parameter has a `type`, which says where its value stands:

    boolean integer number string datetime json   `value`
    secret                                        `secret_value`, which is never kept nor shown
    Data                                          a file: `basename`, `url`, and `auth` whose `api_key` is never kept
    DriveData                                     `drive_id` of something in the user's drive
"""

from collections import Counter

import msgspec

from runtui.backends.deltatwin.values import Parameter, as_integer, as_parameters, as_text, shown, type_of
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.secret_names import is_secret_name
from runtui.model.variable import Role, Variable
from runtui.transport.redaction import redact_fields

MASK = "***"
FILE_TYPE = "Data"
_VALUE_KEYS = {FILE_TYPE: "url", "DriveData": "drive_id"}
_HASH_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}


def input_variables(inputs: object) -> tuple[Variable, ...]:
    """The inputs of a run or the declared inputs of a component, in the service's order."""
    parameters = as_parameters(inputs) or {}
    return tuple(_variable(name, Role.INPUT, parameter) for name, parameter in parameters.items())


def output_variables(outputs: object) -> tuple[Variable, ...]:
    """The outputs of a run, in the service's order; those that are files name their file."""
    parameters = as_parameters(outputs) or {}
    return tuple(_variable(name, Role.OUTPUT, parameter) for name, parameter in parameters.items())


def output_files(outputs: object) -> tuple[OutputFile, ...]:
    """The outputs that are files. The id is the output's name, which is what a download asks for.

    Outputs whose base names are alike lie in a folder of the output's name each, so that no path stands twice.
    """
    files = {name: item for name, item in (as_parameters(outputs) or {}).items() if is_file(item)}
    bases = {name: as_text(item.get("basename")) or name for name, item in files.items()}
    times = Counter(bases.values())
    return tuple(
        OutputFile(
            id=name,
            path=base if times[base] == 1 else f"{name}/{base}",
            size=as_integer(files[name].get("size")),
            hashes=_hashes(files[name].get("checksum")),
        )
        for name, base in bases.items()
    )


def inputs_again(inputs: object) -> dict[str, Parameter]:
    """The inputs of a run as they would be sent once more.

    Left out are secrets, and files whose address the service shows with a signature: it has expired or will.
    """
    found: dict[str, Parameter] = {}
    for name, parameter in (as_parameters(inputs) or {}).items():
        kind = type_of(parameter)
        key = _VALUE_KEYS.get(kind, "value")
        value = parameter.get(key)
        is_signed = kind == FILE_TYPE and shown(as_text(value)) != as_text(value)
        if value is not None and not is_signed and not _is_secret(name, kind, parameter):
            found[name] = {"type": kind, key: value}
    return found


def is_file(parameter: Parameter) -> bool:
    """Whether a parameter of an output is a file that can be downloaded."""
    kind = type_of(parameter)
    return kind == FILE_TYPE or (not kind and ("basename" in parameter or "url" in parameter))


def _hashes(checksum: object) -> tuple[FileHash, ...]:
    algorithm, at, digest = as_text(checksum).lower().partition("@")
    if at and _HASH_LENGTHS.get(algorithm) == len(digest):
        return (FileHash(algorithm, digest),)
    return ()


def _variable(name: str, role: Role, parameter: Parameter) -> Variable:
    kind = type_of(parameter)
    if _is_secret(name, kind, parameter):
        return Variable(name=name, role=role, type=kind, text=MASK, secret=True)
    value = _value(kind, parameter)
    return Variable(
        name=name,
        role=role,
        type=kind,
        value=value,
        text=as_text(value),
        default=_default(parameter),
        file_id=name if role is Role.OUTPUT and is_file(parameter) else None,
    )


def _is_secret(name: str, kind: str, parameter: Parameter) -> bool:
    if kind.lower() == "secret" or "secret_value" in parameter:
        return True
    return isinstance(parameter.get("value"), str) and is_secret_name(name)


def _value(kind: str, parameter: Parameter) -> float | int | bool | str | None:
    value = parameter.get("value")
    if kind == FILE_TYPE or (value is None and "value" not in parameter):
        value = parameter.get("basename") or parameter.get("url") or parameter.get("drive_id") or value
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, str):
        return shown(value)
    return shown(msgspec.json.encode(redact_fields(value)).decode())


def _default(parameter: Parameter) -> str | None:
    default = parameter.get("default_value", parameter.get("default"))
    return None if default is None else shown(as_text(default))
