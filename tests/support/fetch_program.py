"""A program that fetches one file to its end: what tests kill. Arguments: address, target folder, size, sha256."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from runtui.model.clock import SystemClock
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry, TransferLimits
from tests.support.file_server import ServedFiles

RUN = Run(profile="hpc", service="scripted", id="J/1", job="job")
PART_FROM = 8 * 1024 * 1024


def entry_for(folder: Path, size: int, sha256: str) -> TransferEntry:
    """The file `big`, wanted."""
    file = OutputFile(id="big", path="big", size=size, hashes=(FileHash("sha256", sha256),))
    transfer = Transfer(id=1, run=RUN.reference, file=file, target=folder / "big", size=size, place=1)
    return TransferEntry(transfer=transfer, run=RUN, root=folder)


async def fetch(url: str, folder: Path, size: int, sha256: str) -> Transfer:
    """Fetch it; what became of it."""
    over = asyncio.Event()

    def note(changes: Sequence[TransferChange]) -> None:
        if any(change.transfer.state.is_over for change in changes):
            over.set()

    files = ServedFiles(url)
    engine = TransferEngine(SystemClock(), lambda _: files, note, TransferLimits(part_from=PART_FROM))
    engine.admit([entry_for(folder, size, sha256)])
    await over.wait()
    (entry,) = engine.entries
    await engine.aclose()
    await files.aclose()
    return entry.transfer


if __name__ == "__main__":
    address, target, length, digest = sys.argv[1:]
    ended = asyncio.run(fetch(address, Path(target), int(length), digest))
    print(ended.state.value, ended.error, ended.note)
