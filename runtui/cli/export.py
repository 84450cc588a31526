"""`runtui export`: runs as tables for spreadsheets."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, written: Sequence[str], target: str, overwrite: bool) -> int:
    """Write the tables of the runs, each of them once, to one zip and print its path."""
    path = Path(target).expanduser()

    async def work(session: Session) -> int:
        found = await asyncio.gather(*(session.find_run(one) for one in written))
        runs = list({run.reference: run for run in found}.values())
        await session.export_tables(runs, path, overwrite=overwrite)
        output.write_line(one_line(str(path.absolute())))
        return ExitCode.DONE

    return in_session(options, work, written=written)
