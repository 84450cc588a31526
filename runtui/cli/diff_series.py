"""What patterns find in the logs of the runs `runtui diff` compares."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from runtui.cli import output
from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError, RuntuiError
from runtui.model.run import Run
from runtui.services.compared_series import ComparedSeries, NamedLog, telling_sources
from runtui.services.line_windows import ALL_LINES, WindowLines
from runtui.services.session import Session
from runtui.services.tail import Tail, poll_to_end


@asynccontextmanager
async def read_series(
    session: Session, runs: Sequence[Run], patterns: Sequence[str]
) -> AsyncIterator[ComparedSeries | None]:
    """What the patterns find in the logs as they are now, None without a pattern. The logs are here until the block
    is left. A log that cannot be read is complained of, and missing."""
    if not patterns:
        yield None
        return
    tails: list[tuple[Run, Tail]] = []
    try:
        for run in runs:
            tails += [(run, tail) for tail in await _opened(session, run)]
        read = await asyncio.gather(*(_is_read(run, tail) for run, tail in tails))
        logs = [
            NamedLog(run.reference, tail.source.name, tail.spool)
            for (run, tail), is_there in zip(tails, read, strict=True)
            if is_there
        ]
        series = ComparedSeries(logs, patterns)
        for _ in series.advance():
            pass
        yield series
    finally:
        for _, tail in tails:
            await session.close_tail(tail)


async def _opened(session: Session, run: Run) -> list[Tail]:
    if Capability.LOGS not in session.capabilities(run.profile):
        return []
    try:
        sources = telling_sources(await session.log_sources(run))
    except RuntuiError as error:
        if not isinstance(error, NotFoundError):
            output.complain_of(error, profile=str(run.reference))
        return []
    return [session.open_tail(run, source, lines=WindowLines(first=ALL_LINES), keep=False) for source in sources]


async def _is_read(run: Run, tail: Tail) -> bool:
    try:
        await poll_to_end(tail)
    except NotFoundError:
        return False
    except RuntuiError as error:
        output.complain_of(error, profile=f"{run.reference} {tail.source.name}")
        return False
    return True
