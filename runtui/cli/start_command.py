"""`runtui start PROFILE -- COMMAND`: any command, script or workflow, on a service that runs such."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from runtui.backends.registry import command_of_component
from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.model.clock import SystemClock
from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError
from runtui.model.inputs import Inputs, check_inputs, input_of_text, read_inputs
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.render.sanitise import one_line
from runtui.services.connection import Connection

_COMPONENT = "component_"


def is_command(job: str, words: Sequence[str], of_command: Mapping[str, Any]) -> bool:
    """Whether a command is meant, whatever the service: one is written out, or has options that only commands have."""
    options = {name for name, given in of_command.items() if given}
    return bool(words) or bool(options - {"variables"}) or ("variables" in options and not job)


def is_file(written: str) -> bool:
    """Whether this may be a script or a workflow, where such can be run."""
    return os.sep in written or written.endswith((".toml", ".json")) or os.path.isfile(written)


def with_variables(job: Job, given: Inputs, variables: Sequence[str]) -> Inputs:
    """The inputs with those that were typed as NAME=VALUE, read by their declared types. Raises InputError."""
    declared = {variable.name: variable for variable in job.inputs}
    typed = {
        name: input_of_text(declared.get(name) or Variable(name=name, role=Role.INPUT), text, job.start_form)
        for name, text in _pairs("--var", variables).items()
    }
    return check_inputs({**given, **typed}, job) if typed else given


def command_wish(job: str, words: Sequence[str], text: str, name: str, of_command: Mapping[str, Any]) -> CommandWish:
    """What was typed, as a wish. Raises ConfigError and InputError for what cannot be read."""
    if job and words:
        raise ConfigError(
            f"both {job!r} and a command behind -- are to be run",
            hint=f"Leave one of them out; a script with arguments is a command: -- {job} {' '.join(words)}",
        )
    if job and not is_file(job):
        raise ConfigError(
            f"variables and sweeps are for commands, and {job!r} is no file", hint="A command is written behind --."
        )
    wish = CommandWish(
        words=tuple(words),
        file=job,
        variables=_pairs("--var", of_command["variables"]),
        inputs=read_inputs(text, Job(profile="", service="", id="")),
        sweep=_pairs("--sweep", of_command["sweeps"]),
        parallel=_parallel(of_command["parallel"]),
        name=name,
        start_folder=os.getcwd(),
        folder=of_command["folder"],
        patterns=tuple(of_command["patterns"]),
    )
    components = {key: folder for key, folder in of_command.items() if key.startswith(_COMPONENT) and folder}
    for key, folder in components.items():
        wish = command_of_component(key.removeprefix(_COMPONENT), folder, wish)
    return wish


def _parallel(number: int | None) -> int | None:
    if number == 0:
        raise ConfigError("--parallel is at least 1")
    return number


def _pairs(option: str, written: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in written:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise ConfigError(f"{option} takes NAME=VALUE, not {one!r}")
        if name in pairs:
            raise ConfigError(f"{option} gives {name} twice")
        pairs[name] = value
    return pairs


async def start_command(connection: Connection, wish: CommandWish, *, as_json: bool) -> int:
    """Start it and print the references of its runs, a line each; JSON has a list for a sweep."""
    runs = await connection.running_commands.run_command(wish)
    return write_started(runs, as_json=as_json, as_list=bool(wish.sweep))


def write_started(runs: Sequence[Run], *, as_json: bool, as_list: bool = False) -> int:
    """Print runs that are new: as JSON one, or a list of them; else their references, a line each."""
    if as_json:
        _write_shapes(runs, as_list=as_list)
    else:
        output.write_lines(one_line(str(run.reference)) for run in runs)
    return ExitCode.DONE


def _write_shapes(runs: Sequence[Run], *, as_list: bool) -> None:
    from runtui.cli.json_shapes import run_shape
    from runtui.cli.json_text import write_json, write_json_list

    now = SystemClock().now()
    if as_list:
        write_json_list(run_shape(run, now) for run in runs)
    else:
        write_json(run_shape(runs[0], now))
