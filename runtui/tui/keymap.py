"""The keys a user chose instead of ours, checked."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence, Set
from typing import Final

from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.keys import Keys

from runtui.config.near import near_matches
from runtui.config.settings import KeyOverride
from runtui.model.errors import ConfigError
from runtui.tui.widgets.key_names import NO_KEY, character_of

_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED: Final = frozenset(key.value for key in Keys)
_ALSO: Final = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete"}


def read_keymap(overrides: Sequence[KeyOverride]) -> dict[str, str]:
    """Keys by action id, in the framework's names, several with commas between them.

    A key may be written as the help shows it (`^s`, `PgDn`, `?`) or by its name (`ctrl+s`, `pagedown`,
    `question_mark`). Raises ConfigError for an action or a key that there is not.
    """
    known = action_ids() if overrides else frozenset()
    keymap: dict[str, str] = {}
    for override in overrides:
        if override.action not in known:
            raise override.origin.error("is not an action", key=override.action, hint=_near(override.action, known))
        keys = [_key(override, written) for written in override.keys]
        keymap[override.action] = ",".join(keys or [NO_KEY])
    return keymap


def action_ids() -> frozenset[str]:
    """The ids of all actions of all screens and widgets."""
    return frozenset(binding.id for bindings in all_bindings() for _, binding in bindings if binding.id)


def all_bindings() -> Iterator[BindingsMap]:
    """The bindings of every class of ours that has some."""
    for package in ("runtui.tui.screens", "runtui.tui.widgets"):
        folder = importlib.import_module(package)
        for module in pkgutil.iter_modules(folder.__path__):
            importlib.import_module(f"{package}.{module.name}")
    importlib.import_module("runtui.tui.app")
    for node in _below(DOMNode):
        if node.__module__.startswith("runtui."):
            yield BindingsMap(node.__dict__.get("BINDINGS", ()))


def _below(base: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for node in base.__subclasses__():
        yield node
        yield from _below(node)


def _near(action: str, known: Set[str]) -> str:
    """The ids most like the one written; those of its group, or what groups there are, when none is."""
    group = action.partition(".")[0]
    return near_matches(action, [one for one in known if one.partition(".")[0] == group] or known)


def _key(override: KeyOverride, written: str) -> str:
    *modifiers, last = written.replace("^", "ctrl+").split("+") if len(written) > 1 else [written]
    name = last if len(last) == 1 else _ALSO.get(last.lower(), last.lower())
    prefixes = [modifier.lower() for modifier in modifiers]
    if not _MODIFIERS.issuperset(prefixes) or not (len(name) == 1 or name in _NAMED or character_of(name)):
        sentence = f"is given {written!r}, which is not a key"
        raise _wrong(override, sentence)
    return "+".join([*prefixes, "comma" if name == "," else name])


def _wrong(override: KeyOverride, sentence: str) -> ConfigError:
    return override.origin.error(sentence, key=override.action, hint='For example "x", "ctrl+x", "f5" or "pagedown".')
