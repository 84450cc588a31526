"""Mail a service sends when runs are over."""

from datetime import datetime

import msgspec


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """One address that is told when a run of a job, or a report on one, is over. `kind` is what the service calls
    the job where it is not what runs are of."""

    id: str
    email: str
    job_id: str
    job: str = ""
    kind: str = ""
    created_at: datetime | None = None
