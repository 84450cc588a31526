"""Making names survive a power cut, once for all files that come into a folder at the same time."""

import asyncio
from pathlib import Path

from runtui.model.threads import in_thread
from runtui.services.target_folder import TargetFolder


class FolderSync:
    """Of those who want the same folder on the disk while that is being done, one does it for all the others next."""

    def __init__(self) -> None:
        self._running: dict[Path, asyncio.Future[None]] = {}
        self._next: dict[Path, asyncio.Future[None]] = {}

    async def sync(self, folder: TargetFolder) -> None:
        """Return once the names that are in the folder now are on the disk."""
        path = folder.path
        running = self._running.get(path)
        if running is not None:
            waiting = self._next.get(path)
            if waiting is not None:
                await asyncio.shield(waiting)
                return
            self._next[path] = asyncio.get_running_loop().create_future()
            await asyncio.wait({running})
        mine = self._next.pop(path, None) or asyncio.get_running_loop().create_future()
        self._running[path] = mine
        try:
            await in_thread(folder.sync)
        finally:
            if self._running.get(path) is mine:
                del self._running[path]
            if not mine.done():
                mine.set_result(None)
