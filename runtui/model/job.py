"""What runs are listed under."""

from datetime import datetime

import msgspec

from runtui.model.start_form import StartForm
from runtui.model.status import Status
from runtui.model.variable import Variable


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A Rescale job, a DeltaTwin component, a CARROT test, a local job.

    `inputs` are the declared inputs with their types and defaults, when the service declares them. `run_count` is
    the service's own number of runs, when it says one.
    """

    profile: str
    service: str
    id: str
    name: str = ""
    version: str = ""
    description: str = ""
    status: Status = Status.UNKNOWN
    status_text: str = ""
    reason: str = ""
    cluster_text: str = ""
    owner: str = ""
    created_at: datetime | None = None
    run_count: int | None = None
    inputs: tuple[Variable, ...] = ()
    start_form: StartForm = StartForm()
    kind: str = ""
    """The service's word for what it is, where that is not what a run is of: its runs have it by name in `extra`."""
    extra: dict[str, str] = {}
