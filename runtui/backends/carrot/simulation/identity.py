"""Ids that look random and yet say what they name, so that 100,000 runs need no index."""

import hashlib
import struct
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID


class Origin(IntEnum):
    """Which of a pipeline's sequences of runs a run belongs to."""

    HISTORY = 0
    """Created before the world's start; number 0 is the newest."""
    COMING = 1
    """Created by the script while one watches; number 0 is the oldest."""
    STARTED = 2
    """Created by a client; number 0 is the oldest."""


class RunKey(NamedTuple):
    """The place of a run: its pipeline's number, the sequence and the number in it."""

    pipeline: int
    origin: Origin
    number: int


class Kind(IntEnum):
    """What an id names."""

    RUN = 1
    TEST_WORKFLOW = 2
    EVAL_WORKFLOW = 3
    SUB_WORKFLOW = 4
    REPORT_WORKFLOW = 5
    BUILD_WORKFLOW = 6
    GROUP = 7


class Name(NamedTuple):
    """What an id was made of. `extra` is the number of a report or of a call, 0 to 255."""

    kind: Kind
    key: RunKey
    extra: int = 0


_KIND_BITS, _ORIGIN_BITS, _PIPELINE_BITS, _EXTRA_BITS, _INDEX_BITS = 4, 2, 4, 8, 30


class Ids:
    """Makes and reads the ids of one world; another seed gives other ids."""

    def __init__(self, seed: int) -> None:
        self._salt = str(seed).encode()
        self.make = lru_cache(maxsize=16_384)(self._make)

    def _make(self, name: Name) -> str:
        """The id of a name: a version 4 UUID, lower case with hyphens."""
        payload = _packed(name)
        front = bytearray(hashlib.blake2b(payload.to_bytes(6, "big"), key=self._salt, digest_size=10).digest())
        front[6] = 0x40 | (front[6] & 0x0F)
        front[8] = 0x80 | (front[8] & 0x3F)
        mask = self._mask(bytes(front))
        return str(UUID(bytes=bytes(front) + (payload ^ mask).to_bytes(6, "big")))

    def read(self, text: str) -> Name | None:
        """What an id names, or None for one this world never made."""
        raw = UUID(text).bytes
        payload = int.from_bytes(raw[10:], "big") ^ self._mask(raw[:10])
        name = _unpacked(payload)
        return name if name is not None and self.make(name) == str(UUID(text)) else None

    def run(self, key: RunKey) -> str:
        """The id of a run."""
        return self.make(Name(Kind.RUN, key))

    def run_key(self, text: str) -> RunKey | None:
        """The run an id names, or None when it names no run."""
        name = self.read(text)
        return name.key if name is not None and name.kind is Kind.RUN else None

    def _mask(self, front: bytes) -> int:
        return int.from_bytes(hashlib.blake2b(front, key=self._salt, digest_size=6).digest(), "big")


@lru_cache(maxsize=1024)
def fixed_id(*names: str) -> str:
    """The id of a thing that is the same in every world: a pipeline, a test, a report."""
    raw = bytearray(hashlib.blake2b("/".join(names).encode(), digest_size=16).digest())
    raw[6] = 0x40 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return str(UUID(bytes=bytes(raw)))


class Dice:
    """Cheap chance by numbers: the same throw for the same seed and numbers, without building a generator."""

    def __init__(self, seed: int) -> None:
        self._salt = hashlib.blake2b(str(seed).encode(), digest_size=8).digest()

    def throw(self, key: RunKey, purpose: int) -> float:
        """A number from 0 up to and without 1 for one purpose of one run."""
        packed = struct.pack(">8sBBHI", self._salt, key.pipeline, key.origin, purpose, key.number)
        return int.from_bytes(hashlib.blake2b(packed, digest_size=7).digest(), "big") / 2**56

    def pick(self, key: RunKey, purpose: int, count: int) -> int:
        """A whole number from 0 up to and without `count`."""
        return int(self.throw(key, purpose) * count)


def _packed(name: Name) -> int:
    packed = int(name.kind)
    for value, bits in (
        (int(name.key.origin), _ORIGIN_BITS),
        (name.key.pipeline, _PIPELINE_BITS),
        (name.extra, _EXTRA_BITS),
        (name.key.number, _INDEX_BITS),
    ):
        packed = (packed << bits) | value
    return packed


def _unpacked(payload: int) -> Name | None:
    values: list[int] = []
    for bits in (_INDEX_BITS, _EXTRA_BITS, _PIPELINE_BITS, _ORIGIN_BITS, _KIND_BITS):
        values.append(payload & ((1 << bits) - 1))
        payload >>= bits
    index, extra, pipeline, origin, kind = values
    try:
        return Name(Kind(kind), RunKey(pipeline, Origin(origin), index), extra)
    except ValueError:
        return None
