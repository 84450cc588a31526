"""`runtui subscribe`: mail from a service when runs are over."""

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import subscription_shape
from runtui.cli.json_text import write_json, write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.start_job import named_job
from runtui.model.errors import ConfigError
from runtui.model.subscription import Subscription
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, job: str, email: str, ends: bool, as_json: bool) -> int:
    """List who is told of what, have an address told of the runs of a job, or no more."""
    if not job and (email or ends):
        raise ConfigError("a job must be named", hint=f"runtui subscribe {profile} JOB")

    async def work(session: Session) -> int:
        if not job:
            _write(await session.subscriptions(profile), as_json=as_json)
            return ExitCode.DONE
        _ = session.connection(profile).subscribing
        wanted = await named_job(session, profile, job, "")
        if ends:
            output.say(await session.actions.unsubscribe(profile, wanted.id, email))
            return ExitCode.DONE
        made = await session.actions.subscribe(profile, wanted.id, email)
        if as_json:
            write_json(subscription_shape(made))
        else:
            output.write_line(_line(made))
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


def _write(subscriptions: tuple[Subscription, ...], *, as_json: bool) -> None:
    if as_json:
        write_json_list(subscription_shape(one) for one in subscriptions)
    elif subscriptions:
        output.write_lines(_line(one) for one in subscriptions)
    else:
        output.say("nobody is told of anything")


def _line(one: Subscription) -> str:
    return one_line("  ".join(part for part in (one.email, one.kind, one.job or one.job_id) if part))
