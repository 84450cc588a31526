"""A file a run produced."""

from datetime import datetime
from enum import StrEnum

import msgspec


class FileHash(msgspec.Struct, frozen=True, gc=False):
    """A hash the service states for a file's plain content."""

    algorithm: str
    """`md5`, `sha256` or `sha512`, as hashlib names it."""
    hex: str


class OutputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `path` is where it lies below its run's folder, with `/` between parts, **as the service sent it**:
    it is not safe as a local name until `services.safe_names` has made it so.

    `id` is what the backend reads it by and is unique within the run. `size` is in bytes.
    """

    id: str
    path: str
    size: int | None = None
    modified_at: datetime | None = None
    hashes: tuple[FileHash, ...] = ()
    kind: str = "output"
    """`output`, `snapshot`, `checkpoint`, `report`, `log` or a service's own word."""
    location: str = ""
    """Where it lies when that is not the service itself: a gs:// or http(s) address, a path on another host."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


class FilesWorld(StrEnum):
    """Which of a service's listings the files came from."""

    RUNNING = "running"
    """The work folder of a live run: may lack sizes, changes under one's eyes."""
    GAP = "gap"
    """The run has ended and its files are not listed yet: what is shown is the last known listing."""
    FINISHED = "finished"


class FileListing(msgspec.Struct, frozen=True, kw_only=True):
    """The output files of a run at one moment. `problems` are sentences about items that could not be read."""

    files: tuple[OutputFile, ...] = ()
    world: FilesWorld = FilesWorld.FINISHED
    problems: tuple[str, ...] = ()
