"""The end of a run's most telling log: in one window where the service tells how long it is, else in two at most."""

import msgspec

from runtui.backends.protocol import HasLogs
from runtui.model.log import LogRequest, LogSource, LogWindow
from runtui.model.run import Run


async def read_end(logs: HasLogs, run: Run, source: LogSource, *, most_bytes: int, lines: int) -> LogWindow:
    """A window that ends where the log ends, with `most_bytes` before that, or all the service gives. Raises
    BackendError."""

    async def read(offset: int) -> LogWindow:
        return await logs.read_log(run, source, LogRequest(offset=offset, lines=lines))

    def near_end(size: int | None) -> int:
        return max(0, (size or 0) - most_bytes)

    window = await read(near_end(source.size))
    if window.offset is not None and near_end(window.size) > window.offset + len(window.content):
        window = await read(near_end(window.size))
    return window


class HeldEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of a log's end, to go on from: its bytes, and where the log stood. `end` is None where the service
    tells no positions."""

    source: LogSource
    content: bytes = b""
    end: int | None = None
    is_cut: bool = False
    """Whether something stood before what is held."""
    is_over: bool = False
    """Whether the log grows no more."""
    etag: str | None = None
    is_text: bool = True

    def whole_lines(self) -> bytes:
        """The lines that are there from their first byte to their last."""
        content = self.content
        if self.is_cut:
            content = content[content.find(b"\n") + 1 :]
        return content if self.is_over else content[: content.rfind(b"\n") + 1]


def held_end(source: LogSource, window: LogWindow, most_bytes: int) -> HeldEnd:
    """What to hold of a window that ends where the log ends."""
    content = window.content[-most_bytes:]
    return HeldEnd(
        source=source,
        content=content,
        end=None if window.offset is None else window.offset + len(window.content),
        is_cut=bool(window.offset) or len(content) < len(window.content),
        is_over=window.is_final,
        etag=window.etag,
        is_text=window.is_text,
    )


async def read_on(logs: HasLogs, run: Run, held: HeldEnd, *, most_bytes: int, lines: int) -> HeldEnd:
    """What the end is now: one window, unless it grew faster than the service gives it. Raises BackendError."""
    request = LogRequest(offset=held.end or 0, lines=lines, etag=held.etag)
    window = await logs.read_log(run, held.source, request)
    if window.unchanged:
        return msgspec.structs.replace(held, is_over=window.is_final, etag=window.etag or held.etag)
    fresh = held_end(held.source, window, most_bytes)
    if fresh.end is not None and (window.size or 0) > fresh.end + most_bytes:
        return held_end(
            held.source, await read_end(logs, run, held.source, most_bytes=most_bytes, lines=lines), most_bytes
        )
    if held.end is None or window.offset != held.end:
        return fresh
    content = held.content + window.content
    is_cut = held.is_cut or len(content) > most_bytes
    return msgspec.structs.replace(fresh, content=content[-most_bytes:], is_cut=is_cut)
