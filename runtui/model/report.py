"""CARROT's reports of runs."""

from datetime import datetime

import msgspec

from runtui.model.output_file import OutputFile
from runtui.model.status import Status


class ReportKind(msgspec.Struct, frozen=True, kw_only=True):
    """A report that can be made of a run. `id` is what names it at the service."""

    id: str
    name: str = ""
    description: str = ""


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
