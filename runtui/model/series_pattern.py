"""What a person means by a number that comes again and again in a log."""

import re
from typing import Final

from runtui.model.errors import ConfigError
from runtui.model.log_time import find_stamp

NUMBER: Final = rb"[-+]?(?:\d+\.?\d*(?:[eEdD][-+]?\d+)?|\.\d+(?:[eEdD][-+]?\d+)?|(?i:nan|inf(?:inity)?)\b)"
_NUMBER_RUN: Final = rb"[-+.\dnNiI][-+.\deEdD]*+"
"""What a number is written with, and the first letter of those that are none. It begins wherever a `NUMBER` does, and
is one wherever a number can be read from all of it: found faster, but it has to be looked at."""
_A_NUMBER: Final = re.compile(rb"(?<![\w.])" + NUMBER + rb"(?![\w])")
_BLANK: Final = rb"[ \t]"
_BLANKS: Final = rb"[ \t]++"
_MARK: Final = "{}"
_ANY: Final = "*"
_NAME_END: Final = " \t:=,;|([{<\"'"
_NAME_LENGTH: Final = 40


class SeriesPattern:
    """Finds one number a line.

    Written in one of four ways: with `{}` where the number stands and `*` for anything before it
    (`Ux, Initial residual = {}`); as an example whose last number is meant (`residual = 1.2e-3`); as a name, whose next
    number is meant (`residual`); as a regular expression with one group (`loss=(\\S+)`). Blanks stand for any blanks.
    Raises ConfigError for a text that means nothing.
    """

    def __init__(self, text: str) -> None:
        self.text: Final = text.strip()
        if not self.text:
            raise ConfigError("a series needs a pattern", hint="For example `residual = {}`.")
        self.regex: Final = _compiled(self.text, looks_ahead=True)
        self.quick_regex: Final = _with_number_run(self.regex)
        """Finds the same sooner, as long as a number can be read from all that stands in its group; else `regex` has to
        be asked. The same as `regex` for a regular expression that a person wrote."""
        self.line_regex: Final = _to_line_end(_with_number_run(_compiled(self.text, looks_ahead=False)))
        """As `quick_regex`, but it takes the rest of the line as well: it matches once a line, and is meant for where
        most lines match. None where that cannot be."""
        self.name: Final = _name(self.text)


def _compiled(text: str, *, looks_ahead: bool) -> re.Pattern[bytes]:
    if _MARK in text:
        return re.compile(_template(text, looks_ahead=looks_ahead))
    grouped = _with_group(text)
    if grouped is not None:
        return grouped
    content = text.encode()
    numbers = list(_A_NUMBER.finditer(content))
    if numbers and numbers[-1].start() > 0:
        before = [_literal(content[a:b]) for a, b in _between(content, numbers)]
        return re.compile((NUMBER.join(before)) + b"(" + NUMBER + b")")
    return re.compile(_literal(content) + rb"[^\n\w.+-]*(" + NUMBER + rb")")


def _with_number_run(regex: re.Pattern[bytes]) -> re.Pattern[bytes]:
    ending = b"(" + NUMBER + b")"
    if not regex.pattern.endswith(ending):
        return regex
    return re.compile(regex.pattern.removesuffix(ending) + b"(" + _NUMBER_RUN + b")", regex.flags)


def _to_line_end(regex: re.Pattern[bytes]) -> re.Pattern[bytes] | None:
    try:
        return re.compile(b"(?:" + regex.pattern + rb")[^\n]*+\n?+", regex.flags)
    except re.error:
        return None  # flags that have to stand at the beginning


def _between(content: bytes, numbers: list[re.Match[bytes]]) -> list[tuple[int, int]]:
    ends = [0, *(number.end() for number in numbers[:-1])]
    return [(end, number.start()) for end, number in zip(ends, numbers, strict=True)]


def _template(text: str, *, looks_ahead: bool) -> bytes:
    before, _, _ = text.partition(_MARK)
    first, *parts = before.encode().split(_ANY.encode())
    if not parts:
        return _from_its_beginning(_literal(first)) + b"(" + NUMBER + b")"
    *between, last = parts
    return (
        _from_its_beginning(_literal(first.rstrip()))
        + (_BLANK if first[-1:].isspace() else b"")
        + b"".join(_somewhere(part, looks_ahead) + (_BLANK if part[-1:].isspace() else b"") for part in between)
        + _somewhere(last, looks_ahead)
        + (_BLANKS if last.strip() and last[-1:].isspace() else b"")
        + (b"(" + NUMBER + b")")
    )


def _somewhere(part: bytes, looks_ahead: bool) -> bytes:
    """A literal anywhere in the rest of a line, without the blanks behind it; of those before it one will do, as the
    others are anything. To look ahead for it from the end of the line, which is fast, spares the slow way through the
    lines that do not have it.
    """
    literal = _literal(part.strip())
    ahead = rb"(?=[^\n]*" + literal + b")" if looks_ahead else b""
    return ahead + rb"[^\n]*?" + (_BLANK if part[:1].isspace() else b"") + literal


def _from_its_beginning(literal: bytes) -> bytes:
    """A literal whose first word is not the end of another: `Time = {}` is not about `ExecutionTime = 14`.

    What stands before is looked at only behind that word, so that it is still searched for as fast as plain text.
    """
    word = re.match(rb"\w+", literal)
    return literal if word is None else word[0] + rb"(?<![^\W_]" + word[0] + rb")" + literal[word.end() :]


def _literal(content: bytes) -> bytes:
    return _BLANKS.join(re.escape(part) for part in re.split(rb"[ \t]+", content))


def _with_group(text: str) -> re.Pattern[bytes] | None:
    """The text as a regular expression, if that is what it is."""
    try:
        regex = re.compile(text.encode())
    except re.error as error:
        if "(" in text and "\\" in text:
            raise ConfigError(f"no regular expression: {error.msg}") from error
        return None
    return regex if regex.groups == 1 and re.search(r"[\\\[+*?]", text) else None


def _name(text: str) -> str:
    """What to call the series: the words before its number."""
    before, mark, _ = text.partition(_MARK)
    if not mark:
        numbers = list(_A_NUMBER.finditer(text.encode()))
        before = text.encode()[: numbers[-1].start()].decode("utf-8", "replace") if numbers else text
        before = before.partition("(")[0] if not numbers else before
    name = before.rsplit(_ANY, 1)[-1].strip().rstrip(_NAME_END).strip()
    if len(name) > _NAME_LENGTH:
        end = name[-_NAME_LENGTH - 1 :]
        name = end.partition(" ")[2] or end[1:]
    return name.lstrip(" ,;:=])}>|-") or text


def proposed_patterns(line: str) -> tuple[str, ...]:
    """A pattern for each number of a line, in order, all that comes before it being the same in every line of its kind.

    A time stamp at the beginning is left out.
    """
    content = line.encode()
    stamp = find_stamp(content)
    start = 0 if stamp is None else stamp.end
    while start < len(content) and content[start : start + 1] in b"]) \t|:-":
        start += 1
    found: list[str] = []
    before = b""
    for number in _A_NUMBER.finditer(content, start):
        before += content[start : number.start()].replace(b"*", b"?")
        start = number.end()
        if before.strip():
            found.append(
                " ".join(before.decode("utf-8", "replace").split()) + (" " if before[-1:] in b" \t" else "") + _MARK
            )
        before += _ANY.encode()
    return tuple(found)
