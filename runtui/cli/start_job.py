"""`runtui start PROFILE JOB`: a run of a job that a service knows."""

from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json
from runtui.cli.start_command import with_variables
from runtui.model.errors import ConfigError, NotFoundError, RejectedError
from runtui.model.inputs import missing_inputs, read_inputs
from runtui.model.job import Job
from runtui.model.near import near_matches
from runtui.render.sanitise import one_line
from runtui.services.session import Session


async def start_job(
    session: Session,
    profile: str,
    job: str,
    text: str,
    *,
    name: str,
    version: str,
    variables: Sequence[str],
    as_json: bool,
) -> int:
    """Start a run of it with inputs as JSON text and as NAME=VALUE. Raises InputError before anything is sent."""
    wanted = await named_job(session, profile, job, version)
    if wanted.start_form.refusal:
        raise RejectedError(wanted.start_form.refusal, profile=profile, operation="starting a run")
    given = with_variables(wanted, read_inputs(text, wanted), variables)
    for missing in missing_inputs(wanted, given):
        output.say(f"{missing.name} is not given and has no default: the run fails if it needs it")
    started = await session.actions.start(profile, wanted.id, given, name=name, version=version)
    if as_json:
        write_json(run_shape(started, session.clock.now()))
    else:
        output.write_line(one_line(str(started.reference)))
    return ExitCode.DONE


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
