"""Carrying downloads on without a terminal, once the dashboard they were begun in is closed."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from runtui.backends.protocol import ReadsFiles
from runtui.config.paths import CONFIG_VARIABLE, DATA_VARIABLE, made_folder
from runtui.model.clock import Clock
from runtui.model.errors import StorageError
from runtui.model.threads import in_thread
from runtui.services.queue_file import QueueFolder
from runtui.services.queue_keeper import QueueKeeper
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferEntry, TransferLimits
from runtui.services.transfer_orders import obey

MODULE = "runtui.cli.carry_on"
"""The program that calls `carry`."""

_LOOKS = 0.4
_LOOKS_BEFORE_LEAVING = 8
"""How often it looks for something to do before it ends."""


def start_carrier(config_file: Path, data_folder: Path, environ: Mapping[str, str]) -> None:
    """Start the process that carries on what was handed over; one that runs already does it instead.

    It has a session of its own, so that it lives on when the terminal goes away, and it gets its secrets from where
    this process got them: the configuration and the environment. Raises StorageError.
    """
    log = made_folder(data_folder / "transfers") / "carrier.log"
    inherited = {**environ, CONFIG_VARIABLE: str(config_file), DATA_VARIABLE: str(data_folder)}
    try:
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", MODULE],
            inherited,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            ],
            setsid=True,
        )
    except OSError as error:
        raise StorageError(f"no process can be started that carries the downloads on: {error.strerror}") from error


async def carry(
    queues: QueueFolder, clock: Clock, reader_of: Callable[[str], ReadsFiles], limits: TransferLimits
) -> None:
    """Fetch what was handed over, until there is nothing left that can be done without a person.

    Returns at once when another process does it. What it leaves is in its queue file, for the next dashboard.
    """
    queue = queues.carried()
    if not await in_thread(queue.hold):
        return
    engine = TransferEngine(clock, reader_of, lambda _: keeper.note_change(), limits)
    keeper = QueueKeeper(queue, engine, keeps_over=True)
    kept = await in_thread(queue.load)
    engine.admit(kept.entries if kept is not None else ())
    looks = 0
    try:
        while looks < _LOOKS_BEFORE_LEAVING:
            orders = await in_thread(queue.take_orders)
            for order in orders:
                obey(engine, order)
            handed = await in_thread(_taken_over, queues)
            engine.admit(_renumbered(handed, engine))
            await keeper.look()
            is_busy = orders or handed or any(entry.transfer.state.is_moving for entry in engine.entries)
            looks = 0 if is_busy else looks + 1
            await asyncio.sleep(_LOOKS)
    finally:
        await engine.aclose()
        await in_thread(keeper.finish, keeper.entries())


def _taken_over(queues: QueueFolder) -> list[TransferEntry]:
    """The entries of the queues that were handed over; they are this process's from now on."""
    entries: list[TransferEntry] = []
    for queue in queues.left(handed_over=True):
        if queue.hold():
            kept = queue.load()
            entries += kept.entries if kept is not None else ()
            queue.remove()
            queue.let_go()
    return entries


def _renumbered(entries: list[TransferEntry], engine: TransferEngine) -> list[TransferEntry]:
    last = max((entry.id for entry in engine.entries), default=0)
    last = max(last, *(entry.transfer.place for entry in engine.entries), 0)
    return [entry.changed(id=number, place=number) for number, entry in enumerate(entries, last + 1)]
