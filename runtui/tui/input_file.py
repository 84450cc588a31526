"""Inputs from a file: read whole, and those that are not to be seen told apart."""

import asyncio
from pathlib import Path
from typing import Final

from runtui.model.errors import InputError, StorageError
from runtui.model.inputs import Inputs
from runtui.model.job import Job
from runtui.transport.redaction import redact_fields
from runtui.tui.start_fields import declared_fields

MOST_BYTES: Final = 4 * 1024 * 1024
"""Larger files hold no inputs: what was named by mistake is not read into memory."""


async def read_input_file(path: Path) -> str:
    """The text of a file. Raises StorageError when it cannot be read, InputError when it is no text or too large."""
    return await asyncio.to_thread(_read, path)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES // 1024 // 1024} MB: these are no inputs")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8 (byte {error.start})") from None


def split_secrets(job: Job, inputs: Inputs) -> tuple[Inputs, Inputs]:
    """Inputs that may stand on a screen, and those with a secret in a place where it would be seen.

    Those a job declares have fields of their own, where secrets are masked; all others would share one that is not.
    """
    declared = {variable.name for variable in declared_fields(job)}
    others = {name: given for name, given in inputs.items() if name not in declared}
    hidden = {name for name in others if redact_fields({name: others[name]}) != {name: others[name]}}
    return (
        {name: given for name, given in inputs.items() if name not in hidden},
        {name: inputs[name] for name in inputs if name in hidden},
    )
