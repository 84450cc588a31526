"""Runs a service keeps together."""

from datetime import datetime

import msgspec


class RunGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of runs. `about` says in a line by what they belong together, as far as the service tells.

    `extra` are the service's facts behind that line, by name, as texts.
    """

    id: str
    created_at: datetime | None = None
    about: str = ""
    extra: dict[str, str] = {}
