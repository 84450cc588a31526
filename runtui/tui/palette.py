"""The palette: every action that works now, and every run by any part of its name."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import SystemCommand
from textual.command import Hit, Hits, Provider
from textual.screen import Screen

from runtui.model.run import Run
from runtui.render.sanitise import one_line
from runtui.tui.actions import live_actions
from runtui.tui.slices import STEP

if TYPE_CHECKING:
    from runtui.tui.app import RuntuiApp

_MOST_HITS = 30


def screen_commands(app: "RuntuiApp", screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The actions of a screen as commands, with their keys beside them."""
    for action in live_actions(app, screen):
        title = action.words[:1].upper() + action.words[1:]
        call = partial(app.run_action, action.action, action.node)
        keys = f": {' or '.join(action.keys)}" if action.keys else ""
        yield SystemCommand(title, f"{action.group}{keys}", call)


class RunProvider(Provider):
    """Runs by id, job, status or owner. Before anything is typed the palette lists the actions alone."""

    @property
    def _dashboard(self) -> "RuntuiApp":
        return cast("RuntuiApp", self.app)

    async def search(self, query: str) -> Hits:
        """Those in whose names every word of the query stands; keys come in between however many runs there are."""
        words = query.casefold().split()
        found = 0
        for count, run in enumerate(self._dashboard.index.copy_runs().values(), start=1):
            if not count % STEP:
                await asyncio.sleep(0)
            text = f"{run.reference} {run.job} {run.name} {run.status} {run.owner}".casefold()
            if all(word in text for word in words):
                found += 1
                open_run = partial(self._dashboard.open_run, run.reference)
                yield Hit(0.5, _title(run), open_run, text=_title(run), help=_help(run))
                if found == _MOST_HITS:
                    return


def _title(run: Run) -> str:
    return one_line(f"{run.reference}  {run.job}").replace("[", "\\[")


def _help(run: Run) -> str:
    return f"run · {run.status}"
