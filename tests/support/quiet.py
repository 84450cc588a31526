"""Waiting until an app has done all it was asked for: for its queues, never for time or for an idle processor."""

import asyncio
from typing import Any

from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, key_to_character
from textual.pilot import Pilot

_BETWEEN_LOOKS = 0.001
_LOOKS = 2
"""How often in a row nothing must be waiting: a handler may be about to send something on."""


async def quiet(pilot: Pilot[Any]) -> None:
    """Everything asked for so far has been handled and is on the screen. Raises what crashed the app, if anything."""
    app, looks = pilot.app, 0
    while looks < _LOOKS and not app._exit:
        await pilot._wait_for_screen()
        if app._exception is not None:
            raise app._exception
        if _is_busy(app):
            looks = 0
            await asyncio.sleep(_BETWEEN_LOOKS)
        else:
            looks += 1


def _is_busy(app: App[Any]) -> bool:
    if app._exit or not app.screen_stack:
        return False
    screen = app.screen
    widgets = [screen, *screen.query("*")]
    return (
        any(node.message_queue_size for node in (app, *widgets))
        or any(widget._repaint_required or widget._layout_required for widget in widgets)
        or bool(screen._dirty_widgets or screen._layout_required or screen._callbacks)
    )


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, each when what the one before caused at once is on the screen."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        event = events.Key(name, key_to_character(REPLACED_KEYS.get(name, name)))
        event.set_sender(pilot.app)
        pilot.app.post_message(event)
        await quiet(pilot)
