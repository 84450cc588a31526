"""Stopping, deleting and snapshotting runs: found first, asked about once, then done one by one."""

import asyncio
import sys
from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, worst_exit_code
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.model.capability import Capability
from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_word
from runtui.services.session import Session


def act(options: CommonOptions, action: Capability, written: Sequence[str], effect: str, *, asks: bool) -> int:
    """Do it to the runs a person means. Nothing is done before all of them are found.

    With `asks` the person is asked once, told the `effect`, and must say yes. The reference of each run it was done to
    goes to stdout, the service's sentence to stderr; the exit code is that of the worst error.
    """

    async def work(session: Session) -> int:
        found = await asyncio.gather(*(session.find_run(one) for one in written))
        runs = list({run.reference: run for run in found}.values())
        question = await session.delete_effect(runs, effect) if action is Capability.DELETE else effect
        if asks and not _is_sure(runs, question):
            output.say("nothing was done")
            return ExitCode.FAILED
        results = await session.actions.perform_all(action, runs)
        for result in results:
            if result.error is not None:
                output.complain(f"{result.reference}: {result.error.message}", result.error.hint)
            else:
                output.say(f"{result.reference}: {result.sentence}")
                output.write_line(one_line(str(result.reference)))
        return worst_exit_code(result.error for result in results if result.error is not None)

    return in_session(options, work, written=written)


def confirmed(question: str) -> bool:
    """Ask a person; only a clear yes is one. Raises ConfigError when there is nobody to ask."""
    if not sys.stdin.isatty():
        raise ConfigError("nobody can be asked whether this is meant", hint="Add --yes to do it without asking.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _is_sure(runs: Sequence[Run], effect: str) -> bool:
    for run in runs:
        named = f"{run.reference}  {run.job}  {status_word(run.status, run.status_text)}"
        output.say(named)
    count = "this run" if len(runs) == 1 else f"these {len(runs)} runs"
    return confirmed(effect.replace("{runs}", count))
