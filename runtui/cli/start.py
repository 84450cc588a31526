"""`runtui start`: one new run."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtui.backends.protocol import RunsCommands
from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.start_command import command_wish, is_command, is_file, start_command, with_variables
from runtui.model.errors import ConfigError, NotFoundError, RejectedError
from runtui.model.inputs import missing_inputs, read_inputs
from runtui.model.job import Job
from runtui.model.near import near_matches
from runtui.render.sanitise import one_line
from runtui.services.session import Session

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
    only_here = is_command(job, words, of_command)

    async def work(session: Session) -> int:
        if only_here or (is_file(job) and isinstance(session.connection(profile).backend, RunsCommands)):
            wish = command_wish(job, words, text, name, of_command)
            return await start_command(session, profile, wish, as_json=as_json)
        wanted = await named_job(session, profile, job, version)
        if wanted.start_form.refusal:
            raise RejectedError(wanted.start_form.refusal, profile=profile, operation="starting a run")
        given = with_variables(wanted, read_inputs(text, wanted), of_command["variables"])
        for missing in missing_inputs(wanted, given):
            output.say(f"{missing.name} has no default and is not given")
        started = await session.actions.start(profile, wanted.id, given, name=name, version=version)
        if as_json:
            write_json(run_shape(started, session.clock.now()))
        else:
            output.write_line(one_line(str(started.reference)))
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


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


async def named_job(session: Session, profile: str, written: str, version: str) -> Job:
    """The job a person means by its id or its whole name; a new one when none is named and the service takes that.

    Raises NotFoundError for none, ConfigError for several of that name.
    """
    if not written:
        new = session.actions.new_job(profile)
        if new is None:
            raise ConfigError(
                "a job must be named: what the run is to be a run of", hint=f"runtui start {profile} JOB -i inputs.json"
            )
        return new
    jobs = session.connection(profile).with_jobs
    try:
        return await jobs.fetch_job(written, version)
    except NotFoundError as error:
        return await _job_by_name(session, profile, written, version, error)


async def _job_by_name(session: Session, profile: str, written: str, version: str, error: NotFoundError) -> Job:
    listed = await session.jobs(profile)
    named = [job for job in listed if written in (job.id, job.name)]
    ids = {job.id for job in named if not job.kind} or {job.id for job in named}
    if len(ids) > 1:
        raise ConfigError(f"several jobs are called {written!r}", hint=f"Name one by its id: {', '.join(sorted(ids))}.")
    if not ids or ids == {written}:
        raise _unknown(profile, written, listed, error) from error
    return await session.connection(profile).with_jobs.fetch_job(ids.pop(), version)


def _unknown(profile: str, written: str, listed: Sequence[Job], error: NotFoundError) -> NotFoundError:
    """The error for a job there is not, or for a version of one there is."""
    if any(job.id == written for job in listed):
        return NotFoundError(
            error.message, hint=f"`runtui jobs {profile} {written}` tells its versions.", profile=profile
        )
    hint = near_matches(written, {job.name or job.id for job in listed})
    return NotFoundError(f"{profile} has no job called {written!r}", hint=hint, profile=profile)
