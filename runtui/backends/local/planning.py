"""From what a person wants to what is run: the plan, the values of its variables, every point of its sweep."""

import json
import os
import shlex
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from runtui.backends.local.command_form import COMMAND
from runtui.backends.local.harvest import plain, value_of
from runtui.backends.local.records import InputRecord
from runtui.backends.local.substitution import Value, names_in
from runtui.backends.local.sweeps import points_of, values_of
from runtui.backends.local.workflow import NodePlan, WorkflowPlan, check_plan, read_workflow, single
from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError, InputError, InputProblem

_INTERPRETERS = {".py": "python3", ".sh": "sh", ".bash": "bash", ".jl": "julia", ".r": "Rscript", ".pl": "perl"}
_RUNNERS = frozenset({"python", "python3", "sh", "bash", "zsh", "perl", "julia", "rscript", "node", "mpirun", "srun"})
_VALUE_KEYS = ("value", "secret_value", "url", "drive_id")
_LONGEST_NAME = 60


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """What to start for a run like one there was: its plan before any variable is put in, and where."""

    plan: WorkflowPlan
    start_folder: str
    folder: str = ""
    inputs_file: str = ""
    links: dict[str, str] = {}
    after_stop: tuple[str, ...] = ()
    """What ends what the command began elsewhere, run in the work folder once the run was stopped."""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was wanted, checked. `secrets` are values by name that are written nowhere."""

    template: Template
    inputs: tuple[InputRecord, ...] = ()
    secrets: Mapping[str, str] = {}
    points: tuple[Mapping[str, Value], ...] = ()
    """The variables of each run of a sweep; empty for a single run."""
    parallel: int
    name: str = ""
    job_id: str = ""
    environment: Mapping[str, str] = {}
    lives_with: int = 0


def launch_of(wish: CommandWish) -> Launch:
    """What a wish means. Raises InputError and ConfigError that say what is wrong in it."""
    start_folder = _folder_of(wish.start_folder or os.getcwd(), "the folder to start in")
    plan = _plan_of(wish, start_folder)
    folder = str(_folder_of(str(start_folder / Path(wish.folder).expanduser()), "--in")) if wish.folder else ""
    inputs, secrets = _inputs_of(plan, wish)
    sweep = {name: values_of(name, written) for name, written in wish.sweep.items()}
    _check_names([*(one.name for one in inputs), *sweep])
    points = tuple(points_of(sweep)) if sweep else ()
    launch = Launch(
        template=Template(
            plan=plan,
            start_folder=str(start_folder),
            folder=folder,
            inputs_file=wish.inputs_file,
            links=dict(wish.links),
            after_stop=wish.after_stop,
        ),
        inputs=inputs, secrets=secrets, points=points,
        parallel=wish.parallel or (plan.parallel if not sweep else None) or os.cpu_count() or 1,
        name=wish.name or plan.name or default_name(plan), environment=wish.environment,
        lives_with=wish.lives_with,
    )  # fmt: skip
    _check_programs(plan, start_folder)
    return launch


def launch_again(template: Template, known: tuple[InputRecord, ...], given: Mapping[str, object]) -> Launch:
    """The same again, with those of its variables changed that are given, and with another command where that is
    given and can be; see `command_to_change`. Raises InputError and ConfigError."""
    if command_to_change(template, known) and COMMAND in given:
        template = _with_command(template, str(given[COMMAND]))
        given = {name: value for name, value in given.items() if name != COMMAND}
    hidden = {one.name for one in known if one.secret}
    changed = {name: _kept_secret(value) if name in hidden else value for name, value in given.items()}
    wish = CommandWish(inputs={one.name: one.value for one in known if not one.secret} | changed)
    inputs, secrets = _inputs_of(template.plan, wish)
    _check_names([one.name for one in inputs])
    _folder_of(template.start_folder, "the folder it was started in")
    parallel = template.plan.parallel or os.cpu_count() or 1
    return Launch(template=template, inputs=inputs, secrets=secrets, parallel=parallel)


def command_to_change(template: Template, known: tuple[InputRecord, ...]) -> str:
    """The command of a template as a person may change it; empty where there is more than that one command to it, or
    where a variable has the name it would be asked for by."""
    is_one = len(template.plan.nodes) == 1 and not template.inputs_file
    return "" if not is_one or any(one.name == COMMAND for one in known) else shown_command(template.plan)


def _with_command(template: Template, text: str) -> Template:
    """The template with another command: words where it has words, else a text for the shell."""
    ((name, node),) = template.plan.nodes.items()
    if text.strip() == shown_command(template.plan):
        return template
    command: str | list[str] = text.strip()
    if isinstance(node.command, list):
        try:
            command = shlex.split(text)
        except ValueError as error:
            raise InputError.of([InputProblem(COMMAND, f"cannot be read: {error}")]) from None
    if not command:
        raise InputError.of([InputProblem(COMMAND, "a command is missing")])
    plan = msgspec.structs.replace(template.plan, nodes={name: msgspec.structs.replace(node, command=command)})
    check_plan(plan)
    _check_programs(plan, Path(template.start_folder))
    return msgspec.structs.replace(template, plan=plan)


def _plan_of(wish: CommandWish, start_folder: Path) -> WorkflowPlan:
    if wish.file:
        plan = _plan_of_file(start_folder / Path(wish.file).expanduser(), wish)
    elif wish.words or wish.text.strip():
        command = list(wish.words) or wish.text.strip()
        plan = single(command, fails_on=wish.fails_on, outputs=list(wish.outputs))
    else:
        raise ConfigError("a command is missing", hint="runtui start local -- python solver.py --x 20")
    plan = msgspec.structs.replace(plan, patterns=[*plan.patterns, *wish.patterns])
    check_plan(plan)
    _check_text([*wish.words, wish.text, *wish.variables, *wish.variables.values()])
    return plan


def _check_text(written: Iterable[str]) -> None:
    """Raise ConfigError for what is no text, such as bytes of an old file name: no record could hold it."""
    for word in written:
        if not word.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in word):
            raise ConfigError(f"a word is no UTF-8 text: {word.encode('utf-8', 'backslashreplace').decode()}")


def _plan_of_file(path: Path, wish: CommandWish) -> WorkflowPlan:
    if path.suffix in (".toml", ".json"):
        return read_workflow(path)
    if not path.is_file():
        raise ConfigError(f"there is no file {path}", hint="A command is written behind --.")
    if not os.access(path, os.R_OK):
        raise ConfigError(f"{path} cannot be read", hint=f"chmod u+r {path}")
    words = [str(path)] if os.access(path, os.X_OK) else [*_interpreter(path), str(path)]
    return single([word.replace("{", "{{").replace("}", "}}") for word in words], fails_on=wish.fails_on)


def _interpreter(path: Path) -> list[str]:
    with open(path, "rb") as file:
        first = file.readline(512)
    if first.startswith(b"#!"):
        return shlex.split(first[2:].decode("utf-8", "replace").strip())
    name = _INTERPRETERS.get(path.suffix.lower())
    if name is None:
        raise ConfigError(f"{path} is not executable, and it does not say what runs it", hint=f"chmod u+x {path}")
    return [name]


def _folder_of(written: str, what: str) -> Path:
    folder = Path(os.path.abspath(Path(written).expanduser()))
    if not folder.is_dir():
        raise ConfigError(f"{what} is no folder: {folder}")
    return folder


# variables


def _inputs_of(plan: WorkflowPlan, wish: CommandWish) -> tuple[tuple[InputRecord, ...], dict[str, str]]:
    """The variables of a run in their order, and the secret ones' values."""
    inputs = {name: InputRecord(name, value) for name, value in plan.variables.items()}
    secrets: dict[str, str] = {}
    for name, given in wish.inputs.items():
        if given is not None:
            inputs[name] = _input(name, given, secrets)
    inputs.update((name, InputRecord(name, value_of(text))) for name, text in wish.variables.items())
    return tuple(inputs.values()), secrets


