"""A screen as text, and the frames kept in `tests/frames` it is compared with."""

import difflib
import os
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

FRAMES = Path(__file__).parent.parent / "frames"
UPDATE = "RUNTUI_UPDATE_FRAMES"


def frame_of(app: App[Any]) -> str:
    """The exact text of the app's screen, a line each, blanks at line ends dropped."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def assert_frame(app: App[Any], name: str) -> None:
    """The screen is as kept in `tests/frames/NAME.txt`; `RUNTUI_UPDATE_FRAMES=1` keeps it as it is now."""
    assert_frame_text(frame_of(app), name)


def assert_frame_text(shown: str, name: str) -> None:
    """The text of a screen is as kept, like `assert_frame`."""
    path = FRAMES / f"{name}.txt"
    frame = shown + "\n"
    if os.environ.get(UPDATE) == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(frame)
    kept = path.read_text() if path.exists() else ""
    assert frame == kept, "\n".join(
        [
            f"{path.name} differs; if it is meant to, run again with {UPDATE}=1 and review the change",
            *difflib.unified_diff(kept.splitlines(), frame.splitlines(), "kept", "shown", lineterm=""),
        ]
    )


async def drawn(pilot: Pilot[Any]) -> None:
    """Everything asked for so far has been handled and is on the screen."""
    while True:
        await pilot.pause()
        screen = pilot.app.screen  # another one may have come: one that was left is never drawn again
        waiting = any(widget._repaint_required or widget._layout_required for widget in (screen, *screen.query("*")))
        if not (waiting or screen._dirty_widgets or screen._layout_required):
            return
