"""Keys as a person reads them, and whether a key would be typed instead of doing something."""

from typing import Any, Final

from textual.binding import ActiveBinding
from textual.keys import REPLACED_KEYS, format_key, key_to_character
from textual.screen import Screen

NO_KEY: Final = "no_key"
"""The key of an action that is switched off: no terminal sends it."""
_WORDS: Final = {
    NO_KEY: "",
    "enter": "Enter",
    "space": "Space",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}
_ARROWS: Final = {"up": "↑", "down": "↓", "left": "←", "right": "→"}


def key_words(key: str, *, ascii_only: bool = False) -> str:
    """`ctrl+s` as `^s`, `question_mark` as `?`, `shift+tab` as `Shift+Tab`, `down` as `↓` or, in ASCII, as `Down`.

    Nothing for an action that was given no key.
    """
    *modifiers, last = key.split("+")
    word = _word(last, ascii_only=ascii_only)
    if modifiers == ["ctrl"]:
        return f"^{word}"
    return "+".join([*(modifier.capitalize() for modifier in modifiers), word])


def _word(key: str, *, ascii_only: bool) -> str:
    if key in _ARROWS:
        return key.capitalize() if ascii_only else _ARROWS[key]
    if key in _WORDS:
        return _WORDS[key]
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    return format_key(key)


def character_of(key: str) -> str | None:
    """What the key types into a prompt; None for keys that type nothing."""
    return key_to_character(REPLACED_KEYS.get(key, key))


def acts_now(screen: Screen[Any], key: str, active: ActiveBinding) -> bool:
    """Whether the key does what it is bound to: it does not where the prompt one types into takes it for its text.

    The framework leaves such bindings out itself, but not those of the keys it has names of its own for, like `/`.
    """
    focused = screen.focused
    if focused is None or active.node is focused or active.binding.priority:
        return active.enabled
    return active.enabled and not focused.check_consume_key(key, character_of(key))
