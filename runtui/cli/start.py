"""`runtui start`: one new run."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtui.backends.protocol import RunsCommands
from runtui.cli.connection_command import in_connection
from runtui.cli.options import CommonOptions
from runtui.cli.start_command import command_wish, is_command, is_file, start_command
from runtui.model.errors import ConfigError
from runtui.services.connection import Connection

_STDIN = "-"


def run(
    options: CommonOptions,
    *,
    profile: str,
    job: str,
    inputs: str | None,
    name: str,
    version: str,
    as_json: bool,
    words: Sequence[str] = (),
    **of_command: Any,
) -> int:
    """Start a run of a job with the inputs of a file, or a command. Raises InputError before anything is sent."""
    text = _inputs_text(inputs)
    is_surely = is_command(job, words, of_command)

    async def as_command(connection: Connection) -> int | None:
        if not is_surely and not isinstance(connection.backend, RunsCommands):
            return None
        return await start_command(connection, command_wish(job, words, text, name, of_command), as_json=as_json)

    if is_surely or is_file(job) or (not job and inputs is None):
        code = in_connection(options, profile, as_command)
        if code is not None:
            return code
    return _start_job(options, profile, job, text, name, version, of_command["variables"], as_json)


def _start_job(
    options: CommonOptions,
    profile: str,
    job: str,
    text: str,
    name: str,
    version: str,
    variables: Sequence[str],
    as_json: bool,
) -> int:
    from runtui.cli.session_command import in_session
    from runtui.cli.start_job import start_job

    return in_session(
        options._replace(profiles=(profile,)),
        lambda session: start_job(
            session, profile, job, text, name=name, version=version, variables=variables, as_json=as_json
        ),
    )


def _inputs_text(path: str | None) -> str:
    """The text of the inputs; none are as good as an empty object."""
    if path is None:
        return "{}"
    try:
        content = sys.stdin.buffer.read() if path == _STDIN else Path(path).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text") from None
