"""What can be done now, read off the live bindings: the one source of the help, the palette and the footer."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from runtui.tui.widgets.key_names import acts_now

GROUPS: Final = {
    "runs": "Runs",
    "run": "Run",
    "log": "Log",
    "files": "Files",
    "preview": "Preview",
    "publish": "Publishing",
    "transfers": "Transfers",
    "profiles": "Profiles",
    "jobs": "Jobs",
    "start": "Starting",
    "form": "Starting",
    "reports": "Reports",
    "groups": "Groups",
    "catalogue": "Catalogue",
    "find": "Finding",
    "usage": "Usage",
    "changes": "Changes",
    "welcome": "Beginning",
    "compare": "Compare",
    "list": "Moving and marking",
    "text": "Moving",
    "tree": "Tree",
    "table": "Columns",
    "columns": "Columns",
    "views": "Views",
    "pane": "Panes",
    "prompt": "Prompt",
    "dialog": "Dialog",
    "screen": "Everywhere",
    "app": "Everywhere",
}
"""Headings of the help by what an action's id begins with, in the order in which they stand there."""


class LiveAction(msgspec.Struct, frozen=True):
    """An action that works now: its id, its words, the keys as a person reads them, and how to call it."""

    id: str
    words: str
    keys: tuple[str, ...]
    action: str
    node: DOMNode

    @property
    def group(self) -> str:
        """The heading it stands under."""
        return GROUPS.get(self.id.partition(".")[0], "Everywhere")


def live_actions(app: App[Any], screen: Screen[Any]) -> list[LiveAction]:
    """The actions that have an id and work on a screen now, in the order of their groups, then as declared."""
    found: dict[str, LiveAction] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id is None or not binding.description or not acts_now(screen, key, active):
            continue
        known = found.get(binding.id)
        keys = [*(known.keys if known else ()), *filter(None, [app.get_key_display(binding)])]
        words = binding.tooltip or binding.description
        found[binding.id] = LiveAction(binding.id, words, tuple(dict.fromkeys(keys)), binding.action, active.node)
    order = list(GROUPS.values())
    return sorted(found.values(), key=lambda action: order.index(action.group))


def grouped(actions: Iterable[LiveAction]) -> dict[str, list[LiveAction]]:
    """The actions under their headings, in order."""
    groups: dict[str, list[LiveAction]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return groups
