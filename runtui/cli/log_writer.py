"""Writing a log: its exact bytes into a file or a pipe, harmless text onto a terminal."""

from collections.abc import Callable, Iterable

from runtui.cli import output
from runtui.cli.log_reader import Gap
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import log_line, one_line
from runtui.render.widths import truncate
from runtui.services.indexed_file import last_state

GAP_MARK = "┄┄ "
_ERASED = b"\r\x1b[K"


class LogWriter:
    """Writes pieces of one or several logs through `write`.

    `inert` is for a terminal: nothing the log holds may steer it, and of a line that was written over again and again
    the last state is shown. Bytes go through unchanged otherwise. A gap and a heading always begin a line of their own.
    `redrawn_width` is how many cells of a line may be drawn again and again, None where none may.
    """

    def __init__(
        self,
        write: Callable[[bytes], None],
        *,
        inert: bool,
        colour: bool = False,
        redrawn_width: int | None = None,
    ) -> None:
        self._write = write
        self._inert = inert
        self._colour = colour
        self._redrawn_width = redrawn_width
        self._at_line_start = True
        self._unfinished = b""
        """What is shown of a line that is still being written."""

    @property
    def is_exact(self) -> bool:
        """Whether bytes go through unchanged."""
        return not self._inert

    def heading(self, name: str) -> None:
        """Say which log follows."""
        self._own_line(Cell(f"==> {one_line(name)} <==", Tone.ACCENT))

    def pieces(self, pieces: Iterable[bytes | Gap], *, prefix: str = "") -> None:
        """Write what was read; with a `prefix` every line begins with it."""
        before = f"{one_line(prefix)} | " if prefix else ""
        for piece in pieces:
            if isinstance(piece, Gap):
                self._own_line(Cell(f"{before}{GAP_MARK}{one_line(piece.sentence)} ┄┄", Tone.WARNING))
            elif self._inert or before:
                self._lines(piece, before)
            else:
                self._put(piece)

    def unfinished(self, line: bytes, *, prefix: str = "") -> None:
        """Show how a line stands that is still being written, such as a bar of progress, where a line can be drawn
        again: what is written next takes its place."""
        if self._redrawn_width is None or not self._at_line_start:
            return
        before = f"{one_line(prefix)} | " if prefix else ""
        text = before + log_line(last_state(line).decode("utf-8", "replace")).plain if line else ""
        shown = output.encoded(truncate(text, self._redrawn_width - 1))
        if shown != self._unfinished:
            self._write((_ERASED if self._unfinished else b"") + shown)
            self._unfinished = shown

    def end(self) -> None:
        """Leave the terminal at the start of a line; bytes that go elsewhere get no end they do not have."""
        if self._unfinished:
            self._write(b"\n")
            self._unfinished = b""
        if self._inert:
            self._end_line()

    def _lines(self, piece: bytes, before: str) -> None:
        """Lines that are drawn one by one. A piece of a longer line counts as a line."""
        lines = piece.split(b"\n")
        rest = lines.pop()
        for line in lines:
            self._put(self._drawn(line, before) + b"\n")
        if rest:
            self._put(self._drawn(rest, before))

    def _drawn(self, line: bytes, before: str) -> bytes:
        start = before.encode("utf-8", "backslashreplace") if self._at_line_start else b""
        if not self._inert:
            return start + line
        shown = output.painted_log(log_line(last_state(line).decode("utf-8", "replace")), self._colour)
        return start + output.encoded(shown)

    def _own_line(self, cell: Cell) -> None:
        self._end_line()
        self._put(output.encoded(output.painted(cell, self._colour)) + b"\n")

    def _end_line(self) -> None:
        if not self._at_line_start:
            self._put(b"\n")

    def _put(self, content: bytes) -> None:
        if content:
            if self._unfinished:
                self._write(_ERASED)
                self._unfinished = b""
            self._write(content)
            self._at_line_start = content.endswith(b"\n")
