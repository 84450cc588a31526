"""How cells look, and the shortest way from one look to the next.

A look is a text: the parameters of the sequence that selects it after a reset (`1;38;5;3;48;5;0`), the defaults left
out, and after a blank the address it links to, if any. Equal looks are equal texts.
"""

from typing import Any, Final, NamedTuple

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

PLAIN: Final = ""
"""The look after a reset."""
_KEPT: Final = 8192
"""Looks, and ways between two: pictures have thousands."""
_ENDED_BY: Final = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29",
    "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
"""What switches off what a parameter switches on."""
_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
_DEFAULTS: Final = ("39", "49")


class Parts(NamedTuple):
    """What a look consists of. The colours are parameters, empty where they are the terminal's own."""

    attributes: tuple[str, ...]
    foreground: str
    background: str
    link: str


class Looks:
    """The looks of one terminal, with what was found out about them."""

    def __init__(self) -> None:
        self._of_ansi: dict[str, str] = {}
        self._grounds: dict[str, str | None] = {}
        self._ways: dict[tuple[str, str], str] = {}

    def of(self, style: Style | None, colours: ColorSystem) -> str:
        """The look a style has with so many colours."""
        if style is None:
            return PLAIN
        ansi = style._ansi
        if ansi is None:
            ansi = Strip.render_ansi(style, colours)
        look = self._of_ansi.get(ansi)
        if look is None:
            _make_room(self._of_ansi)
            look = self._of_ansi[ansi] = _joined(read_parts(ansi))
        return f"{look} {style._link}" if style._link else look

    def ground(self, look: str) -> str | None:
        """The background where a blank in this look shows nothing else, empty for the terminal's own; else None."""
        try:
            return self._grounds[look]
        except KeyError:
            parts = read_parts(look)
            bare = not parts.link and _SEEN_ON_BLANKS.isdisjoint(parts.attributes)
            _make_room(self._grounds)
            return self._grounds.setdefault(look, parts.background if bare else None)

    def are_alike_blank(self, one: str, other: str) -> bool:
        """Whether a blank looks the same in both."""
        return one == other or (self.ground(one) is not None and self.ground(one) == self.ground(other))

    def way(self, old: str, new: str) -> str:
        """What makes a terminal that writes in one look write in another one."""
        if old == new:
            return ""
        try:
            return self._ways[old, new]
        except KeyError:
            _make_room(self._ways)
            return self._ways.setdefault((old, new), way_between(read_parts(old), read_parts(new)))


def read_parts(look: str) -> Parts:
    """Take a look apart; the parameters may stand in any order."""
    parameters, _, link = look.partition(" ")
    attributes: set[str] = set()
    colours = ["", ""]
    waiting = iter(parameters.split(";") if parameters else ())
    for code in waiting:
        if code in _ENDED_BY:
            attributes.add(code)
        elif code in ("38", "48"):
            kind = next(waiting, "")
            values = [next(waiting, "") for _ in range(3 if kind == "2" else 1)]
            colours[code == "48"] = ";".join((code, kind, *values))
        elif code not in _DEFAULTS:
            colours[code.startswith(("4", "10"))] = code
    return Parts(tuple(sorted(attributes)), colours[0], colours[1], link)


def way_between(old: Parts, new: Parts) -> str:
    """The shorter of two ways: to change what differs, or to reset everything and begin anew."""
    link = f"\x1b]8;;{new.link}\x1b\\" if old.link != new.link else ""
    anew = _joined(new._replace(link=""))
    if not anew:
        return link + ("\x1b[m" if _joined(old._replace(link="")) else "")
    changes = ";".join(_changes(old, new))
    if not changes:
        return link
    reset = f"0;{anew}"
    return f"{link}\x1b[{changes if len(changes) <= len(reset) else reset}m"


def _changes(old: Parts, new: Parts) -> list[str]:
    ended = sorted({_ENDED_BY[code] for code in old.attributes if code not in new.attributes})
    begun = [code for code in new.attributes if code not in old.attributes or _ENDED_BY[code] in ended]
    changed = [*ended, *begun]
    for default, before, after in zip(_DEFAULTS, old[1:3], new[1:3], strict=True):
        if before != after:
            changed.append(after or default)
    return changed


def _joined(parts: Parts) -> str:
    look = ";".join(filter(None, (*parts.attributes, parts.foreground, parts.background)))
    return f"{look} {parts.link}" if parts.link else look


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
