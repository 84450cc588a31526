"""What a setting may be, said in words: `a whole number of at least 1`."""

from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any

from msgspec import inspect

from runtui.model.secret import SecretRef


def expected(annotation: Any) -> str:
    """The values a field of this type accepts, as the object of a sentence: `must be ...`."""
    return _words(inspect.type_info(annotation))


def choices(annotation: Any) -> tuple[str, ...]:
    """The texts a field accepts, when they are a closed set; else empty."""
    return _choices(inspect.type_info(annotation))


def kind_of(value: object) -> str:
    """What a value read from TOML is, without showing it: it may be a secret in the wrong place."""
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    return "something else"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number with a fraction"),
    (str, "text"),
    (list, "a list"),
    (dict, "a table"),
    ((date, time), "a date or time"),
)


def _words(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata():
            return _words(kind.type)
        case inspect.UnionType():
            return " or ".join(_words(one) for one in kind.types if not isinstance(one, inspect.NoneType))
        case inspect.LiteralType() | inspect.EnumType():
            return f"one of {', '.join(repr(choice) for choice in _choices(kind))}"
        case inspect.IntType() | inspect.FloatType():
            return ("a whole number" if isinstance(kind, inspect.IntType) else "a number") + _bounds(kind)
        case inspect.StrType():
            return "text" + (
                f" of the form {kind.pattern}" if kind.pattern else " that is not empty" * bool(kind.min_length)
            )
        case inspect.BoolType():
            return "true or false"
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            return f"a list, each item {_words(kind.item_type)}"
        case inspect.DictType():
            return f"a table, each value {_words(kind.value_type)}"
        case inspect.CustomType(cls=cls) if cls is SecretRef:
            return 'text or a table such as { env = "NAME" }'
        case inspect.CustomType(cls=cls) if cls is Path:
            return "the path of a file or folder, as text"
    raise TypeError(f"a setting cannot be of the type {kind!r}")


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = (("of at least", kind.ge), ("above", kind.gt), ("at most", kind.le), ("below", kind.lt))
    said = [f"{words} {bound:g}" for words, bound in bounds if bound is not None]
    return f" {' and '.join(said)}" if said else ""


def _choices(kind: inspect.Type) -> tuple[str, ...]:
    match kind:
        case inspect.Metadata():
            return _choices(kind.type)
        case inspect.UnionType():
            return _flat(_choices(one) for one in kind.types)
        case inspect.LiteralType():
            return tuple(str(value) for value in kind.values)
        case inspect.EnumType():
            return tuple(str(member.value) for member in kind.cls)
    return ()


def _flat(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(choice for group in groups for choice in group)
