"""What a person asks for: a command with its own arguments, and what is said before or after every command."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class CommonOptions(NamedTuple):
    """`profiles` are those named with -p, empty for all; `config_path` is what --config says, None for the usual."""

    profiles: tuple[str, ...] = ()
    config_path: str | None = None
    read_only: bool = False


class Invocation(NamedTuple):
    """What a person asked for. `command` is empty for the dashboard; `arguments` are that command's own."""

    command: str = ""
    options: CommonOptions = CommonOptions()
    arguments: Mapping[str, Any] = {}
