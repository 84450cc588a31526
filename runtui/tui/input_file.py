"""Inputs from a file: read whole, and those that are not to be seen told apart."""

import asyncio
from pathlib import Path
from typing import Final

from runtui.model.errors import InputError, StorageError
from runtui.model.inputs import Inputs
from runtui.model.job import Job
from runtui.render.sanitise import is_safe
from runtui.transport.redaction import redact_fields
from runtui.tui.start_fields import declared_fields, texts_of_inputs

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


def split_hidden(job: Job, inputs: Inputs) -> tuple[Inputs, Inputs]:
    """Inputs that can stand in the fields of the form, and those that are sent without being seen.

    These are texts a line cannot hold, such as those of several lines; and secrets that would be seen: inputs a job
    declares have fields of their own, where secrets are masked, but all others share one that is not.
    """
    declared = {variable.name for variable in declared_fields(job)}
    hidden = {name: given for name, given in inputs.items() if _is_hidden(job, name, given, name in declared)}
    return {name: given for name, given in inputs.items() if name not in hidden}, hidden


def _is_hidden(job: Job, name: str, given: object, is_declared: bool) -> bool:
    if not is_declared:
        return redact_fields({name: given}) != {name: given}
    return not all(is_safe(text) for text in texts_of_inputs(job, {name: given}).values())
