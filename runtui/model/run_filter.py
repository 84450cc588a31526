"""Filters a service itself has for its runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from runtui.model.errors import InputError, InputProblem
from runtui.model.near import near_matches

T = TypeVar("T")


class RunFilter(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: its name at the service, and in a phrase what it lets through."""

    name: str
    help: str = ""


def read_filters(
    filters: Mapping[str, str],
    known: Sequence[RunFilter],
    read: Callable[[str, str], T],
    *,
    service: str,
    hint: str = "`runtui find PROFILE` lists the filters.",
) -> dict[str, T]:
    """The filters that have a value, each as `read` makes it of its name and its stripped text.

    Raises InputError that names everything wrong: filters that are not known, and those for which `read` raises
    ValueError with a phrase.
    """
    names = {one.name for one in known}
    values: dict[str, T] = {}
    problems: list[InputProblem] = []
    for name, text in filters.items():
        if name not in names:
            near = near_matches(name, names)
            problems.append(InputProblem(name, f"{service} has no such filter. {near}".strip()))
        elif text.strip():
            try:
                values[name] = read(name, text.strip())
            except ValueError as error:
                problems.append(InputProblem(name, str(error)))
    if problems:
        raise InputError.of(problems, hint=hint)
    return values


def whole_number(text: str) -> int:
    """A number a service may count rows with. Raises ValueError with a phrase."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"{text!r} is not a whole number of at least 0")
    return int(text)
