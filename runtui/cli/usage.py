"""`runtui usage`: how much of each allowance is used."""

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import usage_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.render.usage_lines import usage_lines
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, as_json: bool) -> int:
    """A line for each allowance of a profile."""

    async def work(session: Session) -> int:
        allowances = await session.usage(profile)
        if as_json:
            write_json_list(usage_shape(one) for one in allowances)
        else:
            lines = usage_lines(allowances, output.width() or output.PIPED_WIDTH, output.glyphs())
            output.write_lines("".join(cell.text for cell in cells).strip() for cells in lines)
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)
