"""Bytes as a person reads them when they are no text: all rows of a file, of which those in sight are fetched."""

from collections import OrderedDict
from collections.abc import Callable

from runtui.model.lines import Line
from runtui.model.watchable import Watchable

ROW = 16
SHORT_ROW = 8
"""Bytes of a row where there is no room for twice as many."""
PAGE = 4096
"""Bytes that are fetched and kept together."""
_PAGES_KEPT = 256
_WIDE = 8 + 2 + 3 * ROW + 1 + 2 + ROW + 2


class HexLines(Watchable):
    """Offset, `row` bytes, and what of them is ASCII, a line each; a `LineSource` over `size` bytes.

    `wanted` is called, while a frame is drawn, with the number of a page that is in sight and not there; give it with
    `put`, or say with `refuse` why it cannot be had.
    """

    def __init__(self, size: int, wanted: Callable[[int], None], *, row: int = ROW) -> None:
        super().__init__()
        self._size = size
        self._row_bytes = row
        self._wanted = wanted
        self._pages: OrderedDict[int, bytes | str] = OrderedDict()
        self._generation = 0
        self._digits = max(8, len(f"{size:x}"))

    def put(self, offset: int, content: bytes) -> None:
        """Take the bytes from `offset` on, which is the beginning of a page."""
        for start in range(0, len(content), PAGE):
            self._keep((offset + start) // PAGE, content[start : start + PAGE])
        self._generation += 1
        self.tell()

    def refuse(self, page: int, why: str) -> None:
        """The page cannot be had."""
        self._keep(page, why)
        self._generation += 1
        self.tell()

    def _keep(self, page: int, content: bytes | str) -> None:
        self._pages[page] = content
        self._pages.move_to_end(page)
        if len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)

    @property
    def line_count(self) -> int:
        """Rows of the whole file."""
        return -(-self._size // self._row_bytes)

    @property
    def byte_count(self) -> int:
        """Bytes of the whole file."""
        return self._size

    @property
    def generation(self) -> int:
        """Another one whenever a page came."""
        return self._generation

    def lines(self, first: int, count: int) -> list[Line]:
        """The rows `first` to `first + count`; dots where the bytes are still to come."""
        rows = range(max(0, first), max(0, min(self.line_count, first + count)))
        return [Line(self._row(row * self._row_bytes).encode()) for row in rows]

    def _row(self, offset: int) -> str:
        page, within = divmod(offset, PAGE)
        content = self._pages.get(page)
        if content is None:
            self._wanted(page)
        if not isinstance(content, bytes):
            return f"{offset:0{self._digits}x}  {content or '...'}"
        row, half = content[within : within + self._row_bytes], self._row_bytes // 2
        left, right = row[:half].hex(" "), row[half:].hex(" ")
        digits = 3 * half - 1
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        return f"{offset:0{self._digits}x}  {left:<{digits}}  {right:<{digits}}  {letters}"


def row_for(width: int) -> int:
    """How many bytes stand in a row so that all of it is seen in so many cells, those of a scroll bar among them."""
    return ROW if width >= _WIDE else SHORT_ROW
