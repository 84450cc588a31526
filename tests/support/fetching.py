"""Fetching files from a server on loopback in the test's own loop."""

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec

from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import OutputFile
from runtui.model.secret import Secret
from runtui.model.transfer import Transfer, TransferState
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry, TransferLimits
from runtui.transport.auth import TokenAuth
from tests.support.conditions import reached
from tests.support.fetch_program import RUN
from tests.support.file_server import FileServer, ServedFiles
from tests.support.impatient_clock import ImpatientClock

LARGE = random.Random(3).randbytes(12 * 1024 * 1024)
SMALL = LARGE[:50_000]
LIMITS = TransferLimits(part_from=4 * 1024 * 1024)
TOKEN = "token-that-stays-at-home-42"


class Fetching:
    """An engine in the test's own loop, and the server it fetches from, by its own address or another `url`.

    Pauses before another try take no time.
    """

    def __init__(self, server: FileServer, root: Path, url: str = "") -> None:
        self.server = server
        self.root = root

        async def token() -> Secret:
            return Secret(TOKEN)

        clock = ImpatientClock()
        self.files = ServedFiles(url or server.url, TokenAuth(token), clock)
        self.engine = TransferEngine(clock, lambda _: self.files, self._note, LIMITS)
        self.failures: list[object] = []

    def _note(self, changes: Sequence[TransferChange]) -> None:
        self.failures += [change.failure for change in changes if change.failure is not None]

    def now(self) -> Transfer:
        """The transfer as it stands."""
        return self.engine.entries[-1].transfer

    def add(self, path: str = "big", *, size: int | None = None, **changes: object) -> None:
        """Want the server's file."""
        number = len(self.engine.entries) + 1
        file = OutputFile(id="big", path=path, size=size)
        transfer = Transfer(
            id=number, run=RUN.reference, file=file, target=self.root / path, size=size, place=number,
            on_conflict=OnConflict.COMPARE,
        )  # fmt: skip
        transfer = msgspec.structs.replace(transfer, **changes)
        self.engine.admit([TransferEntry(transfer=transfer, run=RUN, root=self.root)])

    async def fetch(self, path: str = "big", *, size: int | None = None, **changes: object) -> Transfer:
        """Fetch the server's file to the end."""
        self.add(path, size=size, **changes)
        await reached(lambda: self.now().state.is_over or self.now().state is TransferState.ASKING, "the end")
        return self.now()

    async def aclose(self) -> None:
        """End it."""
        await self.engine.aclose()
        await self.files.aclose()