def _kept_secret(given: object) -> object:
    """What is given for a variable that was secret is secret too, in whatever form it comes."""
    if isinstance(given, Mapping):
        given = next((given[key] for key in _VALUE_KEYS if key in given), "")
    return {"type": "secret", "secret_value": given}


def _input(name: str, given: object, secrets: dict[str, str]) -> InputRecord:
    """A plain value, or one in the form of typed inputs: `{"type": "integer", "value": 45}`."""
    kind = ""
    if isinstance(given, Mapping) and any(key in given for key in _VALUE_KEYS):
        kind = str(given.get("type", ""))
        given = next(given[key] for key in _VALUE_KEYS if key in given)
    if kind == "secret":
        secrets[name] = str(given)
        return InputRecord(name, None, kind, secret=True)
    value = given if given is None or isinstance(given, str | int | float | bool) else json.dumps(given)
    return InputRecord(name, plain(value), kind)


def typed_value(given: InputRecord) -> object:
    """The value of an input as it stood in JSON: lists and objects are held as texts."""
    if given.type in ("json", "array", "object") and isinstance(given.value, str):
        return json.loads(given.value)
    return given.value


def _check_names(names: list[str]) -> None:
    for name in names:
        if names_in(f"{{{name}}}") != (name,):
            problem = InputProblem(name, "a variable's name has letters, digits, '_', '-' and '.', first a letter")
            raise InputError.of([problem])


