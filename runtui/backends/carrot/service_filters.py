"""Filters of CARROT's lists, in the form in which it takes them: what cannot be one is a 400 there, said here first."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from runtui.backends.carrot.run_listing import naive
from runtui.backends.carrot.words import REPORT_STATUSES, RUN_STATUSES
from runtui.model.near import near_matches
from runtui.model.query_values import parse_day, parse_seconds
from runtui.model.run_filter import RunFilter, read_filters, whole_number

WHEN: Final = "an age such as 2d, or a day such as 2026-01-29"
_SERVICE: Final = "CARROT"
_SORT: Final = re.compile(r"\s*(?:-?\w+|(?:asc|desc)\(\w+\))(?:\s*,\s*(?:-?\w+|(?:asc|desc)\(\w+\)))*\s*")

PLACES: Final = {"pipeline": "pipelines", "template": "templates", "test": "tests"}
"""What runs are listed of, and where lists of such stand."""

_CREATED: Final = tuple(RunFilter(name=f"created_{when}", help=WHEN) for when in ("after", "before"))
_FINISHED: Final = tuple(RunFilter(name=f"finished_{when}", help=WHEN) for when in ("after", "before"))
_BY: Final = RunFilter(name="created_by", help="an e-mail, whole")
_GROUP: Final = RunFilter(name="run_group_id", help="the id of a group")
_OFFSET: Final = RunFilter(name="offset", help="without the first so many")

RUN_FILTERS: Final = (
    *(RunFilter(name=name, help=f"runs of this {name}, by its name or id") for name in PLACES),
    RunFilter(name="status", help="CARROT's word, such as evalfailed"),
    RunFilter(name="name", help="the whole name"),
    _BY,
    *_CREATED,
    *_FINISHED,
    _GROUP,
    RunFilter(name="test_cromwell_job_id", help="the test workflow's id"),
    RunFilter(name="eval_cromwell_job_id", help="the eval workflow's id"),
    RunFilter(name="software_versions", help='JSON: {"name": ..., "commits_and_tags": [...]}'),
    RunFilter(name="sort", help="fields, such as -finished_at,name; the newest first without it"),
    RunFilter(name="limit", help="how many at most, of each pipeline where none is named"),
    _OFFSET,
)
"""Those that work: CARROT compares its filters by inputs and options with something else than what is sent."""

GROUP_FILTERS: Final = (
    RunFilter(name="owner", help="whose repository it is"),
    RunFilter(name="repo", help="the repository"),
    RunFilter(name="issue_number", help="the number of the pull request"),
    RunFilter(name="author", help="who wrote it"),
    RunFilter(name="base_commit", help="the whole commit it starts from"),
    RunFilter(name="head_commit", help="the whole commit it ends at"),
    RunFilter(name="test_input_key", help="the input of the test workflow that names the software"),
    RunFilter(name="eval_input_key", help="the input of the eval workflow that names the software"),
    *_CREATED,
    _GROUP,
)
REPORT_FILTERS: Final = (
    RunFilter(name="report_id", help="the id of a report"),
    RunFilter(name="status", help="CARROT's word, such as failed"),
    RunFilter(name="cromwell_job_id", help="the id of the workflow that makes it"),
    _BY,
    *_CREATED,
    *_FINISHED,
    RunFilter(name="sort", help="fields, such as -finished_at; the newest first without it"),
    RunFilter(name="limit", help="how many at most"),
    _OFFSET,
)

Params = dict[str, str | int]


def run_params(filters: Mapping[str, str], now: datetime) -> Params:
    """The filters of a list of runs as CARROT takes them; what runs are listed of is among them as it was written.

    This and the two below raise InputError for all that is wrong.
    """
    return read_filters(filters, RUN_FILTERS, partial(_value, now, RUN_STATUSES), service=_SERVICE)


def group_params(filters: Mapping[str, str], now: datetime) -> Params:
    """The filters of a list of groups."""
    return read_filters(filters, GROUP_FILTERS, partial(_value, now, {}), service=_SERVICE, hint=_all_of(GROUP_FILTERS))


def report_params(filters: Mapping[str, str], now: datetime) -> Params:
    """The filters of a list of reports."""
    read = partial(_value, now, REPORT_STATUSES)
    return read_filters(filters, REPORT_FILTERS, read, service=_SERVICE, hint=_all_of(REPORT_FILTERS))


def _all_of(filters: Sequence[RunFilter]) -> str:
    return f"There are {', '.join(one.name for one in filters)}."


def _value(now: datetime, statuses: Mapping[str, object], name: str, text: str) -> str | int:
    """A value as CARROT takes it. Raises ValueError with a phrase for one that is none."""
    read = _READERS.get(name)
    if read is not None:
        return read(text)
    if name.endswith(("_after", "_before")):
        return _moment(text, now, is_after=name.endswith("after"))
    if name == "status":
        word = text.lower().replace("_", "")
        if word not in statuses:
            raise ValueError(f"{text!r} is none of CARROT's words. {near_matches(word, statuses)}".strip())
        return word
    return text


def _moment(text: str, now: datetime, *, is_after: bool) -> str:
    """After a day means after its end, before it before its beginning."""
    day, seconds = parse_day(text), parse_seconds(text)
    try:
        if day is not None:
            first, end = day.between(now.astimezone())
            return naive((end - timedelta(microseconds=1) if is_after else first).astimezone(UTC))
        if seconds is not None:
            return naive((now - timedelta(seconds=seconds)).astimezone(UTC))
    except OverflowError:
        pass
    raise ValueError(f"{text!r} is no moment: write {WHEN}")


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError(f"{text!r} is no id: those are UUIDs") from None


def _sort(text: str) -> str:
    """`-created_at,name` or CARROT's own form. Fields CARROT does not know it ignores without a word."""
    if not _SORT.fullmatch(text):
        raise ValueError(f"{text!r} is no order: write fields with commas, those with - the other way round")
    parts = [part.strip() for part in text.split(",")]
    return ",".join(f"desc({part[1:]})" if part.startswith("-") else part for part in parts)


_READERS: Final[Mapping[str, Callable[[str], str | int]]] = {
    "sort": _sort,
    "limit": whole_number,
    "offset": whole_number,
    "issue_number": whole_number,
    "run_group_id": _id,
    "report_id": _id,
}
