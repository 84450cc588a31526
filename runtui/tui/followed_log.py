"""A log source followed for a screen, as long as the screen shows it."""

from typing import TYPE_CHECKING

from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.render.cell import Cell, Tone
from runtui.render.units import age_of
from runtui.services.session import Session
from runtui.services.tail import Tail, TailState
from runtui.tui.error_cells import error_cell

if TYPE_CHECKING:
    from runtui.tui.app import RuntuiApp


class FollowedLog:
    """Opens a tail in the session's thread and lets go of it again. The screen that made it must call `close`."""

    def __init__(self, app: "RuntuiApp") -> None:
        self._app = app
        self._tail: Tail | None = None
        self._wanted: str | None = None

    @property
    def tail(self) -> Tail | None:
        """The tail that is followed now."""
        return self._tail

    async def follow(self, run: Run, source: LogSource) -> Tail | None:
        """Follow another source in place of the one before; None when meanwhile yet another one was asked for.

        Raises RuntuiError when it cannot be opened.
        """
        if self._tail is not None and self._tail.source.id == source.id:
            return self._tail
        self.close()
        self._wanted = source.id

        async def open_and_follow(session: Session) -> Tail:
            tail = session.open_tail(run, source)
            session.follow(tail)
            return tail

        tail = await self._app.ask(open_and_follow)
        if self._wanted != source.id:
            self._let_go(tail)
            return None
        self._tail = tail
        return tail

    def close(self) -> None:
        """Follow nothing any more."""
        tail, self._tail, self._wanted = self._tail, None, None
        if tail is not None:
            self._let_go(tail)

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
