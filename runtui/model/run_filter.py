"""Filters a service itself has for its runs."""

import msgspec


class RunFilter(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: its name at the service, and in a phrase what it lets through."""

    name: str
    help: str = ""
