"""How Python and the C library treat memory while the dashboard is open."""

import gc
from contextlib import suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
_TRIM_THRESHOLD: Final = -1
_LARGE: Final = 256 * 1024


def calm_collector() -> None:
    """Search for garbage less often: call it before much is imported, for nothing of that is garbage.

    The usual rule is for a search after each 700 new objects, and one of them goes through everything while the screens
    are imported: 30 ms. Runs are no part of a cycle, and what is (widgets that are gone) is little.
    """
    gc.set_threshold(20_000, 20, 100)


def spare_what_is_there() -> None:
    """Leave what was imported out of every search for garbage: with 100,000 runs one through everything takes 50 ms."""
    gc.freeze()


def return_large_pieces() -> None:
    """Let the C library give large pieces of memory back once they are free, where it can be told to.

    Left alone, glibc keeps more and more of them: with 100,000 runs some 25 MB of tables that were used once.
    """
    import ctypes

    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
