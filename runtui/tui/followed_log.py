"""A log source followed for a screen, as long as the screen shows it."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from runtui.model.log import LogSource
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.units import age_of
from runtui.services.session import Session
from runtui.services.tail import Tail, TailState
from runtui.tui.error_cells import error_cell

if TYPE_CHECKING:
    from runtui.tui.app import RuntuiApp


class RunSource(NamedTuple):
    """A source of a run's logs."""

    run: Run
    source: LogSource

    @property
    def key(self) -> tuple[RunReference, str]:
        """What tells it from all others."""
        return self.run.reference, self.source.id


class FollowedLog:
    """Opens a tail in the session's thread and lets go of it again. The screen that made it must call `close`."""

    def __init__(self, app: "RuntuiApp") -> None:
        self._app = app
        self._tail: Tail | None = None
        self._wanted: tuple[RunReference, str] | None = None
        self._key: tuple[RunReference, str] | None = None

    @property
    def tail(self) -> Tail | None:
        """The tail that is followed now."""
        return self._tail

    async def follow(self, run: Run, source: LogSource) -> Tail | None:
        """Follow another source in place of the one before; None when meanwhile yet another one was asked for.

        Raises RuntuiError when it cannot be opened.
        """
        key = RunSource(run, source).key
        if self._tail is not None and self._key == key:
            return self._tail
        self.close()
        self._wanted = key

        async def open_and_follow(session: Session) -> Tail:
            tail = session.open_tail(run, source)
            session.follow(tail)
            return tail

        opening = asyncio.ensure_future(self._app.ask(open_and_follow))
        try:
            tail = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._let_go_of_unwanted)
            raise
        if self._wanted != key:
            self._let_go(tail)
            return None
        self._tail, self._key = tail, key
        return tail

    def follows(self, run: Run, source: LogSource) -> bool:
        """Whether it is this one that is followed now."""
        return self._tail is not None and self._key == RunSource(run, source).key

    def close(self) -> None:
        """Follow nothing any more."""
        tail, self._tail, self._wanted = self._tail, None, None
        if tail is not None:
            self._let_go(tail)

    def _let_go_of_unwanted(self, opening: "asyncio.Future[Tail]") -> None:
        """Nobody waits for it any more: what comes of it is closed."""
        if not opening.cancelled() and opening.exception() is None:
            self._let_go(opening.result())

    def _let_go(self, tail: Tail) -> None:
        self._app.tell(lambda session: session.background.spawn(session.close_tail(tail), "closing a tail"))

    def cells(self) -> tuple[Cell, ...]:
        """How the following stands, in a few words."""
        tail = self._tail
        if tail is None:
            return ()
        if tail.state is TailState.ENDED:
            return (Cell("complete", Tone.MUTED),)
        if tail.error is not None and tail.state is TailState.FAILING:
            return (error_cell(tail.error),)
        if tail.state is TailState.WAITING:
            return (Cell("not there yet", Tone.MUTED),)
        if tail.polled_at is None:
            return (Cell("asking", Tone.MUTED),)
        return (Cell(f"following, {age_of(tail.polled_at, self._app.now())}", Tone.MUTED),)


class FollowedLogs:
    """Several sources followed at once. The screen that made it must call `close`."""

    def __init__(self, app: "RuntuiApp") -> None:
        self._app = app
        self._logs: dict[tuple[RunReference, str], FollowedLog] = {}

    @property
    def tails(self) -> tuple[Tail, ...]:
        """Those that are followed now."""
        return tuple(log.tail for log in self._logs.values() if log.tail is not None)

    async def follow(self, wanted: Sequence[RunSource]) -> tuple[Tail, ...] | None:
        """Follow exactly these, in this order, in place of those before; None when meanwhile others were asked for.

        Raises RuntuiError when one of them cannot be opened.
        """
        before = self._logs
        logs = self._logs = {one.key: before.get(one.key) or FollowedLog(self._app) for one in wanted}
        for key, log in before.items():
            if key not in logs:
                log.close()
        await asyncio.gather(*(logs[one.key].follow(one.run, one.source) for one in wanted))
        return self.tails if self._logs is logs else None

    def close(self) -> None:
        """Follow nothing any more."""
        for log in self._logs.values():
            log.close()
        self._logs = {}

    @property
    def are_over(self) -> bool:
        """Whether none of them will grow any more."""
        return bool(self.tails) and all(tail.is_over for tail in self.tails)

    def cells(self) -> tuple[Cell, ...]:
        """How the following stands, in a few words."""
        if len(self._logs) <= 1:
            return next((log.cells() for log in self._logs.values()), ())
        tails = self.tails
        failing = [tail for tail in tails if tail.state is TailState.FAILING]
        live = [tail for tail in tails if not tail.is_over]
        if failing and failing[0].error is not None:
            return (Cell(f"{len(failing)} of {len(tails)}: "), error_cell(failing[0].error))
        if not live:
            return (Cell(f"all {len(tails)} complete", Tone.MUTED),)
        polled = [tail.polled_at for tail in live if tail.polled_at is not None]
        age = f", {age_of(min(polled), self._app.now())}" if polled else ""
        return (Cell(f"following {len(live)} of {len(tails)}{age}", Tone.MUTED),)
