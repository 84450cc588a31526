"""`runtui adopt`: a folder with results that something else made, as a run."""

import os

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.config.this_machine import NAME
from runtui.model.adopting import Adopting
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(
    options: CommonOptions,
    *,
    folder: str,
    name: str,
    pid: int,
    done_file: str,
    silence: float,
    log: str,
    as_json: bool,
) -> int:
    """Show the folder as a run from now on, and print its reference."""
    profile = options.profiles[0] if options.profiles else NAME
    adopting = Adopting(
        folder=os.path.abspath(os.path.expanduser(folder)),
        name=name,
        pid=pid,
        done_file=done_file,
        silence=silence,
        log=log,
    )

    async def work(session: Session) -> int:
        adopted = await session.actions.adopt(profile, adopting)
        if as_json:
            write_json(run_shape(adopted, session.clock.now()))
        else:
            output.write_line(one_line(str(adopted.reference)))
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)
