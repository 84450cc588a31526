"""Reading logs on a screen: which are open, what is looked for in them in a thread, and what the head says."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from threading import Lock
from typing import ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import get_current_worker

from runtui.model.delta import Delta
from runtui.model.errors import NotFoundError, RuntuiError
from runtui.model.log import LogSource, Stream
from runtui.model.node import Node
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.sanitise import one_line
from runtui.services.cause import Cause, find_cause
from runtui.services.indexed_file import IndexedFile
from runtui.services.log_order import as_written
from runtui.services.tail import TailState
from runtui.tui.error_cells import error_lines
from runtui.tui.followed_log import FollowedLogs, RunSource
from runtui.tui.log_choice import best_source
from runtui.tui.log_head import HeadFacts, log_head
from runtui.tui.log_text import LogText
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.check_dialog import Check, CheckDialog
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.log_canvas import LABEL_TONES
from runtui.tui.widgets.log_view import LogView

LOOK_EVERY: Final = 5.0
"""Seconds between two looks for the logs of a run that has none yet."""
LOOK_AGAIN: Final = 60.0
"""The same, for a run that is over."""
MOST_LOGS: Final = 64
"""Logs followed at once."""
_SHOW_EVERY: Final = 0.1


def mergeable(sources: Sequence[RunSource]) -> Sequence[RunSource]:
    """The logs among the sources of some runs, without files that only happen to be text; where a run has no others, or
    one log is all there is, these too."""
    logs: list[RunSource] = []
    for _, of_run in groupby(sources, key=lambda one: one.run.reference):
        found = list(of_run)
        logs += [one for one in found if one.source.stream is not Stream.FILE] or found
    return logs if len(logs) > 1 else sources


class ReadsLog(RuntuiScreen):
    """One log of a run, or all logs of one run or several, followed in a pager."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "other_source(1)", "next log", id="log.next_source", key_display="]"),
        Binding("left_square_bracket", "other_source(-1)", "log before", id="log.previous_source", show=False),
        Binding("a", "all_sources", "all logs", id="log.all", tooltip="all logs merged by time, or one again"),
        Binding("u", "mute", "mute", id="log.mute", tooltip="choose which of the merged logs are shown"),
    ]

    def __init__(
        self,
        reference: RunReference,
        *,
        node_id: str | None = None,
        source: LogSource | None = None,
        others: Sequence[RunReference] = (),
    ) -> None:
        super().__init__()
        self.reference = reference
        self.references = (reference, *others)
        self.sources: tuple[RunSource, ...] = ()
        """All there are."""
        self.shown: tuple[RunSource, ...] = ()
        """Those that are open: one, or several merged."""
        self.text: LogText | None = None
        self.cause: Cause | None = None
        self._node_id = node_id
        self._wanted = source
        self._wants_all = bool(others)
        self._wants_cause = not others
        self._logs: FollowedLogs | None = None
        self._problem: RuntuiError | None = None
        self._looked_at: datetime | None = None
        self._has_opened = False
        """Whether all that the logs held at first is here."""
        self._looking = Lock()
        """Held by the one thread that looks on: a cancelled one takes a moment to notice."""

    @property
    def view(self) -> LogView:
        """The pager."""
        return self.query_one("#log", LogView)

    @property
    def run(self) -> Run | None:
        """The run as it is known now; of several, the first."""
        return self.dashboard.index.run(self.reference)

    @property
    def logs(self) -> FollowedLogs:
        """What follows them."""
        assert self._logs is not None
        return self._logs

    def on_mount(self) -> None:
        """Find the sources, and follow one or all of them."""
        self._logs = FollowedLogs(self.dashboard)
        self.view.set_waiting(True, "Looking for its logs …")
        self.show_head()
        self._open()

    def on_unmount(self) -> None:
        """Let go of the sources."""
        if self._logs is not None:
            self._logs.close()
        if self.text is not None:
            self.text.close()

    # the sources

    @work(exclusive=True, group="source")
    async def _open(self) -> None:
        run = self.run
        if run is None:
            return
        self._looked_at = self.dashboard.now()
        try:
            if self._wanted is not None:
                await self._follow([RunSource(run, self._wanted)])
            self.sources = await self._all_sources() or self.sources
            self._problem = None
            if not self.shown:
                await self._follow(await self._first_choice(run))
        except RuntuiError as error:
            self._problem = error
        self.show_head()
        self._say_why_empty()

    async def _all_sources(self) -> tuple[RunSource, ...]:
        runs = [run for reference in self.references if (run := self.dashboard.index.run(reference)) is not None]
        if len(runs) == 1:
            return tuple(RunSource(runs[0], source) for source in await self._sources_of(runs[0]))
        found: list[RunSource] = []
        failures: list[RuntuiError] = []

        async def find(run: Run) -> tuple[LogSource, ...]:
            try:
                return await self._sources_of(run)
            except RuntuiError as error:
                if not isinstance(error, NotFoundError):
                    failures.append(error)
                return ()

        for run, sources in zip(runs, await asyncio.gather(*map(find, runs)), strict=True):
            found.extend(RunSource(run, source) for source in sources)
        if failures and not found:
            raise failures[0]
        for failure in failures:
            self.show_error(failure)
        return tuple(found)

    async def _sources_of(self, run: Run) -> tuple[LogSource, ...]:
        return await self.ask(lambda session: session.log_sources(run))

    async def _first_choice(self, run: Run) -> Sequence[RunSource]:
        if self._wants_all:
            return mergeable(self.sources)
        nodes: tuple[Node, ...] = ()
        if self._node_id is not None:
            nodes = await self.ask(lambda session: session.nodes(run))
        source = best_source([one.source for one in self.sources], nodes, self._node_id)
        return [one for one in self.sources if one.source is source][:1]

    async def _follow(self, wanted: Sequence[RunSource]) -> None:
        """Show these in place of those before."""
        if len(wanted) > MOST_LOGS:
            self.notify(f"The first {MOST_LOGS} of {len(wanted)} logs are opened.", severity="warning")
        wanted = await self._as_written(wanted[:MOST_LOGS])
        tails = await self.logs.follow(wanted) if wanted else None
        if not tails:
            return
        self.shown, self._problem, self.cause = tuple(wanted), None, None
        self._has_opened = False
        if self.text is not None:
            self.text.close()
        before = self.text
        near = (wanted[0].run.started_at or self.dashboard.now()).timestamp()
        self.text = LogText(
            [(name, tail.spool) for name, tail in zip(self._names_of(wanted), tails, strict=True)], near=near
        )
        self.view.set_source(self.text.lines, follow=True, names=self.text.names)
        self.text_changed(before)
        self.refresh_bindings()
        self.look_on()
        self.show_head()

    async def _as_written(self, wanted: Sequence[RunSource]) -> Sequence[RunSource]:
        """Run by run, and of each the logs in the order in which its nodes began."""
        by_run: dict[RunReference, list[RunSource]] = {}
        for one in wanted:
            by_run.setdefault(one.run.reference, []).append(one)

        async def ordered(of_run: list[RunSource]) -> list[RunSource]:
            run, sources = of_run[0].run, [one.source for one in of_run]
            return [RunSource(run, source) for source in await self.ask(partial(as_written, run=run, sources=sources))]

        return list(chain.from_iterable(await asyncio.gather(*map(ordered, by_run.values()))))

    def _names_of(self, wanted: Sequence[RunSource]) -> list[str]:
        """The names of the sources; of several runs, behind the run's id, which tells more than its profile in little
        room, and alone where one log of the run is shown."""
        if len(self.references) == 1:
            return [one_line(one.source.name, 80) for one in wanted]
        shown = Counter(one.run.reference for one in wanted)
        names = [self._run_name(one.run) for one in wanted]
        return [
            one_line(f"{name} {one.source.name}" if shown[one.run.reference] > 1 else name, 80)
            for name, one in zip(names, wanted, strict=True)
        ]

    def _run_name(self, run: Run) -> str:
        name = self.short_name(run.reference)
        short = name.removeprefix(f"{run.profile}:")
        others = (self.short_name(other) for other in self.references if other != run.reference)
        return short if all(other.partition(":")[2] != short for other in others) else name

    def text_changed(self, before: LogText | None) -> None:
        """Another text is shown: do with it what was done with the one before."""

    @work(exclusive=True, group="source")
    async def _change_sources(self, wanted: Sequence[RunSource]) -> None:
        try:
            await self._follow(wanted)
        except RuntuiError as error:
            self.show_error(error)

    def action_other_source(self, step: int) -> None:
        """Show the next log, or the one before."""
        keys = [one.key for one in self.sources]
        if len(keys) > 1:
            at = keys.index(self.shown[0].key) if self.shown and self.shown[0].key in keys else 0
            self._change_sources([self.sources[0 if len(self.shown) > 1 else (at + step) % len(keys)]])

    def action_all_sources(self) -> None:
        """Show all logs merged by time, or again the first of them alone."""
        if len(self.sources) > 1:
            self._change_sources(mergeable(self.sources) if len(self.shown) == 1 else self.sources[:1])

    @work(group="mute")
    async def action_mute(self) -> None:
        """Choose which of the merged logs are shown."""
        text = self.text
        if text is None or text.merged is None:
            return
        merged, tones = text.merged, LABEL_TONES
        checks = [
            Check(name, not merged.is_muted(origin), tones[origin % len(tones)])
            for origin, name in enumerate(text.names)
        ]
        shown = await self.app.push_screen_wait(CheckDialog("Logs that are shown", checks))
        if shown is not None and text is self.text:
            for origin in range(len(checks)):
                merged.set_muted(origin, origin not in shown)
            self.look_on()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Other logs are offered when there are some."""
        if action == "mute":
            return self.text is not None and self.text.merged is not None
        if action in ("other_source", "all_sources"):
            return len(self.sources) > 1
        return super().check_action(action, parameters)

    # looking

    @work(thread=True, exclusive=True, group="search")
    def look_on(self) -> None:
        """Look at what has not been looked at, in a thread; tell the screen now and then."""
        worker, text = get_current_worker(), self.text
        with self._looking:
            shown = 0.0
            for _ in text.advance(lambda: worker.is_cancelled) if text is not None else ():
                if time.monotonic() - shown >= _SHOW_EVERY:
                    self.show_from_thread(self.show_found)
                    shown = time.monotonic()
        if not worker.is_cancelled:
            self.show_from_thread(self.show_found)

    def show_found(self) -> None:
        """Show what was found so far."""
        if self.text is not None:
            self.view.set_errors(self.text.errors.lines)
        self.show_head()
        self._note_opened()
        self._look_for_cause()

    @on(LogView.Changed, "#log")
    def _view_changed(self) -> None:
        if not self.is_shown:
            return
        self.show_head()
        self._note_opened()
        self._look_on_if_behind()
        self._look_for_cause()

    def _note_opened(self) -> None:
        """Once all that several logs held at first is here, what arrived of it first does not matter any more."""
        if self._has_opened or any(tail.state is TailState.STARTING or tail.has_more for tail in self.logs.tails):
            return
        self._has_opened = True
        if self.text is not None and self.text.merged is not None:
            self.text.merged.place_log_after_log()

    def _look_on_if_behind(self) -> None:
        if self.text is not None and self.text.is_behind and not self.is_busy("search"):
            self.look_on()

    def is_busy(self, group: str) -> bool:
        """Whether a worker of that group is at work for this screen."""
        return any(worker.group == group and not worker.is_finished and worker.node is self for worker in self.workers)

    # the cause

    def _look_for_cause(self) -> None:
        """Once the log of a failed run is there, look for its most telling line, unless somebody went elsewhere."""
        run, text = self.run, self.text
        if not self._wants_cause or text is None or run is None or not self.logs.are_over:
            return
        self._wants_cause = False
        if run.status is Status.FAILED and self.view.state.is_following and text.merged is None:
            self._find_cause(text.logs[0][1])

    @work(thread=True, exclusive=True, group="cause")
    def _find_cause(self, spool: IndexedFile) -> None:
        cause = find_cause(spool)
        if cause is not None:
            self.show_from_thread(self._show_cause, cause)

    def _show_cause(self, cause: Cause) -> None:
        if self.view.state.is_following:
            self.cause = cause
            self.view.go_to_base_line(cause.line)
            self.show_head()

    # what is shown

    def runs_changed(self, delta: Delta) -> None:
        """A run may have ended."""
        if delta.is_empty or any(one in delta.changed or one in delta.removed for one in self.references):
            self.show_head()

    def time_passed(self, now: datetime) -> None:
        """The age of the last poll moves on; a log that was not there may be."""
        self.show_head()
        self._note_opened()
        self._look_on_if_behind()
        self._look_for_cause()
        pause = LOOK_AGAIN if self._left_none() else LOOK_EVERY
        is_due = self._looked_at is None or (now - self._looked_at).total_seconds() >= pause
        if not self.shown and is_due and not self.is_busy("source"):
            self._open()

    def show_head(self) -> None:
        """Say what is shown and how it stands."""
        names = [self.short_name(reference) for reference in self.references]
        is_over = self._logs is not None and (self._logs.are_over or self._left_none())
        facts = HeadFacts(
            names=names, run=self.run, shown=self.shown, count=len(self.sources), place=self._place(),
            state=self.view.state, is_over=is_over, problem=self._problem, cause=self.cause,
            text=self.text,
        )  # fmt: skip
        self.view.set_over(is_over)
        right = self._logs.cells() if self._logs is not None and self._problem is None else ()
        self.query_one("#head", DetailLine).show_facts(*log_head(facts, self.dashboard.glyphs), right=right)

    def _left_none(self) -> bool:
        """Whether the run is over and its service shows no log of it."""
        is_open = bool(self.shown) or self._problem is not None or self.is_busy("source")
        return self._looked_at is not None and not is_open and (self.run is None or self.run.status.is_final)

    def _place(self) -> int:
        """Which of all sources is shown, counted from 1; 0 when several are."""
        keys = [one.key for one in self.sources]
        return keys.index(self.shown[0].key) + 1 if len(self.shown) == 1 and self.shown[0].key in keys else 0

    def _say_why_empty(self) -> None:
        """Say what will be here, as long as there is no line."""
        self.view.set_waiting(False)
        if self._problem is not None:
            self.view.set_empty(*error_lines(self._problem))
        elif self.shown:
            self.view.set_empty("The log is empty.", *["] shows the next log."][: len(self.sources) - 1])
        elif self.run is None or self.run.status.is_final:
            self.view.set_empty("The run left no log.")
        else:
            self.view.set_empty("No log yet.", "It appears here once the run writes one.")
