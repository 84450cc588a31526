"""How much of an allowance is used."""

import msgspec


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a quota panel. `unit` is `runs`, `bytes`, `seconds` or the service's own word."""

    name: str
    used: float
    limit: float | None = None
    unit: str = ""
