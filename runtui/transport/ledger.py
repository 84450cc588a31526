"""Where the books of an account are kept: in this process, or in a file that all of a user's processes write in."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from runtui.model.clock import Clock
from runtui.transport.books import Books
from runtui.transport.file_lock import held

T = TypeVar("T")


class Ledger(Protocol):
    """Books one changes in turn."""

    async def change(self, act: Callable[[Books, float], T]) -> T:
        """Let `act` read and change the books, given the time they are kept in; nobody else does meanwhile."""
        ...

    def read(self, look: Callable[[Books, float], T]) -> T:
        """Let `look` read the books as they were last changed."""
        ...


class MemoryLedger:
    """Books of this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._books = Books()

    async def change(self, act: Callable[[Books, float], T]) -> T:
        """At once."""
        return act(self._books, self._clock.monotonic())

    def read(self, look: Callable[[Books, float], T]) -> T:
        """As they are."""
        return look(self._books, self._clock.monotonic())


class FileLedger:
    """Books in a file. Kept in seconds of the wall clock, which is what processes share.

    The file is replaced at once, so that it can be read without a lock; one that cannot be read is begun anew, and
    where none can be written every process keeps to the books it last saw.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._last_seen = Books()

    async def change(self, act: Callable[[Books, float], T]) -> T:
        """In a thread: a network file system may take its time."""
        return await asyncio.to_thread(self._change, act)

    def read(self, look: Callable[[Books, float], T]) -> T:
        """The file as it is now."""
        return look(self._read(), self._clock.now().timestamp())

    def _change(self, act: Callable[[Books, float], T]) -> T:
        with held(self._path.with_name(f"{self._path.name}.lock")):
            books = self._read()
            answer = act(books, self._clock.now().timestamp())
            self._last_seen = books
            with suppress(OSError):
                self._write(msgspec.msgpack.encode(books))
        return answer

    def _read(self) -> Books:
        try:
            return msgspec.msgpack.decode(self._path.read_bytes(), type=Books)
        except (OSError, msgspec.DecodeError, ValueError):
            return self._last_seen

    def _write(self, content: bytes) -> None:
        """Only who holds the lock writes, so one name serves for what is not complete yet."""
        unfinished = self._path.with_name(f"{self._path.name}.new")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        os.replace(unfinished, self._path)
