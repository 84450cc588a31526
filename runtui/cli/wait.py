"""`runtui wait`: until runs are over."""

import asyncio
from collections.abc import Iterable, Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.said_once import SaidOnce
from runtui.cli.session_command import in_session
from runtui.model.errors import TemporaryError
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.sanitise import one_line
from runtui.services.session import Session

SOONEST, LATEST = 3.0, 30.0
"""Seconds between two looks at a run: the longer it is waited for, the fewer."""

_SHARE_OF_WAIT = 0.05


def run(options: CommonOptions, *, written: Sequence[str], as_lines: bool) -> int:
    """Wait for the runs, all at once. Raises NotFoundError when one of them vanishes."""

    async def work(session: Session) -> int:
        runs = await asyncio.gather(*(session.find_run(one) for one in written))
        waiting = _Waiting(session, as_lines=as_lines)
        over = await asyncio.gather(*(waiting.until_over(one) for one in {run.reference: run for run in runs}.values()))
        return exit_code_of_runs(over)

    return in_session(options, work, written=written)


def exit_code_of_runs(runs: Iterable[Run]) -> ExitCode:
    """0 when all succeeded, else 8 when some failed or were stopped, else 9: some ended, nobody knows how."""
    statuses = {run.status for run in runs}
    if statuses & {Status.FAILED, Status.STOPPED}:
        return ExitCode.SOME_FAILED
    return ExitCode.DONE if statuses <= {Status.SUCCEEDED} else ExitCode.SOME_ENDED


class _Waiting:
    """Looks at runs again and again, and writes each when it is over."""

    def __init__(self, session: Session, *, as_lines: bool) -> None:
        self._session = session
        self._as_lines = as_lines
        self._talk = SaidOnce()

    async def until_over(self, run: Run) -> Run:
        clock = self._session.clock
        began = clock.monotonic()
        while not run.status.is_final:
            await clock.sleep(min(LATEST, max(SOONEST, (clock.monotonic() - began) * _SHARE_OF_WAIT)))
            try:
                run = await self._session.fetch_run(run.reference)
            except TemporaryError as error:
                self._talk.say(f"{run.profile}: {error.message}")
        self._write(run)
        return run

    def _write(self, run: Run) -> None:
        if self._as_lines:
            write_json(run_shape(run, self._session.clock.now()))
        else:
            output.write_line(f"{one_line(str(run.reference))} {run.status.value}")
        output.flush()
