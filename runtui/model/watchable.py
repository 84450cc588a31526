"""What others want to hear of when it changes."""

from collections.abc import Callable


class Watchable:
    """Tells those that watch it. They are called in whatever thread changed it."""

    def __init__(self) -> None:
        self._watchers: list[Callable[[], None]] = []

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `on_change` after every change; returns what ends it, which may be called more than once."""
        self._watchers.append(on_change)

        def leave() -> None:
            if on_change in self._watchers:
                self._watchers.remove(on_change)

        return leave

    def tell(self) -> None:
        """Say that something changed."""
        for watcher in tuple(self._watchers):
            watcher()
