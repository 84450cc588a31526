"""Keys that were typed at once, as they arrive over a slow line, each acted on before the next one is looked at."""

from collections import deque
from typing import Final, TypeVar

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.timer import Timer

T = TypeVar("T")

_LONGEST: Final = 0.25
"""Seconds after which the next key goes on though nothing came up behind the one before: its widget is gone."""


class KeyActedOn(Message):
    """Goes the way of a key, behind it: once it has come up to the app, so has the key, or somebody kept it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class KeysInTurn(App[T]):
    """Textual hands a key to what has the focus when it is read. Of `/abc` in one piece the letters would go to the
    list, as its keys, before `/` has opened the prompt: here they wait until it has.
    """

    def __init__(self, *, driver_class: type[Driver] | None = None, ansi_color: bool | None = None) -> None:
        super().__init__(driver_class=driver_class, ansi_color=ansi_color)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._number = 0
        self._is_acting = False
        self._patience: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Take input in turn, and everything else as it comes."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._is_acting:
                await self._take_next()
        else:
            await super().on_event(event)

    async def _take_next(self) -> None:
        self._is_acting = bool(self._typed)
        if not self._typed:
            return
        event = self._typed.popleft()
        self._number += 1
        number, way = self._number, self.focused or self.screen
        await super().on_event(event)
        way.post_message(KeyActedOn(number))
        self._patience = self.set_timer(_LONGEST, lambda: self._go_on(number))

    def on_key_acted_on(self, message: KeyActedOn) -> None:
        """Go on behind what the key has caused by now: where the focus goes is such a message as well."""
        self.call_later(self._go_on, message.number)

    async def _go_on(self, number: int) -> None:
        if not self._is_acting or number != self._number:
            return
        if self._patience is not None:
            self._patience.stop()
        await self._take_next()
