"""Finding lines in a followed log."""

import re
import warnings
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import AnyStr, Final

from runtui.model.errors import ConfigError
from runtui.model.lines import ByteLines
from runtui.services.advancing import never
from runtui.services.pieces import PieceReader, lines_at, lines_between, shown_lines

_ESCAPED: Final = re.compile(r"\\.")
_CODE: Final = re.compile(r"\\[x0-9]")
"""A character given by its number, which may be that of a capital."""


def compile_pattern(text: str) -> re.Pattern[bytes]:
    """The pattern a person typed: a regular expression, in any case unless it holds a capital (smart case).

    The capital of a class such as `\\W` is none. Raises ConfigError that says what is wrong with it.
    """
    flags = 0 if any(character.isupper() for character in _ESCAPED.sub("", text)) else re.IGNORECASE
    try:
        return quietly_compiled(text.encode(), flags | re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"no regular expression: {error.msg}", hint=_place(error)) from error


def quietly_compiled(pattern: AnyStr, flags: int) -> re.Pattern[AnyStr]:
    """The compiled pattern. A sign such as `[[`, which a later Python may read otherwise, is read as today without a
    warning, which would be written across the screen. Raises re.error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, flags)


def _place(error: re.error) -> str:
    return "" if error.pos is None else f"At character {error.pos + 1}; a backslash takes a sign as it is."


def is_literal(text: str) -> bool:
    """Whether a typed pattern holds no sign that means something to regular expressions."""
    return re.escape(text).replace("\\ ", " ").replace("\\-", "-") == text


class Finder:
    """Where a typed pattern occurs in bytes. Raises ConfigError.

    A literal is found without the regex engine; whatever is in any case is looked for in lower-case letters, which is
    many times quicker than having the engine ignore it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.pattern = compile_pattern(text)
        self._may_be_empty = self.pattern.match(b"") is not None
        ignores_case = self.pattern.flags & re.IGNORECASE != 0
        self._folds = ignores_case and text.isascii() and _CODE.search(text) is None
        literal = text.encode()
        is_plain = text != "" and is_literal(text) and (self._folds or not ignores_case)
        self._literal = (literal.lower() if self._folds else literal) if is_plain else None
        self._sought = quietly_compiled(literal, re.MULTILINE) if self._folds else self.pattern

    def lines_of(self, content: bytes) -> Iterable[int]:
        """The lines in which the pattern begins to match, each once, counted from that of the first byte."""
        searched = content.lower() if self._folds else content
        if self._literal is not None:
            parts = searched.split(self._literal)
        elif self._sought.groups or self._may_be_empty:
            parts = []
        else:
            parts = self._sought.split(searched)
        lines = lines_between(content, parts) if parts else None
        if lines is None:
            return lines_at(content, (match.start() for match in self._sought.finditer(searched)))
        return lines

    def matches(self, line: bytes) -> bool:
        """Whether the pattern occurs in a line."""
        searched = line.lower() if self._folds else line
        if self._literal is not None:
            return self._literal in searched
        return self._sought.search(searched) is not None


class LineSearch:
    """The lines of a growing log in which a typed pattern occurs, found piece by piece and further as it grows.

    Raises ConfigError for a pattern that is no regular expression. `advance` is for one thread at a time; `lines`
    may be read by any.
    """

    def __init__(self, source: ByteLines, text: str) -> None:
        self.text = text
        self.lines = array("I")
        """The shown numbers of the lines found so far, ascending."""
        self._finder = Finder(text)
        self._source = source
        self._reader = PieceReader(source, self._forget_from)

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The pattern that is looked for."""
        return self._finder.pattern

    @property
    def is_behind(self) -> bool:
        """Whether there is something that was not looked at."""
        return self._reader.is_behind

    def advance(self, cancelled: Callable[[], bool] = never) -> Iterator[int]:
        """Look on to the present end; gives how many lines are found after each piece.

        A last line without its end is looked at again when it has grown.
        """
        for piece in self._reader.pieces(cancelled):
            last = self.lines[-1] if self.lines else -1
            found = shown_lines(self._source, piece, self._finder.lines_of(piece.searchable))
            self.lines.extend(line for line in found if line > last)
            yield len(self.lines)

    def _forget_from(self, line: int) -> None:
        self.lines = self.lines[: bisect_left(self.lines, line)]
