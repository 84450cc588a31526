"""Text from a service made safe for a terminal: what is dangerous becomes visible and inert.

Whatever a service, a job's author or a log writes may reach the screen only through this module. Nothing it returns
holds an escape or control character, a character that changes the direction of text, one that takes no room, half of
a surrogate pair, or a stack of combining marks that would run over its neighbours. Instead one sees `␛`, `␊`,
`⟨U+202E⟩`, `�`. Variation selectors 15 and 16, which only choose between two drawings of an emoji and about whose
width terminals disagree, are left out.
"""

import re
from typing import NamedTuple

from runtui.render.sgr import PLAIN, Sgr, SgrSpan, apply_sgr
from runtui.render.widths import ELLIPSIS, cell_width

ONE_LINE_LIMIT = 2_000
LOG_LINE_LIMIT = 65_536
TAB_STOP = 8
_STACK = 4  # marks kept on one character; scripts in use need three

_UNSAFE_CHARACTERS = (
    "\x00-\x1f\x7f-\x9f\xad"  # controls of both sets, soft hyphen
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # fillers and vowels that are never seen
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, direction, line and paragraph separators
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u06df-\u06e4"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
)
_UNSAFE = re.compile(f"[{_UNSAFE_CHARACTERS}]")
_STACKED = re.compile(f"\\A(?=[{_MARKS}])|(?<=[{_MARKS}]{{{_STACK}}})[{_MARKS}]+")
_SUSPECT = re.compile(f"[{_UNSAFE_CHARACTERS}]|\\A[{_MARKS}]|[{_MARKS}]{{{_STACK + 1}}}")
_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)(?:([0-9;:]*)m|[0-9;?]*[JK])")


class LogText(NamedTuple):
    """A line of a log: its safe text, and the looks the log itself asked for."""

    plain: str
    spans: tuple[SgrSpan, ...] = ()


def is_safe(text: str) -> bool:
    """Whether `one_line` would leave it as it is, whatever its length."""
    return (text.isascii() and text.isprintable()) or _SUSPECT.search(text) is None


def one_line(text: str, limit: int = ONE_LINE_LIMIT) -> str:
    """The text for one line of a screen, at most `limit` characters long, with an ellipsis when it was cut.

    Line ends and tabs become visible: `first␊second`.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    if "\r" in text[: limit + 1]:
        text = text.replace("\r\n", "\n")
    safe = _inert(text[: limit + 1])
    if len(text) <= limit and len(safe) <= limit:
        return safe
    return safe[: max(0, limit - 1)] + ELLIPSIS[:limit]


def escaped_line(text: str) -> str:
    """One line of JSON made safe by JSON's own escapes (`\\u202e`), so that it means the same as before."""
    if is_safe(text):
        return text
    return _STACKED.sub(_escaped, _UNSAFE.sub(_escaped, text))


def safe_lines(text: str, limit: int = ONE_LINE_LIMIT) -> list[str]:
    """The lines of a longer text (a message, a description), each safe and of at most `limit` characters.

    Tabs are expanded and empty lines at the end dropped.
    """
    lines = text.rstrip().replace("\r\n", "\n").split("\n")
    return [one_line(line.expandtabs(TAB_STOP), limit) for line in lines] if lines != [""] else []


def log_line(text: str, limit: int = LOG_LINE_LIMIT) -> LogText:
    """A line of a log with its harmless colours, tabs expanded, at most about `limit` characters of it.

    Colours and weights (SGR) become spans; erasing sequences, which have nothing to erase here, are left out; every
    other sequence and character that is not harmless is shown. The line's own end is dropped.
    """
    text = text.removesuffix("\n").removesuffix("\r")
    if len(text) > limit:
        text = text[:limit] + ELLIPSIS
    if text.isascii() and (text.isprintable() or text.replace("\t", " ").isprintable()):
        return LogText(text.expandtabs(TAB_STOP) if "\t" in text else text)
    if _SUSPECT.search(text) is None:
        return LogText(text)
    return _styled(text)


def _styled(text: str) -> LogText:
    line = _LineBuilder()
    sgr, start = PLAIN, 0
    for match in _SEQUENCE.finditer(text):
        line.add(text[start : match.start()], sgr)
        if match[1] is not None:
            sgr = apply_sgr(sgr, match[1])
        start = match.end()
    line.add(text[start:], sgr)
    return line.finish()


class _LineBuilder:
    """Collects pieces of one line, knowing at which cell it stands for the sake of tabs."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[SgrSpan] = []
        self._length = 0
        self._column = 0

    def add(self, raw: str, sgr: Sgr) -> None:
        start = self._length
        first, *others = raw.split("\t")
        self._put(_UNSAFE.sub(_visible, first))
        for part in others:
            self._put(" " * (TAB_STOP - self._column % TAB_STOP))
            self._put(_UNSAFE.sub(_visible, part))
        look = sgr.visible
        if look != PLAIN and self._length > start:
            self._spans.append(SgrSpan(start, self._length, look))

    def _put(self, safe: str) -> None:
        self._pieces.append(safe)
        self._length += len(safe)
        self._column += cell_width(safe)

    def finish(self) -> LogText:
        plain = "".join(self._pieces)
        calm = _STACKED.sub(_visible_stack, plain)
        return LogText(plain, tuple(self._spans)) if calm == plain else LogText(calm)


def _inert(text: str) -> str:
    if _SUSPECT.search(text) is None:
        return text
    return _STACKED.sub(_visible_stack, _UNSAFE.sub(_visible, text))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code in (0xFE0E, 0xFE0F):
        return ""
    return f"⟨U+{code:04X}⟩"


def _escaped(match: re.Match[str]) -> str:
    utf16 = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{utf16[at : at + 2].hex()}" for at in range(0, len(utf16), 2))


def _visible_stack(match: re.Match[str]) -> str:
    return f"⟨+{len(match[0])} marks⟩" if match[0] else "◌"
