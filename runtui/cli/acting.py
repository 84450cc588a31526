"""Stopping, deleting and snapshotting runs, or whole jobs: found first, asked about once, then done one by one."""

import asyncio
import sys
from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, worst_exit_code
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.start_job import named_job
from runtui.model.capability import Capability
from runtui.model.errors import ConfigError, RuntuiError
from runtui.model.job import Job
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_word
from runtui.services.session import Session


def act(options: CommonOptions, action: Capability, written: Sequence[str], effect: str, *, asks: bool) -> int:
    """Do it to the runs a person means. Nothing is done before all of them are found.

    With `asks` the person is asked once, told the `effect`, and must say yes. The reference of each run it was done to
    goes to stdout, the service's sentence to stderr; the exit code is that of the worst error.
    """

    async def work(session: Session) -> int:
        found = await asyncio.gather(*(session.find_run(one) for one in written))
        runs = list({run.reference: run for run in found}.values())
        question = await session.delete_effect(runs, effect) if action is Capability.DELETE else effect
        if asks and not _is_sure(runs, question):
            output.say("nothing was done")
            return ExitCode.FAILED
        results = await session.actions.perform_all(action, runs)
        for result in results:
            if result.error is not None:
                output.complain(f"{result.reference}: {result.error.message}", result.error.hint)
            else:
                output.say(f"{result.reference}: {result.sentence}")
                output.write_line(one_line(str(result.reference)))
        return worst_exit_code(result.error for result in results if result.error is not None)

    return in_session(options, work, written=written)


def act_on_jobs(options: CommonOptions, action: Capability, written: Sequence[str], effect: str, *, asks: bool) -> int:
    """The same to whole jobs, each written as PROFILE:JOB with the id or the name of the job."""
    named = [_job_reference(one) for one in written]

    async def work(session: Session) -> int:
        jobs = [await named_job(session, profile, job, "") for profile, job in named]
        for job in jobs:
            _ = session.connection(job.profile).ending_jobs
        if asks:
            await _name_jobs(session, jobs)
            if not confirmed(effect.format(runs="this job" if len(jobs) == 1 else f"these {len(jobs)} jobs")):
                output.say("nothing was done")
                return ExitCode.FAILED
        errors = [error for job in jobs if (error := await _end_job(session, action, job)) is not None]
        return worst_exit_code(errors)

    return in_session(options._replace(profiles=tuple(dict.fromkeys(profile for profile, _ in named))), work)


def _job_reference(written: str) -> tuple[str, str]:
    profile, _, job = written.partition(":")
    if not profile or not job:
        raise ConfigError(f"{written!r} names no job", hint="Write PROFILE:JOB, with the job's id or name.")
    return profile, job


async def _name_jobs(session: Session, jobs: Sequence[Job]) -> None:
    for job in jobs:
        runs = await session.runs_of_job(job.profile, job.id)
        live = sum(not run.status.is_final for run in runs)
        output.say(f"{job.profile}:{job.id}  {job.name}  {job.status_text}  {len(runs)} runs, {live} live")


async def _end_job(session: Session, action: Capability, job: Job) -> RuntuiError | None:
    reference = f"{job.profile}:{job.id}"
    try:
        sentence = await session.actions.perform_on_job(action, job.profile, job.id)
    except RuntuiError as error:
        output.complain(f"{reference}: {error.message}", error.hint)
        return error
    output.say(f"{reference}: {sentence}")
    output.write_line(one_line(reference))
    return None


def confirmed(question: str) -> bool:
    """Ask a person; only a clear yes is one. Raises ConfigError when there is nobody to ask."""
    if not sys.stdin.isatty():
        raise ConfigError("nobody can be asked whether this is meant", hint="Add --yes to do it without asking.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _is_sure(runs: Sequence[Run], effect: str) -> bool:
    for run in runs:
        named = f"{run.reference}  {run.job}  {status_word(run.status, run.status_text)}"
        output.say(named)
    count = "this run" if len(runs) == 1 else f"these {len(runs)} runs"
    return confirmed(effect.replace("{runs}", count))
