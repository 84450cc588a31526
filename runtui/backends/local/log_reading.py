"""The output of nodes, followed in the very files it is written to."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from runtui.backends.local.mapping import SERVICE
from runtui.backends.local.records import NodeRecord, RunRecord
from runtui.model.errors import NotFoundError
from runtui.model.log import LogRequest, LogSource, LogWindow, Stream

MOST_BYTES: Final = 32 * 1024 * 1024
"""How much one window holds at most; the next one goes on from there."""


def sources_of(record: RunRecord, folder: Path) -> tuple[LogSource, ...]:
    """The streams of every node that has started, the most telling first: of nodes that failed, then of those that
    run, then of the last ones; of a node that failed what it complained of. Then the log files the run writes, which
    come first as long as nothing else was written."""
    if record.adopted is not None:
        return _adopted_sources(record)
    order = sorted(enumerate(record.nodes), key=lambda one: (_URGENCY.get(one[1].status, 3), -one[0]))
    streams = [source for _, node in order for source in _sources_of_node(node, folder, len(record.nodes) > 1)]
    files = list(_log_files(record, folder))
    return (*streams, *files) if any(source.size for source in streams) else (*files, *streams)


LOG_ENDINGS: Final = (".log", ".out", ".err")
MOST_FILES: Final = 32
"""So many log files of a run are followed at most."""

_URGENCY = {"failed": 0, "running": 1, "ended": 2}


def _sources_of_node(node: NodeRecord, folder: Path, is_one_of_many: bool) -> list[LogSource]:
    if node.started_at is None:
        return []
    sources = []
    for stream in (Stream.STDOUT, Stream.STDERR):
        path = folder / "logs" / f"{node.id}.{stream}"
        name = f"{node.name} {stream}" if is_one_of_many else str(stream)
        sources.append(
            LogSource(
                id=f"{node.id}.{stream}", name=name, stream=stream, node_id=node.id, node=node.name,
                size=_size(path), location=str(path), path_here=str(path),
            )
        )  # fmt: skip
    complained = sources[1].size and (node.status == "failed" or not sources[0].size)
    return sources[::-1] if complained else sources


def _log_files(record: RunRecord, folder: Path) -> Iterator[LogSource]:
    """The files at the top of the work folder that are called as logs are and were written by the run, by name."""
    work = Path(os.path.realpath(folder / record.folder))
    began = record.started_at or record.created_at
    try:
        found = sorted(
            entry.name
            for entry in os.scandir(work)
            if entry.name.endswith(LOG_ENDINGS)
            and entry.is_file(follow_symlinks=False)
            and (record.folder == "work" or entry.stat().st_mtime >= began - 1)
        )
    except OSError:
        return
    for name in found[:MOST_FILES]:
        path = work / name
        yield LogSource(
            id=f"work:{name}", name=name, stream=Stream.FILE, size=_size(path), location=str(path), path_here=str(path)
        )


def _adopted_sources(record: RunRecord) -> tuple[LogSource, ...]:
    log = record.adopted.log if record.adopted else ""
    path = Path(record.folder, log)
    if not log or not path.is_file():
        return ()
    node = record.nodes[0]
    return (
        LogSource(
            id=log,
            name=log,
            stream=Stream.FILE,
            node_id=node.id,
            node=node.name,
            size=_size(path),
            location=str(path),
            path_here="" if path.is_symlink() else str(path),
        ),
    )


def read_window(source: LogSource, known: tuple[LogSource, ...], request: LogRequest, *, is_final: bool) -> LogWindow:
    """The bytes from the position asked for on. Raises NotFoundError for what is none of the known sources."""
    place = next((one.location for one in known if one.id == source.id), None)
    if place is None:
        raise NotFoundError(f"there is no log {source.id!r}", operation=f"reading a log of {SERVICE}")
    try:
        with open(place, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            offset = request.offset if request.offset <= size else 0
            file.seek(offset)
            content = file.read(min(MOST_BYTES, size - offset))
    except FileNotFoundError:
        raise NotFoundError("nothing was written yet", operation="reading a log") from None
    is_at_end = offset + len(content) >= size
    return LogWindow(
        content=content,
        offset=offset,
        size=size,
        unchanged=not content and offset == request.offset,
        is_final=is_final and is_at_end,
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
