"""Source text in colours: only the few lines that are drawn are ever read for it.

The colours are those of the terminal's own palette, given as the sequences a log might hold, so that they show, wrap
and are searched like a log's. Pygments is brought in when the first such file is looked at (some 200 ms).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runtui.render.sanitise import log_line

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST_LINE = 2_000
"""Characters; a longer line stays as it is."""
_ENDING = "\x1b[0m"
_CODES = (
    ("Token.Comment", "90"),
    ("Token.Keyword", "35"),
    ("Token.Name.Tag", "36"),
    ("Token.Name.Attribute", "36"),
    ("Token.Name.Function", "34"),
    ("Token.Name.Class", "34"),
    ("Token.Name.Builtin", "36"),
    ("Token.Name.Section", "1"),
    ("Token.Generic.Heading", "1"),
    ("Token.Literal.String", "32"),
    ("Token.Literal.Number", "33"),
    ("Token.Literal.Date", "33"),
    ("Token.Operator.Word", "35"),
)


class Highlighter:
    """Colours lines of one language."""

    def __init__(self, lexer: "Lexer", language: str) -> None:
        self._lexer = lexer
        self.language = language
        """Its name, as a person writes it."""

    def coloured(self, lines: Sequence[bytes]) -> list[bytes]:
        """The lines, read from the first of them on, with colour sequences; those too long as they were."""
        plain = [log_line(line.decode("utf-8", "replace")).plain for line in lines]
        if any(len(line) > LONGEST_LINE for line in plain):
            return list(lines)
        pieces: list[list[str]] = [[]]
        for kind, text in self._lexer.get_tokens("\n".join(plain)):
            code = _code_of(str(kind))
            first, *others = text.split("\n")
            _put(pieces[-1], first, code)
            for other in others:
                pieces.append([])
                _put(pieces[-1], other, code)
        coloured = ["".join(parts).encode() for parts in pieces[: len(lines)]]
        return coloured if len(coloured) == len(lines) else list(lines)


def _put(parts: list[str], text: str, code: str) -> None:
    if text:
        parts.append(f"\x1b[{code}m{text}{_ENDING}" if code else text)


def _code_of(kind: str) -> str:
    return next((code for name, code in _CODES if kind.startswith(name)), "")


def highlighter_for(path: str, start: str) -> Highlighter | None:
    """What colours a file of this name; None for plain text, or a language that is not known.

    The first time takes a while: call it in a thread.
    """
    from pygments.lexers import TextLexer, find_lexer_class_for_filename, guess_lexer_for_filename
    from pygments.util import ClassNotFound

    name = path.rpartition("/")[2]
    found = find_lexer_class_for_filename(name)
    if found is None:
        found = _by_first_line(start)
    else:
        try:
            found = type(guess_lexer_for_filename(name, start[:2000]))
        except ClassNotFound:
            return None
    if found is None or found is TextLexer:
        return None
    return Highlighter(found(stripnl=False, stripall=False, ensurenl=False), str(found.name))


def _by_first_line(start: str) -> "type[Lexer] | None":
    """The language of a script without an ending, by its first line."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    first = start.split("\n", 1)[0]
    if not first.startswith("#!"):
        return None
    words = first[2:].replace("/usr/bin/env", "").split()
    program = words[0].rpartition("/")[2].rstrip("0123456789.") if words else ""
    try:
        return type(get_lexer_by_name(program))
    except ClassNotFound:
        return None
