"""A stretch of a text file that grows at either end, as lines."""

import codecs

from runtui.model.lines import Line
from runtui.model.watchable import Watchable
from runtui.render.highlight import Highlighter
from runtui.render.line_part import drawn_lines

UTF8 = "utf-8"


class TextWindow(Watchable):
    """The whole lines between two positions of a file, `start` and `end` in bytes; a `LineSource`.

    `size` is the whole file's when known. Where the stretch does not begin at the file's beginning, the piece of a
    line it begins with is left out; the line it ends with may lack its end. In UTF-16 a stretch begins at an even
    position.
    """

    def __init__(
        self,
        content: bytes,
        *,
        start: int = 0,
        size: int | None = None,
        highlighter: Highlighter | None = None,
        codec: str = UTF8,
    ) -> None:
        super().__init__()
        self.size = size
        self.highlighter = highlighter
        self.codec = codec
        self._rest = b""
        self.end = start + len(content)
        decoded = self._decoded(content)
        skipped = _first_line_start(decoded) if start else 0
        self.start = start + self._length(decoded[:skipped])
        self._lines = decoded[skipped:].split(b"\n")
        self._generation = 0

    @property
    def is_at_end(self) -> bool:
        """Whether nothing follows, as far as that is known."""
        return self.size is not None and self.end >= self.size

    def append(self, content: bytes) -> None:
        """Add what follows."""
        self.end += len(content)
        first, *others = self._decoded(content).split(b"\n")
        self._lines[-1] += first
        self._lines.extend(others)
        self.tell()

    def prepend(self, content: bytes) -> int:
        """Add what comes before; tells how many lines that are."""
        begins = self.start - len(content)
        decoded = content if self.codec == UTF8 else content.decode(self.codec, "replace").encode()
        skipped = _first_line_start(decoded) if begins else 0
        before = decoded[skipped:].split(b"\n")
        self._lines[0] = before.pop() + self._lines[0]
        self._lines[:0] = before
        self.start = begins + self._length(decoded[:skipped])
        self._generation += 1
        self.tell()
        return len(before)

    def _decoded(self, content: bytes) -> bytes:
        """What follows, as UTF-8; a character that has come in part waits for its rest, unless the file ends."""
        if self.codec == UTF8:
            return content
        decode = codecs.getincrementaldecoder(self.codec)("replace")
        text = decode.decode(self._rest + content, final=self.is_at_end)
        self._rest = decode.getstate()[0]
        return text.encode()

    def _length(self, decoded: bytes) -> int:
        """How many bytes of the file a text is."""
        return len(decoded) if self.codec == UTF8 else len(decoded.decode().encode(self.codec))

    @property
    def line_count(self) -> int:
        """Lines that are there; a line end at the very end begins no other."""
        count = len(self._lines)
        return count - 1 if not self._lines[-1] else count

    @property
    def byte_count(self) -> int:
        """Bytes of the stretch."""
        return self.end - self.start

    @property
    def generation(self) -> int:
        """Another one after lines were put before the first."""
        return self._generation

    def lines(self, first: int, count: int) -> list[Line]:
        """The lines `first` to `first + count`, fewer where they end."""
        last = min(self.line_count, first + count)
        raw = [line.removesuffix(b"\r") for line in self._lines[max(0, first) : max(0, last)]]
        if first <= 0 and self.start == 0 and raw:
            raw[0] = raw[0].removeprefix(codecs.BOM_UTF8)
        return drawn_lines(raw, self.highlighter)


def _first_line_start(content: bytes) -> int:
    """Where the first whole line begins; the very beginning when there is no line end at all."""
    return content.find(b"\n") + 1
