"""How much is asked of a service."""

from datetime import datetime

import msgspec


class CallGauge(msgspec.Struct, frozen=True, kw_only=True):
    """The requests to one account, made by all of this user's processes.

    `made` counts the last minute, `allowed` is how many a minute keeping lists up to date may take, None where that
    is not limited. `waiting` are waiting for their turn. Until `cooled_until` (aware, in UTC) the service wants none.
    """

    made: int = 0
    allowed: float | None = None
    waiting: int = 0
    cooled_until: datetime | None = None
