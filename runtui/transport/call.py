"""A request as a caller wants it, whatever it takes to have it answered."""

from collections.abc import Mapping

import msgspec

from runtui.model.secret import Secret


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a backend. `url` is absolute, `scope` the budget it counts on.

    `logs_in` sends no authorization, for it is how one gets it. `secrets` are texts in its own body that no error may
    show.
    """

    method: str
    url: str
    operation: str
    headers: Mapping[str, str]
    content: bytes | None = None
    scope: str = ""
    logs_in: bool = False
    is_file: bool = False
    secrets: tuple[Secret, ...] = ()
