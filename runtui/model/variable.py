"""A named value of a run."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a variable is to its run; the order is the order in which they are shown."""

    INPUT = "input"
    PARAMETER = "parameter"
    OUTPUT = "output"
    RESULT = "result"


class Variable(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One named value.

    `value` is what it is sorted and compared by (JSON objects and lists are held as their JSON text); `text` is what
    the service shows for it. A secret variable never holds its value: `value` is None and `text` a mask.
    """

    name: str
    role: Role
    type: str = ""
    value: float | int | bool | str | None = None
    text: str = ""
    default: str | None = None
    """The text of the default, when it is known to differ from what was set."""
    secret: bool = False
    file_id: str | None = None
    """The id of the output file this variable names, when it names one."""
