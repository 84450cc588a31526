"""The feeds of a session, one a profile."""

from collections.abc import Iterable, Mapping

from runtui.model.clock import Clock
from runtui.services.background import Background
from runtui.services.connection import Connection
from runtui.services.feed import Feed
from runtui.services.pace import Pace
from runtui.services.store import Store


class Feeds:
    """Polls every opened profile, each for itself."""

    def __init__(self, store: Store, clock: Clock, background: Background, pace: Pace) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._pace = pace
        self._feeds: dict[str, Feed] = {}

    def start(self, connections: Mapping[str, Connection]) -> None:
        """Begin to poll those of the profiles that are not polled yet."""
        for name, connection in connections.items():
            if name not in self._feeds:
                self._feeds[name] = Feed(connection, self._store, self._clock, connection.pace(self._pace))
                self._background.spawn(self._feeds[name].run(), f"feed {name}")

    def refresh(self, profiles: Iterable[str] = (), *, full: bool = False) -> None:
        """Poll the given profiles now, or all."""
        for name in profiles or tuple(self._feeds):
            if name in self._feeds:
                self._feeds[name].refresh(full=full)

    def set_focused(self, focused: bool) -> None:
        """Poll less while nobody looks, and at once when somebody does again."""
        for feed in self._feeds.values():
            came_back = focused and not feed.focused
            feed.focused = focused
            if came_back:
                feed.refresh()
