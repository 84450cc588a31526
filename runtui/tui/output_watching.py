"""Fetching the output files of runs as they appear, from any screen that shows runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.tui.screens.base import RuntuiScreen

if TYPE_CHECKING:
    from runtui.services.session import Session


class WatchesOutputs(RuntuiScreen):
    """`W` begins to fetch, or ends it. A screen says which runs are meant."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("W", "watch_outputs", "watch", id="runs.watch", tooltip="fetch outputs as they appear", show=False),
    ]

    def runs_to_watch(self) -> Sequence[Run]:
        """The runs the key is about."""
        raise NotImplementedError

    @work(exclusive=True, group="watching")
    async def action_watch_outputs(self) -> None:
        """Ask which files, then fetch them whenever there are new ones; when all runs are watched already, end it."""
        from runtui.tui.widgets.prompt_dialog import PromptDialog

        runs = list(self.runs_to_watch())
        if not runs:
            return
        watched = await self.ask(_watched)
        if all(run.reference in watched for run in runs):
            self._end(runs)
            return
        named = one_line(self.short_name(runs[0].reference), 40) if len(runs) == 1 else f"{len(runs)} runs"
        written = await self.app.push_screen_wait(
            PromptDialog(
                f"Fetch output files of {named} as they appear",
                "Until the run is over. Which ones? Nothing means all.",
                placeholder="*.dat 100/* **/U",
            )
        )
        if written is not None:
            await self._begin(runs, tuple(written.split()), named)

    async def _begin(self, runs: Sequence[Run], globs: Sequence[str], named: str) -> None:
        root = self.dashboard.opening.config.interface.download_dir.absolute()

        async def watch(session: "Session") -> None:
            for run in runs:
                session.watch_outputs(run, root, globs=globs)

        try:
            await self.ask(watch)
        except RuntuiError as error:
            self.show_error(error)
        else:
            self.notify(f"Output files of {named} are fetched as they appear: T shows them, W ends it.", markup=False)

    def _end(self, runs: Sequence[Run]) -> None:
        for reference in [run.reference for run in runs]:
            self.dashboard.tell(lambda session, reference=reference: session.stop_watching(reference))  # type: ignore[misc]  # the loop's own reference
        self.notify("New output files are not fetched any more.")


async def _watched(session: "Session") -> frozenset[RunReference]:
    return session.watched_outputs
