"""Variables in the words of a command: `{name}` stands for a value, `{{` and `}}` for braces themselves."""

import re
import shlex
from collections.abc import Callable, Mapping

from runtui.backends.local.mapping import text_of
from runtui.model.errors import InputError, InputProblem
from runtui.model.near import near_matches

Value = str | int | float | bool | None

_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z_][\w.\-]*)\}")


def put_in(text: str, values: Mapping[str, Value], *, quote: bool = False) -> str:
    """The text with its variables put in; with `quote` so that a shell takes each value as one word.

    Raises InputError for a variable there is not.
    """
    form: Callable[[str], str] = shlex.quote if quote else str

    def value(match: "re.Match[str]") -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in values:
            hint = (
                near_matches(name, values) or f"Give it with --var {name}=VALUE; braces themselves are {{{{ and }}}}."
            )
            raise InputError(
                f"there is no variable {name!r} for {{{name}}}", hint=hint,
                problems=[InputProblem(name, "it is used and has no value")],
            )  # fmt: skip
        return form(text_of(values[name]))

    return _PART.sub(value, text)


def names_in(text: str) -> tuple[str, ...]:
    """The variables a text uses, each once."""
    return tuple(dict.fromkeys(match[1] for match in _PART.finditer(text) if match[1]))
