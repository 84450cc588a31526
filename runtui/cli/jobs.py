"""`runtui jobs`: what the runs of a profile are listed under and started of."""

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import job_shape
from runtui.cli.json_text import write_json, write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.start_job import named_job
from runtui.cli.table import table_lines
from runtui.model.inputs import default_text
from runtui.model.job import Job
from runtui.render.columns import DrawContext
from runtui.render.job_columns import job_columns
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, job: str, version: str, as_json: bool) -> int:
    """List all jobs in the service's order, or tell of one what it takes."""

    async def work(session: Session) -> int:
        context = DrawContext(now=session.clock.now(), glyphs=output.glyphs())
        if job:
            found = await named_job(session, profile, job, version)
            if as_json:
                write_json(job_shape(found))
            else:
                output.write_lines(_lines(found, context))
            return ExitCode.DONE
        jobs = await session.jobs(profile)
        if as_json:
            write_json_list(job_shape(one) for one in jobs)
        elif jobs:
            output.write_lines(table_lines(jobs, job_columns(jobs, context), context))
        else:
            output.say("no jobs")
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


def _lines(job: Job, context: DrawContext) -> list[str]:
    lines = list(table_lines([job], job_columns([job], context), context))
    facts = [("id", job.id), ("cluster", job.cluster_text), ("reason", job.reason), *job.extra.items()]
    lines += [*(one_line(f"  {name}  {value}") for name, value in facts if value)]
    for variable in job.inputs:
        default = default_text(variable)
        told = "no default" if default is None else f"default {default}"
        kind = "secret" if variable.secret else variable.type
        lines.append(one_line(f"  {variable.role} {variable.name}  {kind}  {told}"))
    return lines
