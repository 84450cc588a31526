"""`runtui cat`: the bytes of one output file, or a part of them."""

import re
from typing import Final

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.named_file import named_file
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.model.errors import ConfigError
from runtui.render.preview_kind import is_text
from runtui.render.sanitise import log_line
from runtui.services.session import Session

_RANGE: Final = re.compile(r"(\d{0,18})-(\d{0,18})")


def run(options: CommonOptions, *, written: str, wanted: str, part: str) -> int:
    """Write the file to stdout as it comes: of a live run what there is of it by now."""
    start, end = _range(part)
    terminal = _TerminalText()
    write = terminal.write if output.is_terminal() else output.write_bytes

    async def work(session: Session) -> int:
        found = await session.find_run(written)
        file = await named_file(session, found, wanted)
        async with session.connection(found.profile).reading_files.open_file(
            found, file, start=start, end=end
        ) as stream:
            skipped = stream.offset
            async for piece in stream.pieces():
                # a service that has no ranges begins at the beginning
                rest = piece[max(0, start - skipped) :]
                skipped += len(piece)
                write(rest if end is None else rest[: max(0, end - max(start, skipped - len(piece)))])
        terminal.finish()
        return ExitCode.DONE

    return in_session(options, work, written=[written])


class _TerminalText:
    """What a terminal is given: lines of text, made safe. Bytes are for files and pipes."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_first = True

    def write(self, piece: bytes) -> None:
        """Write the lines that are whole. Raises ConfigError when the file is no text."""
        if self._is_first and not is_text(piece):
            raise ConfigError("the file is no text for a terminal", hint="Send it to a file: runtui cat ... > FILE")
        self._is_first = False
        *lines, self._rest = (self._rest + piece).split(b"\n")
        output.write_lines(_shown(line) for line in lines)

    def finish(self) -> None:
        """Write the last line, when it has no end."""
        if self._rest:
            output.write_line(_shown(self._rest))


def _shown(line: bytes) -> str:
    return log_line(line.decode("utf-8", "replace")).plain


def _range(written: str) -> tuple[int, int | None]:
    """First byte, and the first that is not wanted. Raises ConfigError."""
    match = _RANGE.fullmatch(written)
    if match is None or (not written.strip("-") and written):
        raise ConfigError(f"{written!r} is no range of bytes", hint="Write FIRST-LAST, such as 0-99 or 4096-.")
    start, end = int(match[1] or 0), int(match[2]) + 1 if match[2] else None
    if end is not None and end <= start:
        raise ConfigError(f"{written!r} is no range of bytes: it ends before it begins")
    return start, end
