"""The form in which a command is asked for: texts a person types, one field each."""

import shlex
from collections.abc import Mapping
from typing import Final

from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError, InputError, InputProblem
from runtui.model.variable import Role, Variable

COMMAND: Final = "command"
"""The field by which a command is asked for."""


def _field(name: str, kind: str, default: str) -> Variable:
    return Variable(name=name, role=Role.INPUT, type=kind, text="", default=default)


FORM_INPUTS: Final = (
    Variable(name=COMMAND, role=Role.INPUT, type="text"),
    _field("variables", "text", "none; x=20 y=3.5"),
    _field("sweep", "text", "none; x=1:5:0.5 y=3,4"),
    _field("parallel", "integer", "one a processor"),
    _field("folder", "text", "a folder of its own"),
    _field("results", "text", "lines name = value"),
)


def command_field(command: str) -> tuple[Variable, ...]:
    """What the command of a run that is started again is asked for by; nothing where it cannot be changed."""
    return (_field(COMMAND, "text", command),) if command else ()


def wish_of_form(given: Mapping[str, object], name: str = "") -> CommandWish:
    """What the form means. A command may also be a list of words, and variables and sweep objects by name.

    Raises InputError that names the field, and ConfigError without a command.
    """
    unknown = [key for key in given if key not in {field.name for field in FORM_INPUTS}]
    if unknown:
        raise InputError.of([InputProblem(one, "there is no such field") for one in unknown])
    command = given.get(COMMAND)
    if not command:
        raise ConfigError("a command is missing", hint="For example python solver.py --x {x}")
    words = tuple(str(word) for word in command) if isinstance(command, list) else ()
    parallel = given.get("parallel")
    if parallel is not None and (not isinstance(parallel, int) or parallel < 1):
        raise InputError.of([InputProblem("parallel", "expected a whole number of at least 1")])
    results = str(given.get("results") or "")
    return CommandWish(
        words=words,
        text="" if words else str(command),
        variables=_pairs("variables", given.get("variables")),
        sweep=_pairs("sweep", given.get("sweep")),
        parallel=parallel,
        folder=str(given.get("folder") or ""),
        patterns=(results,) if results else (),
        name=name,
    )


def _pairs(field: str, given: object) -> dict[str, str]:
    if isinstance(given, Mapping):
        return {str(name): str(value) for name, value in given.items()}
    try:
        words = shlex.split(str(given or ""))
    except ValueError as error:
        raise InputError.of([InputProblem(field, f"cannot be read: {error}")]) from None
    pairs = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise InputError.of([InputProblem(field, f"expected name=value, got {word!r}")])
        pairs[name] = value
    return pairs
