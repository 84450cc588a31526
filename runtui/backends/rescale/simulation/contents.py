"""The bytes of simulated files: any range of them without making the rest, and hashes made once."""

import hashlib
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

PIECE = 256 * 1024


class Content(Protocol):
    """The bytes of one file."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to and without `end`; both lie within the file."""
        ...

    def digest(self, algorithm: str) -> str | None:
        """The hash in hexadecimal digits, or None when it would take too long."""
        ...


def pieces(content: Content, start: int, end: int) -> Iterator[bytes]:
    """A range in pieces of moderate size."""
    for at in range(start, end, PIECE):
        yield content.read(at, min(end, at + PIECE))


class Bytes:
    """A file that is held whole."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self._whole)

    def read(self, start: int, end: int) -> bytes:
        """A range."""
        return self._whole[start:end]

    def digest(self, algorithm: str) -> str | None:
        """The hash."""
        return hashlib.new(algorithm, self._whole, usedforsecurity=False).hexdigest()


class Bulk:
    """A large file: a head, one block many times over, and a tail that is this file's own.

    The hash of everything before the tail is made once for all files that share it.
    """

    def __init__(self, head: bytes, block: bytes, times: int, tail: bytes) -> None:
        self._head = head
        self._block = block
        self._times = times
        self._tail = tail
        self._body_end = len(head) + len(block) * times

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._body_end + len(self._tail)

    def read(self, start: int, end: int) -> bytes:
        """A range."""
        head = self._head[start:end]
        tail = self._tail[max(0, start - self._body_end) : max(0, end - self._body_end)]
        return head + self._body(max(start, len(self._head)), min(end, self._body_end)) + tail

    def _body(self, start: int, end: int) -> bytes:
        if end <= start:
            return b""
        first, last = start - len(self._head), end - len(self._head)
        block = len(self._block)
        whole = self._block * ((last - 1) // block - first // block + 1)
        skipped = first // block * block
        return whole[first - skipped : last - skipped]

    def digest(self, algorithm: str) -> str | None:
        """The hash."""
        state = _before_tail(algorithm, self._head, self._block, self._times).copy()
        state.update(self._tail)
        return state.hexdigest()


@lru_cache(maxsize=1024)
def _before_tail(algorithm: str, head: bytes, block: bytes, times: int) -> "hashlib._Hash":
    state = hashlib.new(algorithm, head, usedforsecurity=False)
    for _ in range(times):
        state.update(block)
    return state


class Sparse:
    """A file larger than 4 GiB of which only the first and the last bytes are not zero."""

    def __init__(self, size: int, mark: bytes) -> None:
        self._size = size
        self._mark = mark

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._size

    def read(self, start: int, end: int) -> bytes:
        """A range."""
        whole = bytearray(end - start)
        for at in (0, self._size - len(self._mark)):
            for index in range(max(start, at), min(end, at + len(self._mark))):
                whole[index - start] = self._mark[index - at]
        return bytes(whole)

    def digest(self, algorithm: str) -> str | None:
        """Not told: the service lists such files without hashes here."""
        return None


_ROWS: dict[str, Callable[[random.Random], str]] = {
    "vector": lambda chance: f"({chance.uniform(20, 30):.4f} {chance.uniform(-2, 2):+.5f} 0)",
    "scalar": lambda chance: f"{chance.gauss(0, 60):+.6e}",
    "flux": lambda chance: f"{chance.gauss(0, 2e-3):+.8e}",
    "point": lambda chance: f"({chance.uniform(-50, 100):.6f} {chance.uniform(-50, 50):.6f} {chance.choice((0, 1))})",
    "face": lambda chance: f"4({' '.join(str(chance.randrange(10000, 99999)) for _ in range(4))})",
    "label": lambda chance: str(chance.randrange(10000, 99999)),
    "raw": lambda chance: " ".join(f"{chance.uniform(-1, 1):+.6f}" for _ in range(4)),
}
"""How one row of each kind of table is written."""


@lru_cache(maxsize=512)
def table_block(kind: str, salt: int, size: int = 32 * 1024) -> tuple[bytes, int]:
    """About `size` bytes of rows of a table, and how many rows there are. `binary` gives bytes without rows."""
    chance = random.Random(f"{kind}/{salt}")
    if kind == "binary":
        return chance.randbytes(size), 0
    rows: list[str] = []
    length = 0
    while length < size:
        rows.append(_ROWS[kind](chance) + "\n")
        length += len(rows[-1])
    return "".join(rows).encode(), len(rows)
