"""A TOML file that was read whole, with the line of everything in it."""

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from runtui.config.lines import KeyPath, broken_line, dotted, line_index, repeated_path
from runtui.model.errors import ConfigError


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One TOML file. A file that does not exist is an empty document with `exists` false.

    `text` has line ends of one character; `line_end` is what the file has. `mode` is the file's permission bits.
    """

    path: Path
    text: str = ""
    line_end: str = "\n"
    root: Mapping[str, object] = {}
    lines: Mapping[KeyPath, int] = {}
    mode: int = 0o600
    exists: bool = True

    def __repr__(self) -> str:
        return f"Document({str(self.path)!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("path", self.path)]

    def line_of(self, *path: str) -> int | None:
        """The line of a table or key, or of the innermost table around it that has one."""
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)


def read_document(path: Path) -> Document:
    """Read and parse a file. A byte order mark and Windows line ends are accepted.

    Raises ConfigError naming file and line: unreadable, not UTF-8, not TOML, a name given twice.
    """
    try:
        with path.open("rb") as file:
            content = file.read()
            mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return Document(path=path, exists=False)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    text = _decoded(path, content)
    line_end = "\r\n" if b"\r\n" in content else "\n"
    root = _parsed(path, text)
    return Document(path=path, text=text, line_end=line_end, root=root, lines=line_index(text), mode=mode)


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: the file is not UTF-8 text", hint="Save it in the UTF-8 encoding.") from None


def _parsed(path: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _syntax_error(path, text, str(error)) from None


_POSITION: Final = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_REPEATED: Final = re.compile(r"Cannot (?:declare|overwrite|mutate|redefine)")


def _syntax_error(path: Path, text: str, said: str) -> ConfigError:
    """The parser's own sentence with a line; for a table or key written again, also where it stands first."""
    position = _POSITION.search(said)
    line = int(position["line"]) if position and position["line"] else None
    repeated = repeated_path(text, line or text.count("\n") + 1) if _REPEATED.match(said) else None
    if repeated:
        keys, again, first = repeated
        return ConfigError(
            f"{path}:{again}: {dotted(keys)} is written a second time; the first is on line {first}",
            hint="Keep one of them, or give one another name.",
        )
    sentence = _POSITION.sub("", said)
    return ConfigError(
        f"{path}:{line or broken_line(text)}: this is not TOML: {sentence[:1].lower()}{sentence[1:]}",
        hint='A text needs quotes (name = "value"), a table is written [profiles.NAME].',
    )
