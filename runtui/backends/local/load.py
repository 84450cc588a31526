"""What running nodes use of this machine now: processor and memory of all programs of their groups."""

import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress

import msgspec

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class _Used(msgspec.Struct):
    start: int
    ticks: int = 0
    bytes: int = 0
    programs: int = 0


class LoadMeter:
    """Measures the processor between two looks, at the first one since the start. Empty where there is no /proc."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[float, int]] = {}

    def measure(self, groups: Collection[int]) -> dict[int, dict[str, str]]:
        """What each of the groups of programs uses, by name, as texts."""
        if not groups:
            return {}
        now = time.monotonic()
        found: dict[int, _Used] = {}
        for group, ticks, size, start in _programs():
            if group in groups:
                used = found.setdefault(group, _Used(start=start))
                used.start = min(used.start, start)
                used.ticks += ticks
                used.bytes += size
                used.programs += 1
        texts = {group: self._texts(group, used, now) for group, used in found.items()}
        self._before = {group: (now, used.ticks) for group, used in found.items()}
        return texts

    def _texts(self, group: int, used: _Used, now: float) -> dict[str, str]:
        texts = {"memory": f"{used.bytes / 1e6:.1f} MB"}
        began = now - (_up_seconds() - used.start / _TICKS)
        since, ticks = self._before.get(group, (began, 0))
        if now - since > 1 / _TICKS:
            texts["cpu"] = f"{max(0, used.ticks - ticks) / _TICKS / (now - since):.0%}"
        if used.programs > 1:
            texts["programs"] = str(used.programs)
        return texts


def _up_seconds() -> float:
    """How long this machine has been up."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _programs() -> Iterator[tuple[int, int, int, int]]:
    """Group, processor ticks so far, resident bytes and start in ticks of every program."""
    with suppress(OSError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name[0].isdigit():
                with suppress(OSError, ValueError, IndexError), open(f"/proc/{entry.name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                    yield int(fields[2]), int(fields[11]) + int(fields[12]), int(fields[21]) * _PAGE, int(fields[19])
