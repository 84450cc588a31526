"""On which line of a TOML file a table or a key stands. The standard parser tells that for broken syntax only."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

KeyPath = tuple[str, ...]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: KeyPath) -> str:
    """A path as one writes it, `profiles.hpc.url`; a part with other characters is quoted and escaped."""
    return ".".join(part if _BARE.fullmatch(part) else repr(part) for part in path)


def locate(text: str, table: KeyPath, key: str = "") -> int | None:
    """The line, counted from 1, where `key` of `table` is written, or where the table begins when no key is given.

    Headers, dotted keys and inline tables are all understood. None when it is not there.
    """
    return line_index(text).get((*table, key) if key else table)


def line_index(text: str) -> dict[KeyPath, int]:
    """The line on which each table and each key is first written. Stops at a statement that is not TOML."""
    index: dict[KeyPath, int] = {}
    for line, path in _written_paths(text):
        index.setdefault(path, line)
    return index


def repeated_path(text: str, line: int) -> tuple[KeyPath, int, int] | None:
    """What the last statement up to `line` writes again: its path, its line and the line that wrote it first."""
    first: dict[KeyPath, int] = {}
    repeated: tuple[KeyPath, int, int] | None = None
    for start, path in _written_paths(text):
        if start > line:
            break
        if first.setdefault(path, start) < start:
            repeated = (path, start, first[path])
        elif repeated and repeated[1] < start:
            repeated = None
    return repeated


def broken_line(text: str) -> int:
    """The line on which the first statement that is not TOML begins; the last line when each alone is."""
    line_count = len(text.rstrip().split("\n"))
    read = max((end for _, end, _, _ in _statements(text)), default=0)
    return min(read + 1, line_count)


def end_of_table(text: str, table: KeyPath) -> int | None:
    """The last line of the last key under the table's own header, or the header's; None when it has no header."""
    inside, last = False, None
    for _, end, is_header, parsed in _statements(text):
        if is_header:
            inside = list(_paths(parsed))[-1] == table
        if inside and parsed:
            last = end
    return last


def _written_paths(text: str) -> Iterator[tuple[int, KeyPath]]:
    table: KeyPath = ()
    for line, _, is_header, parsed in _statements(text):
        paths = list(_paths(parsed))
        if is_header:
            table = paths[-1]
        yield from ((line, path if is_header else (*table, *path)) for path in paths)


def _statements(text: str) -> Iterator[tuple[int, int, bool, Mapping[str, object]]]:
    """Each header, each `key = value` and each line without either, parsed alone.

    Gives its first and last line, whether it is a header, and what it says. A value may go over several lines, and a
    string in it may look like a header; so lines are taken together until the parser accepts them.
    """
    lines = text.split("\n")
    start = 0
    for end in range(1, len(lines) + 1):
        statement = "\n".join(lines[start:end])
        try:
            parsed = tomllib.loads(statement)
        except (ValueError, RecursionError):
            continue
        yield start + 1, end, statement.lstrip().startswith("["), parsed
        start = end


def _paths(parsed: Mapping[str, object], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path in the tables of one statement, outermost first."""
    for key, value in parsed.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from _paths(value, (*prefix, key))