def check_use(plan: WorkflowPlan, secrets: Mapping[str, object]) -> None:
    """Raise InputError where a secret stands in a command: everybody on this machine sees commands."""
    for node in plan.nodes.values():
        for word in [node.command] if isinstance(node.command, str) else node.command:
            for name in names_in(word):
                if name in secrets:
                    raise InputError(
                        f"{name} is secret and cannot stand in a command, which everybody on this machine can see",
                        hint=f"The program finds it in its environment, as ${name}.",
                    )


# commands


def _check_programs(plan: WorkflowPlan, start_folder: Path) -> None:
    for name, node in plan.nodes.items():
        word = _first_word(node)
        if not word or "{" in word:
            continue
        path = str(start_folder / word) if "/" in word else shutil.which(word)
        where = f"node {name}: " if len(plan.nodes) > 1 else ""
        if path is None or not os.path.exists(path):
            raise ConfigError(
                f"{where}there is no program {word!r}", hint="It is neither in PATH nor a path from here."
            )
        if os.path.isdir(path) or not os.access(path, os.X_OK):
            raise ConfigError(f"{where}{word} cannot be run: it is not executable", hint=f"chmod u+x {word}")


_SHELL_SIGNS = frozenset("|&;<>()$`*?\\\"'=~#![]\n")


_SHELL_WORDS = frozenset(
    [
        "if",
        "for",
        "while",
        "until",
        "case",
        "exit",
        "cd",
        "set",
        "unset",
        "export",
        "source",
        "eval",
        "exec",
        "trap",
        "wait",
        "read",
        "ulimit",
        "umask",
        "return",
        "shift",
        ":",
        ".",
        "{",
    ]
)


def _first_word(node: NodePlan) -> str:
    """The program of a command; empty where the shell decides what that is."""
    if isinstance(node.command, list):
        return node.command[0]
    word = node.command.split()[0]
    return "" if _SHELL_SIGNS & set(node.command) or word in _SHELL_WORDS else word


def shown_command(plan: WorkflowPlan) -> str:
    """The command of a plan as a person would type it; of several nodes their names."""
    if len(plan.nodes) > 1:
        return f"{len(plan.nodes)} nodes: {', '.join(plan.nodes)}"
    (node,) = plan.nodes.values()
    return node.command if isinstance(node.command, str) else shlex.join(node.command)


def read_template(template: bytes) -> Template | None:
    """What a record has as its template; None where that cannot be read."""
    try:
        return msgspec.json.decode(template, type=Template)
    except (msgspec.DecodeError, ValueError):
        return None


def default_name(plan: WorkflowPlan) -> str:
    """What a run is called when nobody says: its script, else its program, else the begin of its text."""
    if len(plan.nodes) > 1:
        return " ".join(plan.nodes)[:_LONGEST_NAME]
    (node,) = plan.nodes.values()
    words = node.command.split() if isinstance(node.command, str) else node.command
    program = os.path.basename(words[0])
    if program.lower() not in _RUNNERS and not program.startswith("python"):
        return program[:_LONGEST_NAME]
    script = next((word for word in words[1:] if not word.startswith("-") and not word.isdigit()), "")
    name = os.path.basename(script) if " " not in script else " ".join(script.split())
    return (name or program)[:_LONGEST_NAME]
