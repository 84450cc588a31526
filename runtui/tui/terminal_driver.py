"""The driver of a terminal that may vanish: then the dashboard ends, for nobody can quit it any more."""

import asyncio
import os
import select
import signal
import threading
from contextlib import suppress
from typing import Any, Final, Protocol, TextIO, cast, runtime_checkable

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

_LOOK_EVERY_MS: Final = 1000


@runtime_checkable
class OutlivesItsTerminal(Protocol):
    """An app that has something to do when its terminal has gone."""

    def terminal_lost(self) -> None:
        """Told before it is closed."""
        ...


@runtime_checkable
class KnowsItsTerminal(Protocol):
    """An app that draws only what its terminal does not show yet."""

    def terminal_forgot(self) -> None:
        """Told when the terminal may show anything, within a signal too."""
        ...


class TerminalDriver(LinuxDriver):
    """Textual's own, which by itself goes on for ever, busily, where a terminal is taken away without a signal.

    A request to end closes the session as quitting does.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast(Any, _Forgiving(cast(TextIO, self._file)))
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None

    def start_application_mode(self) -> None:
        """Take the terminal, and watch it."""
        if isinstance(self._app, KnowsItsTerminal):
            self._app.terminal_forgot()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._watcher is None:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._app.exit, 1)
            loop.add_signal_handler(signal.SIGHUP, self._lost)
            self._watcher = threading.Thread(target=self._watch, args=(loop,), name="terminal", daemon=True)
            self._watcher.start()

    def close(self) -> None:
        """Let go of the terminal."""
        self._closed.set()
        super().close()

    def run_input_thread(self) -> None:
        """Read keys; a terminal that cannot be read has gone."""
        with suppress(OSError):
            super().run_input_thread()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the terminal to hang up, which is told without being asked for."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        while not self._closed.is_set():
            if poll.poll(_LOOK_EVERY_MS):
                _write_to_nowhere()
                with suppress(RuntimeError):  # the loop may have closed just now
                    loop.call_soon_threadsafe(self._lost)
                return

    def _lost(self) -> None:
        if isinstance(self._app, OutlivesItsTerminal):
            self._app.terminal_lost()
        self._app.exit(1)


def _write_to_nowhere() -> None:
    """What is still to be said has nobody to read it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


class _Forgiving:
    """A file to which writing never fails: the thread that writes must outlive the terminal, or the rest waits."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return True
