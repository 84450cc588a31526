"""What a service keeps beside jobs and runs, as tables to look things up in."""

from datetime import datetime

import msgspec


class CatalogueTable(msgspec.Struct, frozen=True, kw_only=True):
    """One of the tables. `help` says in a few words what stands in it."""

    name: str
    help: str = ""
    of: str = ""
    """The service's word for what its entries can be narrowed to; empty where they cannot."""
    below: str = ""
    """The name of the table whose entries belong to one of this; empty for none."""


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. `facts` are what the service says of it, by name, as texts."""

    id: str
    name: str = ""
    created_at: datetime | None = None
    facts: dict[str, str] = {}
