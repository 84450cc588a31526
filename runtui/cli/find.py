"""`runtui find`: runs by the filters a service has itself."""

from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import report_shape, run_filter_shape, run_shape
from runtui.cli.json_text import write_json, write_json_list
from runtui.cli.list import write_run_table
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.model.errors import ConfigError, NotFoundError
from runtui.model.near import near_matches
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, given: Sequence[str], report: str, as_json: bool) -> int:
    """List what the service finds in its order, its filters when none is given, or have a report made of all."""
    filters = dict(written_filter(one) for one in given)

    async def work(session: Session) -> int:
        if report:
            await _report(session, profile, report, filters, as_json=as_json)
        elif not filters:
            await _write_filters(session, profile, as_json=as_json)
        else:
            await _write_found(session, profile, filters, as_json=as_json)
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


def written_filter(written: str) -> tuple[str, str]:
    """`NAME=VALUE` as a name and a value. Raises ConfigError."""
    name, equals, value = written.partition("=")
    if not equals or not name.strip():
        raise ConfigError(f"{written!r} is no filter", hint="Write NAME=VALUE, such as status=failed.")
    return name.strip(), value


async def _write_filters(session: Session, profile: str, *, as_json: bool) -> None:
    filters = await session.run_filters(profile)
    if as_json:
        write_json_list(run_filter_shape(one) for one in filters)
        return
    width = max((len(one.name) for one in filters), default=0)
    output.write_lines(one_line(f"{one.name:{width}}  {one.help}") for one in filters)


async def _write_found(session: Session, profile: str, filters: dict[str, str], *, as_json: bool) -> None:
    listed = await session.found_runs(profile, filters)
    now = session.clock.now()
    if as_json:
        write_json_list(run_shape(run, now) for run in listed.runs)
    else:
        write_run_table(listed.runs, now)
    for problem in listed.problems:
        output.say(problem)
    if not listed.runs and not as_json:
        output.say("the service finds no run")


async def _report(session: Session, profile: str, wanted: str, filters: dict[str, str], *, as_json: bool) -> None:
    kinds = await session.report_kinds(profile)
    report_id = next((kind.id for kind in kinds if wanted in (kind.id, kind.name)), None)
    if report_id is None:
        known = {kind.name or kind.id for kind in kinds}
        raise NotFoundError(f"there is no report called {wanted!r}", hint=near_matches(wanted, known))
    group_id, made = await session.actions.report_on_found(profile, report_id, filters)
    reference = f"{profile}:group/{group_id}"
    if as_json:
        write_json({"group": reference, "report": report_shape(made)})
    else:
        output.write_line(one_line(reference))
