"""Following a large log of this machine where it lies."""

import asyncio

from runtui.model.clock import Clock
from runtui.model.log import LogSource
from runtui.model.run import Run
from runtui.services.local_file import LocalFile
from runtui.services.tail import Tail, TailPace, TailState


class FileTail(Tail):
    """Looks on in a file as it grows, without copying it. It has ended once the run is over and all of it was read."""

    def __init__(
        self, run: Run, source: LogSource, file: LocalFile, clock: Clock, pace: TailPace | None = None
    ) -> None:
        super().__init__(run, source, file, clock, pace)
        self._local = file

    async def _ask(self) -> None:
        was_final = self.run_followed.status.is_final
        self.has_more = await asyncio.to_thread(self._local.look)
        self.is_text = b"\x00" not in self._local.read(0, 8192)
        self.state = TailState.ENDED if was_final and not self.has_more else TailState.FOLLOWING
