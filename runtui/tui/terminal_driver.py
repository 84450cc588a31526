"""The driver of a terminal that may vanish: then the dashboard ends, for nobody can quit it any more."""

import os
import signal
from contextlib import suppress
from typing import Any, Protocol, TextIO, cast, runtime_checkable

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from runtui.tui.hangup_watch import HangupWatch


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
        self._watch: HangupWatch | None = None

    def start_application_mode(self) -> None:
        """Take the terminal, and watch it."""
        if isinstance(self._app, KnowsItsTerminal):
            self._app.terminal_forgot()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._loop.add_signal_handler(signal.SIGTERM, self._app.exit, 1)
        self._loop.add_signal_handler(signal.SIGHUP, self._lost)
        if self._watch is None:
            self._watch = HangupWatch(self.fileno, self._vanished)

    def close(self) -> None:
        """Let go of the terminal."""
        if self._watch is not None:
            self._watch.end()
            self._watch = None
        super().close()

    def run_input_thread(self) -> None:
        """Read keys; a terminal that cannot be read has gone."""
        with suppress(OSError):
            super().run_input_thread()

    @property
    def _has_terminal(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again; not within the signal where it was not let go of, for it may be written to now."""
        if not self._has_terminal:
            super()._sigcont_application()
        elif self._auto_restart:
            self._loop.call_soon_threadsafe(self._take_again)

    def _take_again(self) -> None:
        """After a stop that it did not know of others may have changed what the terminal shows and how it works."""
        if self._has_terminal and self._auto_restart:
            self.suspend_application_mode()
            self.resume_application_mode()

    def _vanished(self) -> None:
        _write_to_nowhere()
        with suppress(RuntimeError):  # the loop may have closed just now
            self._loop.call_soon_threadsafe(self._lost)

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
