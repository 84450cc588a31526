"""What can be followed, and the piece one poll of it returns."""

from enum import StrEnum

import msgspec


class Stream(StrEnum):
    """Which of a node's streams a log source is."""

    STDOUT = "stdout"
    STDERR = "stderr"
    LOG = "log"
    """Both in one, or a backend's own log."""
    FILE = "file"
    """A file of the run that happens to be text."""


class LogSource(msgspec.Struct, frozen=True, kw_only=True):
    """Something whose lines can be followed. `id` is unique within the run and is what the backend reads it by."""

    id: str
    name: str
    stream: Stream = Stream.LOG
    node_id: str | None = None
    node: str = ""
    size: int | None = None
    """Bytes, when the service says."""
    location: str = ""
    """Where it lies, for a person, when the service only points at it."""
    path_here: str = ""
    """The path of a plain file of this machine with these bytes, which may be read where it lies; every symbolic link
    in it was followed."""


class LogRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a follower wants next. A backend gives what its service allows and says in the window what it gave.

    `offset` is the byte position already held; `lines` how many last lines to ask for when the service has no
    positions; `etag` what the last window carried.
    """

    offset: int = 0
    lines: int = 1000
    etag: str | None = None


class LogWindow(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll returned.

    `content` is the raw bytes. `offset` is the byte position of its first byte in the source, or None when the
    service does not tell (then it is the end of the source: its last lines). `size` is the whole source's size in
    bytes when known. `unchanged` means the service said nothing is new (then `content` is empty).
    `is_final` means the source will not grow any more.
    """

    content: bytes = b""
    offset: int | None = 0
    size: int | None = None
    unchanged: bool = False
    is_final: bool = False
    etag: str | None = None
    is_text: bool = True
    """False when the service says the file is not text."""
