"""What makes a terminal tell its user something, also over SSH and from within tmux or screen."""

from collections.abc import Mapping
from typing import Final

from runtui.render.sanitise import one_line

_BELL: Final = "\x07"
_END: Final = "\x1b\\"
_LONGEST: Final = 120
_SPEAKS_777: Final = ("rxvt", "foot", "vte", "gnome", "tilix")
_SPEAKS_99: Final = ("kitty",)
_SPEAKS_NONE: Final = ("linux", "dumb", "vt100", "vt220")


def terminal_notice(title: str, body: str, environ: Mapping[str, str]) -> str:
    """The bytes that show a notice, and ring the bell.

    OSC 99 for kitty, 777 for rxvt, foot and the terminals built on VTE, 9 for all others, for those that do not know
    it pass it over; a console, which would not, gets the bell alone. Texts are made safe.
    """
    title, body = (one_line(text, _LONGEST).replace(";", ",") for text in (title, body))
    name = _name_of(environ)
    if name.startswith(_SPEAKS_NONE):
        return _BELL
    if name.startswith(_SPEAKS_99):
        told = f"\x1b]99;i=runtui:d=0;{title}{_END}\x1b]99;i=runtui:d=1:p=body;{body}{_END}"
    elif name.startswith(_SPEAKS_777):
        told = f"\x1b]777;notify;{title};{body}{_END}"
    else:
        told = f"\x1b]9;{title}: {body}{_BELL}"
    return _passed_on(told, environ) + _BELL


def _name_of(environ: Mapping[str, str]) -> str:
    """The terminal's name in lower case. What it says of itself comes before TERM, which many share; a multiplexer
    is not the terminal one looks at."""
    if environ.get("KITTY_WINDOW_ID"):
        return "kitty"
    if environ.get("VTE_VERSION"):
        return "vte"
    names = (environ.get("LC_TERMINAL"), environ.get("TERM_PROGRAM"), environ.get("TERM"))
    for name in names:
        plain = (name or "").lower().removeprefix("xterm-")
        if plain and not plain.startswith(("tmux", "screen")):
            return plain
    return ""


def _passed_on(told: str, environ: Mapping[str, str]) -> str:
    """The same through a multiplexer, which would keep it for itself; tmux has to be allowed to pass it on."""
    if environ.get("TMUX"):
        return "\x1bPtmux;" + told.replace("\x1b", "\x1b\x1b") + _END
    if environ.get("STY"):
        return "\x1bP" + told.replace(_END, _BELL) + _END
    return told
