"""Following a source of which a service tells at which byte a piece begins."""

from collections.abc import Callable
from typing import Final

from runtui.model.common_start import common_start
from runtui.model.log import LogWindow
from runtui.services.line_windows import BEGUN_ANEW
from runtui.services.spool import Spool

GUARD_BYTES: Final = 16
"""Asked for again with every piece, to see that the source still is the one that is held."""

_COMPARED: Final = 1024 * 1024


class ByteWindows:
    """Puts pieces with positions together in a spool.

    What is asked for begins a little before the end of what is held: when those bytes differ, the source was cut or
    replaced. Then what was held stays above a line that says so, and what the source holds now follows, without the
    beginning that is the same. A source that is shorter than before and otherwise the same says nothing yet: it may be
    an old copy.
    """

    def __init__(self, spool: Spool, why_missing: Callable[[], str], base: int = 0, solid: int = 0) -> None:
        self._spool = spool
        self._why_missing = why_missing
        self._is_doubted = False
        self.base = base
        """The byte of the spool at which the source would begin if nothing was missing or left over in between."""
        self.solid = solid
        """The byte of the spool from which on it holds what the source holds now."""

    @property
    def held(self) -> int:
        """How many bytes of the source are held, or known to be missing."""
        return self._spool.source_size - self.base

    @property
    def offset(self) -> int:
        """From where to ask."""
        known = min(GUARD_BYTES, self._spool.source_size - self.solid)
        return 0 if self._is_doubted else max(0, self.held - known)

    def start_at(self, base: int) -> None:
        """The source begins at this byte of the spool, and all of it follows there."""
        self.base = self.solid = base

    def take(self, window: LogWindow) -> bool:
        """Join a piece. False when the source has to be read from its beginning, at once."""
        offset, content = window.offset or 0, window.content
        is_shorter = window.size is not None and window.size < self.held
        if offset > self.held:
            return self._skip_to(offset, content)
        known = self.held - offset
        compared = min(known, self._spool.source_size - self.solid)
        theirs = content[known - compared : known]
        if not is_shorter and self._holds(self._spool.source_size - compared, theirs):
            self._spool.append(content[known:])
            self._is_doubted = False
            return True
        if offset:
            self._is_doubted = True
            return False
        self._is_doubted = False
        self._take_anew(content, is_all=window.size is None or len(content) >= window.size)
        return True

    def _skip_to(self, offset: int, content: bytes) -> bool:
        self._spool.admit_gap(f"{offset - self.held} bytes are missing here: {self._why_missing()}")
        self.base, self.solid = self._spool.source_size - offset, self._spool.source_size
        self._spool.append(content)
        return True

    def _take_anew(self, content: bytes, *, is_all: bool) -> None:
        """The source was cut or replaced: go on behind the beginning that is the same."""
        same = self._same_start(content)
        if same == len(content) and is_all:
            return
        same = content.rfind(b"\n", 0, same) + 1
        self._spool.admit_gap(BEGUN_ANEW)
        self.base, self.solid = self._spool.source_size - same, self._spool.source_size
        self._spool.append(content[same:])

    def _same_start(self, content: bytes) -> int:
        """How many bytes the source begins with as it did before, where its beginning is held."""
        if self.solid != self.base:
            return 0
        held = self._spool.read_source(self.base, min(len(content), self.held))
        return common_start(content, held)

    def _holds(self, offset: int, content: bytes) -> bool:
        """Whether the spool holds these bytes at a place, looked at piece by piece."""
        for start in range(0, len(content), _COMPARED):
            piece = content[start : start + _COMPARED]
            if self._spool.read_source(offset + start, len(piece)) != piece:
                return False
        return True
