"""Reading a filter's text piece by piece, knowing the column of everything."""

import re
import warnings
from typing import NamedTuple

from runtui.model.errors import QueryError

OPERATOR = re.compile(r"!=|<=|>=|==|[:=<>≤≥≠]")
_SPELLINGS = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!="}
_SPACE = re.compile(r"\s*")
_NAME_END = re.compile(r'[\s:=<>≤≥≠"]|!=')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_REGEX = re.compile(r"/((?:[^/\\]|\\.|/(?![\s),]|$))+)/(?=[\s),]|$)")


def _compiled(source: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of what a later version may read differently
        return re.compile(source, re.IGNORECASE | re.MULTILINE)


class Value(NamedTuple):
    """A value as it was written. `is_word` tells that it was not in quotes."""

    text: str
    position: int
    is_word: bool = True


class Scanner:
    """A place in a filter's text that moves on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def skip_space(self) -> None:
        """Go to the next character that is no space."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position

    @property
    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.position >= len(self.text)

    @property
    def next(self) -> str:
        """The next character, or nothing at the end."""
        return self.text[self.position : self.position + 1]

    def fail(self, message: str, expected: str, position: int | None = None) -> QueryError:
        """The error for something wrong here, or at `position`. At the end it is taken for not finished."""
        place = self.position if position is None else position
        return QueryError(message, position=place, expected=expected, is_incomplete=place >= len(self.text.rstrip()))

    def accept(self, *spellings: str) -> bool:
        """Go past one of the signs, if one is next."""
        for spelling in spellings:
            if self.text.startswith(spelling, self.position):
                self.position += len(spelling)
                return True
        return False

    def accept_word(self, word: str) -> bool:
        """Go past the word, in any case, if it is next and stands alone."""
        end = self.position + len(word)
        following = self.text[end : end + 1]
        stands_alone = not following or following.isspace() or following in "()"
        if not stands_alone or self.text[self.position : end].lower() != word:
            return False
        self.position = end
        return True

    def operator(self) -> str | None:
        """Go past the operator that is next, if there is one. Before a comparison there may be spaces."""
        start = self.position
        match = OPERATOR.match(self.text, start)
        if match is None:
            self.skip_space()
            match = OPERATOR.match(self.text, self.position)
            if match is None or match[0] == ":":
                self.position = start
                return None
        self.position = match.end()
        return _SPELLINGS.get(match[0], match[0])

    def name(self) -> Value:
        """A bare word up to a space, an operator, or a closing bracket that was not opened in it."""
        start = self.position
        depth = 0
        while not self.at_end:
            if _NAME_END.match(self.text, self.position):
                break
            depth += {"(": 1, ")": -1}.get(self.next, 0)
            if depth < 0:
                break
            self.position += 1
        return Value(self.text[start : self.position], start)

    def quoted(self) -> Value:
        """A phrase in double quotes; a backslash keeps the character after it."""
        start = self.position
        match = _QUOTED.match(self.text, start)
        if match is None:
            raise self.fail("the phrase is not closed", 'a " at its end', len(self.text))
        self.position = match.end()
        return Value(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), start, is_word=False)

    def regex(self) -> re.Pattern[str] | None:
        """A regular expression between slashes, if one is next: it ends at a slash before a space, bracket or comma."""
        start = self.position
        match = _REGEX.match(self.text, start)
        if match is None:
            return None
        source = self.text[start + 1 : match.end() - 1]
        try:
            pattern = _compiled(source)
        except (re.error, RecursionError, OverflowError) as error:
            place = getattr(error, "pos", None) or 0
            raise QueryError(
                f"the regular expression is wrong: {error}", position=start + 1 + place, expected="a Python regex"
            ) from None
        self.position = match.end()
        return pattern

    def value(self, *, with_commas: bool = False) -> Value:
        """What stands after an operator: a phrase, or all up to a space, a closing bracket, or a comma."""
        if self.next == '"':
            return self.quoted()
        start = self.position
        depth = 0
        while not self.at_end and not self.next.isspace() and (with_commas or self.next != ","):
            depth += {"(": 1, ")": -1}.get(self.next, 0)
            if depth < 0:
                break
            self.position += 1
        return Value(self.text[start : self.position], start)
