"""`runtui snapshot`."""

import asyncio
from collections.abc import Sequence

from runtui.cli.acting import act
from runtui.cli.exit_codes import ExitCode, exit_code_of
from runtui.cli.options import CommonOptions
from runtui.cli.output import complain, say, write_line
from runtui.cli.session_command import in_session
from runtui.model.capability import Capability
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, written: Sequence[str], waits: bool, is_sure: bool) -> int:
    """Have the work folders of live runs packed. It destroys nothing, so nobody is asked."""
    if not waits:
        return act(options, Capability.SNAPSHOT, written, "", asks=False)

    async def work(session: Session) -> int:
        found = await asyncio.gather(*(session.find_run(one) for one in written))
        runs = list({run.reference: run for run in found}.values())
        codes = await asyncio.gather(*(_snapshot(session, run) for run in runs))
        return max(codes)

    return in_session(options, work, written=written)


async def _snapshot(session: Session, run: Run) -> int:
    """Ask for one, wait for it and print its path; gives the exit code."""
    known = frozenset(file.id for file in await session.snapshots(run))
    result = await session.actions.perform(Capability.SNAPSHOT, run)
    if result.error is not None:
        complain(f"{run.reference}: {result.error.message}", result.error.hint)
        return exit_code_of(result.error)
    say(f"{run.reference}: {result.sentence}")
    file = await session.new_snapshot(run, known)
    if file is None:
        complain(f"{run.reference}: no snapshot came", "`runtui files RUN` shows the files there are.")
        return ExitCode.FAILED
    write_line(one_line(f"{run.reference}  {file.path}"))
    return ExitCode.DONE
