"""The runs of the list in their order, kept up with what changes without ever holding up a key."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from runtui.model.reference import RunReference
from runtui.render.columns import DrawContext
from runtui.tui.run_index import RunIndex
from runtui.tui.run_selection import MOST_AGEING, RunSelection
from runtui.tui.slices import Steps, Unfinished, begin

_ANEW_FROM = 0.2
"""From this share of changed runs on, sorting all of them anew is cheaper than placing those one by one."""


class ListedRuns:
    """What a selection lets through, in its order.

    `show` is called with the new order: at once where that takes no longer than a key may, else once a piece of work
    given to `spawn` is through. What happens meanwhile is taken in after that.
    """

    def __init__(
        self,
        index: RunIndex,
        selection: RunSelection,
        *,
        context: Callable[[], DrawContext],
        show: Callable[[Sequence[RunReference]], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._index = index
        self._selection = selection
        self._context = context
        self._show = show
        self._spawn = spawn
        self._order: Sequence[RunReference] = ()
        self._is_select_due = False
        self._is_ageing_due = False
        self._is_awaited = False
        self._working: Unfinished[Sequence[RunReference]] | None = None
        self._then: list[Callable[[], None]] = []

    @property
    def is_working(self) -> bool:
        """Whether an order is being worked out that is not shown yet."""
        return self._working is not None

    def select(self) -> None:
        """List anew, because somebody asked for something else; what was under way for the old wish is dropped."""
        if self._working is not None:
            self._working.drop()
            self._working = None
        self._is_select_due = self._is_awaited = True
        self._go_on()

    def select_if_idle(self) -> None:
        """List anew, because of what nobody asked for; not while something is under way, or that would never end."""
        if self._working is None:
            self._is_select_due = True
            self._go_on()

    def take_in_time(self) -> None:
        """Take in that time passed, as far as what is listed depends on it."""
        if self._selection.query.uses_time:
            self.select_if_idle()
        elif self._working is None and self._selection.ages and self._index.live_count <= MOST_AGEING:
            self._is_ageing_due = True
            self._go_on()

    def catch_up(self) -> None:
        """Take in what changed in the index."""
        self._go_on()
        self._do_what_waits()

    def then(self, act: Callable[[], None]) -> None:
        """Do something that is about the rows as they were asked for last: at once, or as soon as they are listed. A
        key that comes before anything is known waits for that.
        """
        if self._is_awaited:
            self._then.append(act)
        else:
            act()

    def _go_on(self) -> None:
        while self._working is None and (self._is_select_due or self._is_ageing_due or self._index.has_news):
            begun = begin(self._next_steps())
            if isinstance(begun, Unfinished):
                self._working = begun
                self._spawn(self._finish(begun))
            else:
                self._take(begun[0])

    def _next_steps(self) -> Steps[Sequence[RunReference]]:
        """What is to be done next, on the runs as they are now."""
        before, self._is_ageing_due = self._index.take_before(), False
        runs, context = self._index.copy_runs(), self._context()
        if self._is_select_due or len(before) > len(runs) * _ANEW_FROM:
            self._is_select_due = False
            return self._selection.select(runs, context)
        return self._selection.update(self._order, before, runs, context)

    async def _finish(self, working: Unfinished[Sequence[RunReference]]) -> None:
        done = await working.finish()
        if done is not None:
            self._working = None
            self._take(done[0])
            self._go_on()

    def _take(self, order: Sequence[RunReference]) -> None:
        self._order = order
        self._show(order)
        self._do_what_waits()

    def _do_what_waits(self) -> None:
        if self._working is not None or not self._index.is_told:
            return
        self._is_awaited = False
        waiting, self._then = self._then, []
        for act in waiting:
            act()
