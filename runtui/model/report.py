"""A CARROT report of a run."""

from datetime import datetime

import msgspec

from runtui.model.output_file import OutputFile
from runtui.model.status import Status


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of a report for a run. `id` is the report's id at the service, `files` what it produced."""

    id: str
    name: str = ""
    status: Status = Status.UNKNOWN
    status_text: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None
    owner: str = ""
    files: tuple[OutputFile, ...] = ()
    extra: dict[str, str] = {}
