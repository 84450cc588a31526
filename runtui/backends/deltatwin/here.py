"""Running a component on this machine, through the official client: `deltatwin run start_local`.

What the client is known to get wrong is not passed on: it ends with exit code 0 when a run failed, so what it says is
read as well; what it began in containers goes on when it is ended, so those are ended after it (`containers`); and what
it cannot do here at all (data of the drive, secrets, addresses that need a key) is refused by
name before it starts, because it would first build for minutes.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from runtui.model.command_wish import CommandWish
from runtui.model.errors import ConfigError, InputError, InputProblem

CLIENT: Final = "deltatwin"
FILES: Final = ("manifest.json", "workflow.yml")
FAILURES: Final = r"RunStatus\.ERROR|Traceback \(most recent call last\)|^Error: "
"""What the client writes when a run on this machine failed, whatever its exit code."""
INPUTS_FILE: Final = "inputs.json"
_CONF: Final = "deltatwin/conf.ini"
"""The client keeps the outputs beside its configuration: so they come to lie in the folder of the run."""
_WITH_WHOLE_PATH: Final = f'exec "$@" -c "$RUNTUI_WORK_FOLDER/{_CONF}"'
"""It mounts folders beside its configuration into containers by the path it was given, and only a whole one works."""
_CONTAINERS: Final = Path(__file__).parent / "containers.py"


def command_here(folder: Path, wish: CommandWish) -> CommandWish:
    """The command that runs the component in a folder with the inputs of the wish.

    Raises ConfigError for a folder that is no component and where the client is missing or has not logged in, and
    InputError with every input it cannot take here.
    """
    component = folder.expanduser().absolute()
    missing = [name for name in FILES if not (component / name).is_file()]
    if missing:
        raise ConfigError(f"{component} is no component: it has no {' and no '.join(missing)}")
    if wish.words or wish.file or wish.folder or wish.sweep:
        raise ConfigError("a component is run by itself: without a command, a file, --in or --sweep")
    _check_inputs(wish.inputs)
    client = shutil.which(CLIENT)
    if client is None:
        raise ConfigError(
            f"the client {CLIENT!r} is not installed", hint="pip install deltatwin-cli (it needs Python 3.11 or newer)"
        )
    conf = Path.home() / ".deltatwin" / "conf.ini"
    if not conf.is_file():
        raise ConfigError(f"the client has not logged in: there is no {conf}", hint="deltatwin login")
    words = (
        *("/bin/sh", "-c", _WITH_WHOLE_PATH, "sh"),
        *(client, "run", "start_local", "--deltatwin-dir", str(component), "-i", INPUTS_FILE),
    )
    return msgspec.structs.replace(
        wish,
        words=tuple(word.replace("{", "{{").replace("}", "}}") for word in words),
        inputs_file=INPUTS_FILE,
        links={_CONF: str(conf)},
        fails_on=FAILURES,
        name=wish.name or f"{_name_of(component)} here",
        after_stop=(sys.executable, "-I", "-S", "-E", str(_CONTAINERS)),
    )


def _name_of(component: Path) -> str:
    try:
        manifest = msgspec.json.decode((component / "manifest.json").read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{component / 'manifest.json'} cannot be read: {error}") from None
    name = manifest.get("name") if isinstance(manifest, dict) else None
    return name if isinstance(name, str) and name else component.name


def _check_inputs(inputs: Mapping[str, object]) -> None:
    problems = [InputProblem(name, why) for name, given in inputs.items() if (why := _why_not_here(given))]
    if problems:
        raise InputError.of(problems, hint="Start it at the service instead, or leave these inputs out.")


def _why_not_here(given: object) -> str:
    """Why the client cannot take an input on this machine; empty when it can."""
    if not isinstance(given, Mapping):
        return 'expected the service\'s form, such as {"type": "integer", "value": 45}'
    kind, auth = given.get("type"), given.get("auth")
    if kind == "DriveData":
        return "data of the drive (DriveData) cannot be used on this machine"
    if isinstance(kind, str) and kind.lower() == "secret":
        return "secrets cannot be used on this machine"
    if auth is not None:
        named = auth.get("type") if isinstance(auth, Mapping) else None
        return f"an address that needs a key ({named or 'auth'}) cannot be used on this machine"
    return ""
