"""`runtui groups`: what a service keeps runs together by."""

from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.acting import confirmed
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_group_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.errors import ConfigError
from runtui.model.run_group import RunGroup
from runtui.render.columns import DrawContext
from runtui.render.group_columns import GROUP_COLUMNS
from runtui.services.session import Session


def run(
    options: CommonOptions, *, profile: str, facts: Sequence[str], delete: str, is_sure: bool, as_json: bool
) -> int:
    """List the groups of a profile, the newest first, or delete one."""
    wanted = dict(_fact(one) for one in facts)

    async def work(session: Session) -> int:
        if delete:
            return await _delete(session, await session.find_group(profile, delete), is_sure=is_sure)
        groups = await session.run_groups(profile, wanted)
        if as_json:
            write_json_list(run_group_shape(group) for group in groups)
        elif groups:
            context = DrawContext(now=session.clock.now(), glyphs=output.glyphs())
            output.write_lines(table_lines(groups, GROUP_COLUMNS, context))
        else:
            output.say("no group fits" if wanted else "no groups")
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


def _fact(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals:
        raise ConfigError(f"{written!r} is no filter of groups", hint="Write NAME=VALUE, such as repo=solver.")
    return name.strip(), value


async def _delete(session: Session, group: RunGroup, *, is_sure: bool) -> int:
    if not is_sure and not confirmed(f"Delete the group {group.reference}, {group.about}? Its runs stay."):
        output.say("nothing was done")
        return ExitCode.FAILED
    output.say(await session.actions.delete_group(group))
    return ExitCode.DONE
