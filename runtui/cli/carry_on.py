"""The program without a terminal that carries downloads on: started by the dashboard, not by a person."""

import asyncio
import os
import signal

from runtui.backends.protocol import ReadsFiles
from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
from runtui.model.clock import SystemClock
from runtui.services.carrier import carry
from runtui.services.connection import Connection
from runtui.services.queue_file import QueueFolder
from runtui.services.session import Session
from runtui.services.transfer_entry import TransferLimits


def main() -> None:
    """Carry on what was handed over, and end. Asked to end, it leaves the rest for the next dashboard."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asyncio.run(_carry())


async def _carry() -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    options = CommonOptions()
    known = KnownProfiles(options)
    session = Session(known.config, known.all, read_only=True, budget_folder=places(options).cache_folder)
    connections: dict[str, Connection] = {}

    def reader_of(profile: str) -> ReadsFiles:
        if profile not in connections:
            connections[profile] = session.connect_for_transfers(profile)
        return connections[profile].reading_files

    limits = TransferLimits(connections=known.config.interface.download_connections)
    try:
        await carry(QueueFolder(places(options).data_folder), SystemClock(), reader_of, limits)
    except asyncio.CancelledError:
        os.write(2, b"asked to end\n")
    finally:
        for connection in connections.values():
            await connection.aclose()
        await session.aclose()


if __name__ == "__main__":
    main()
