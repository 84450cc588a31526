"""`runtui groups`: what a service keeps runs together by."""

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_group_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.render.columns import DrawContext
from runtui.render.group_columns import GROUP_COLUMNS
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, as_json: bool) -> int:
    """List the groups of a profile, the newest first."""

    async def work(session: Session) -> int:
        groups = await session.run_groups(profile)
        if as_json:
            write_json_list(run_group_shape(group) for group in groups)
        elif groups:
            context = DrawContext(now=session.clock.now(), glyphs=output.glyphs())
            output.write_lines(table_lines(groups, GROUP_COLUMNS, context))
        else:
            output.say("no groups")
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)
