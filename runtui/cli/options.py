"""What is said before or after every command."""

from typing import NamedTuple


class CommonOptions(NamedTuple):
    """`profiles` are those named with -p, empty for all; `config_path` is what --config says, None for the usual."""

    profiles: tuple[str, ...] = ()
    config_path: str | None = None
    read_only: bool = False
