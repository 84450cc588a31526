"""How Python and the C library treat memory while the dashboard is open."""

import ctypes
import gc
from contextlib import suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
_TRIM_THRESHOLD: Final = -1
_LARGE: Final = 256 * 1024


def calm_collector() -> None:
    """Leave what was imported out of every search for garbage, and search less often.

    With 100,000 runs a search through everything takes some 50 ms, and the usual rule is for one after each 700 new
    objects. Runs are no part of a cycle, and what is (widgets that are gone) is little.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def return_large_pieces() -> None:
    """Let the C library give large pieces of memory back once they are free, where it can be told to.

    Left alone, glibc keeps more and more of them: with 100,000 runs some 25 MB of tables that were used once.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
