"""Waits for a terminal to hang up."""

import os
import select
import threading
from collections.abc import Callable


class HangupWatch:
    """Watches a terminal in a thread of its own, from the beginning until it is ended."""

    def __init__(self, terminal: int, vanished: Callable[[], None]) -> None:
        """`terminal` is its descriptor. `vanished` is called in the thread, once at most."""
        self._terminal = terminal
        self._vanished = vanished
        self._end_seen, self._end = os.pipe()
        self._thread = threading.Thread(target=self._wait, name="terminal", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Watch no longer. May be called once."""
        os.close(self._end)
        self._thread.join()
        os.close(self._end_seen)

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._terminal, 0)  # to hang up is told without being asked for
        poll.register(self._end_seen, 0)
        ready = dict(poll.poll())
        if self._end_seen not in ready:
            self._vanished()
