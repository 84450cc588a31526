"""Stopping, deleting and snapshotting the chosen runs from any screen that has some."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import work
from textual.binding import Binding, BindingType

from runtui.model.capability import Capability, refusal
from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.render.status_cells import status_word
from runtui.render.units import counted
from runtui.tui.output_watching import WatchesOutputs

if TYPE_CHECKING:
    from runtui.services.actions import ActionResult
    from runtui.tui.widgets.confirm_dialog import ConfirmDialog

_MOST_LINES = 8


class Question(msgspec.Struct, frozen=True):
    """How one asks before an action: its verb and participle, what happens, and the key."""

    verb: str
    done: str
    effect: str
    key: str


QUESTIONS = {
    Capability.STOP: Question(
        "Stop",
        "stopped",
        "The processes are ended. What was written so far is kept.",
        "X",
    ),
    Capability.DELETE: Question(
        "Delete",
        "deleted",
        "Runs are removed at the service with their output files. This cannot be taken back.",
        "D",
    ),
    Capability.SNAPSHOT: Question(
        "Snapshot",
        "archived",
        "The work folder is packed into one archive, which may be many GB, and appears among the output files.",
        "A",
    ),
}

_NOT_DONE = {action: f"Nothing is {question.done}" for action, question in QUESTIONS.items()} | {
    Capability.TABLES: "Nothing is written"
}


class ActsOnRuns(WatchesOutputs):
    """A screen with chosen runs. Each action asks first, names what it is about, and Enter alone never confirms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("N", "run_again", "run again", id="runs.again", tooltip="start a run with the same inputs", show=False),
        Binding("X", "act('stop')", "stop", id="runs.stop", tooltip="stop the chosen runs", show=False),
        Binding("D", "act('delete')", "delete", id="runs.delete", tooltip="delete the chosen runs", show=False),
        Binding("A", "act('snapshot')", "snapshot", id="runs.snapshot", tooltip="archive the work folder", show=False),
        Binding("M", "tell_end", "message", id="runs.tell", tooltip="be told when the chosen runs end", show=False),
        Binding(
            "equals_sign",
            "compare",
            "compare",
            id="runs.compare",
            key_display="=",
            show=False,
            tooltip="marked runs side by side; a run and the one before",
        ),
        Binding(
            "E", "export", "export", id="runs.export", tooltip="chosen runs as tables for spreadsheets", show=False
        ),
    ]

    def chosen_runs(self) -> Sequence[Run]:
        """The marked runs, else the one under the cursor or the one shown."""
        raise NotImplementedError

    def runs_to_watch(self) -> Sequence[Run]:
        """The chosen runs."""
        return self.chosen_runs()

    def profile_shown(self) -> str | None:
        """The profile of the first chosen run."""
        return next((run.profile for run in self.chosen_runs()), None)

    def action_compare(self) -> None:
        """Show the chosen runs side by side; a single one beside the one before it of its job."""
        from runtui.tui.compared_runs import LEAST_RUNS, MOST_RUNS, run_before

        chosen = list(self.chosen_runs())
        before = run_before(chosen[0], self.dashboard.index.runs.values()) if len(chosen) == 1 else None
        if before is not None:
            chosen = [before, *chosen]
        if len(chosen) > MOST_RUNS:
            self.notify(f"{MOST_RUNS} runs are compared at most: {len(chosen)} are marked.", severity="warning")
        elif len(chosen) >= LEAST_RUNS:
            self.dashboard.open_comparison(chosen)
        elif chosen:
            self.notify("It is the first run of its job: mark two to eight runs with Space, then compare them.")

    @work(group="export")
    async def action_export(self) -> None:
        """Write the chosen runs to a zip of tables, a new one in the folder for downloads, and say where."""
        chosen = list(self.chosen_runs())
        if not any(self._allows(run, Capability.TABLES) for run in chosen):
            self._say_why_not(Capability.TABLES, chosen)
            return
        folder = self.dashboard.opening.config.interface.download_dir.absolute()
        stem = f"runs-{self.dashboard.now().astimezone():%Y%m%d-%H%M%S}"
        self.notify(f"Fetching the tables of {counted(len(chosen), 'run')} …", timeout=3)
        try:
            target = await asyncio.to_thread(_new_zip, folder, stem)
            await self.ask(lambda session: session.export_tables(chosen, target))
        except RuntuiError as error:
            self.show_error(error)
        except OSError as error:
            self.notify(f"{folder} cannot be made: {error.strerror}", severity="error", markup=False)
        else:
            self.notify(f"Wrote {target}", markup=False, timeout=8)

    def action_tell_end(self) -> None:
        """Be told when the chosen runs are over, or not any more."""
        fresh, left = self.dashboard.watched.toggle(self.chosen_runs())
        self.dashboard.show_watches()
        if fresh:
            self.notify(f"You are told when {_counted(fresh)} over.", timeout=3)
        elif left:
            self.notify(f"You are not told any more when {_counted(left)} over.", timeout=3)
        elif self.chosen_runs():
            self.notify("It is over already.", timeout=3)

    def action_run_again(self) -> None:
        """Show the form for a run of the same job with the same inputs."""
        chosen = self.chosen_runs()
        if len(chosen) == 1:
            self.dashboard.start_again(chosen[0])
        elif chosen:
            self.notify("Runs are started one at a time: take the marks away with Esc.", severity="warning")

    @work(group="actions")
    async def action_act(self, name: str) -> None:
        """Ask, then do it to each chosen run that allows it, one by one, and say what became of each."""
        action = Capability(name)
        question = QUESTIONS[action]
        chosen = self.chosen_runs()
        able = [run for run in chosen if self._allows(run, action)]
        if self.dashboard.opening.read_only:
            self.notify(f"This session is read-only: nothing is {question.done}.", severity="warning")
        elif chosen and not able:
            self._say_why_not(action, chosen)
        elif able:
            if action is Capability.DELETE:
                usual = question.effect
                effect = await self.ask(lambda session: session.delete_effect(able, usual))
                question = msgspec.structs.replace(question, effect=effect)
            is_meant = await self.app.push_screen_wait(self._dialog(question, able, len(chosen) - len(able)))
            if is_meant:
                before = await self._snapshots_of(able) if action is Capability.SNAPSHOT else {}
                results = await self.ask(lambda session: session.actions.perform_all(action, able))
                self._say(question, results)
                taken = {result.reference for result in results if result.succeeded}
                for run in able:
                    if run.reference in before and run.reference in taken:
                        self.dashboard.await_snapshot(run, before[run.reference])

    async def _snapshots_of(self, runs: Sequence[Run]) -> dict[RunReference, frozenset[str]]:
        """The ids of the snapshots there are, so that a new one is known; a run that cannot be asked is left out."""
        known = {}
        for run in runs:
            with suppress(RuntuiError):
                files = await self.ask(lambda session, run=run: session.snapshots(run))  # type: ignore[misc]
                known[run.reference] = frozenset(file.id for file in files)
        return known

    def _say_why_not(self, action: Capability, chosen: Sequence[Run]) -> None:
        """A line for each run."""
        reasons = [f"{run.reference}: {self._refusal(run, action)}" for run in chosen[:_MOST_LINES]]
        more = [f"and {len(chosen) - _MOST_LINES} more"] if len(chosen) > _MOST_LINES else []
        lines = "\n".join(one_line(line) for line in [*reasons, *more])
        self.notify(lines, title=_NOT_DONE[action], severity="warning", markup=False, timeout=6)

    def _refusal(self, run: Run, action: Capability) -> str:
        return refusal(run, action, self.dashboard.capabilities.get(run.profile, frozenset()))

    def _allows(self, run: Run, action: Capability) -> bool:
        return not self._refusal(run, action)

    def _dialog(self, question: Question, runs: Sequence[Run], left_out: int) -> "ConfirmDialog":
        from runtui.tui.widgets.confirm_dialog import ConfirmDialog

        what = "run" if len(runs) == 1 else counted(len(runs), "run")
        named = [f"{run.reference}  {run.job}  {status_word(run.status, run.status_text)}" for run in runs]
        others = "1 chosen run does not allow it and is" if left_out == 1 else f"{left_out} chosen runs do not and are"
        skipped = f"\n{others} left out." if left_out else ""
        return ConfirmDialog(
            f"{question.verb} {what}?", named, question.effect + skipped, confirm=question.verb, again=question.key
        )

    def _say(self, question: Question, results: "Sequence[ActionResult]") -> None:
        telling_first = sorted(results, key=lambda result: result.succeeded)
        lines = [one_line(f"{result.reference}: {result.sentence}") for result in telling_first]
        hints = [result.error.hint for result in results if result.error is not None and result.error.hint]
        more = [f"and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
        failed = any(not result.succeeded for result in results)
        self.notify(
            "\n".join([*lines[:_MOST_LINES], *more, *hints[:1]]),
            title=f"{question.verb}: {sum(result.succeeded for result in results)} of {len(results)}",
            severity="error" if failed else "information",
            markup=False,
            timeout=8,
        )


def _new_zip(folder: Path, stem: str) -> Path:
    """A path in the folder, which is made, at which there is nothing yet. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"{stem}{suffix}.zip" for suffix in chain([""], (f"-{number}" for number in count(2))))
    return next(path for name in names if not (path := folder / name).exists())


def _counted(runs: Sequence[Run]) -> str:
    return "this run is" if len(runs) == 1 else f"these {len(runs)} runs are"
