"""Filters of CARROT's lists, in the form in which it takes them: what cannot be one is a 400 there, said here first."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from runtui.backends.carrot.run_listing import naive
from runtui.backends.carrot.words import REPORT_STATUSES, RUN_STATUSES
from runtui.model.errors import InputError, InputProblem
from runtui.model.near import near_matches
from runtui.model.query_values import parse_day, parse_seconds
from runtui.model.run_filter import RunFilter

WHEN: Final = "an age such as 2d, or a day such as 2026-01-29"
_SORT: Final = re.compile(r"\s*(?:-?\w+|(?:asc|desc)\(\w+\))(?:\s*,\s*(?:-?\w+|(?:asc|desc)\(\w+\)))*\s*")

GROUP_FILTERS: Final = (
    RunFilter(name="owner", help="whose repository it is"),
    RunFilter(name="repo", help="the repository"),
    RunFilter(name="issue_number", help="the number of the pull request"),
    RunFilter(name="author", help="who wrote it"),
    RunFilter(name="base_commit", help="the whole commit it starts from"),
    RunFilter(name="head_commit", help="the whole commit it ends at"),
    RunFilter(name="test_input_key", help="the input of the test workflow that names the software"),
    RunFilter(name="eval_input_key", help="the input of the eval workflow that names the software"),
    RunFilter(name="created_after", help=WHEN),
    RunFilter(name="created_before", help=WHEN),
    RunFilter(name="run_group_id", help="the id of a group"),
)
REPORT_FILTERS: Final = (
    RunFilter(name="report_id", help="the id of a report"),
    RunFilter(name="status", help="CARROT's word, such as failed"),
    RunFilter(name="cromwell_job_id", help="the id of the workflow that makes it"),
    RunFilter(name="created_by", help="an e-mail, whole"),
    *(RunFilter(name=f"{word}_{when}", help=WHEN) for word in ("created", "finished") for when in ("after", "before")),
    RunFilter(name="sort", help="fields, such as -finished_at; the newest first without it"),
    RunFilter(name="limit", help="how many at most"),
    RunFilter(name="offset", help="without the first so many"),
)

Params = dict[str, str | int]


def checked(
    filters: Mapping[str, str], known: Sequence[RunFilter], now: datetime, *, hint: str, statuses: Mapping[str, object]
) -> Params:
    """The filters as CARROT takes them. One without a value is none. Raises InputError for all that is wrong."""
    names = {one.name for one in known}
    params: Params = {}
    problems: list[InputProblem] = []
    for name, value in filters.items():
        if name not in names:
            near = near_matches(name, names)
            problems.append(InputProblem(name, f"CARROT has no such filter. {near}".strip()))
        elif text := value.strip():
            try:
                params[name] = _value(name, text, now, statuses)
            except ValueError as error:
                problems.append(InputProblem(name, str(error)))
    if problems:
        raise InputError.of(problems, hint=hint)
    return params


def group_params(filters: Mapping[str, str], now: datetime) -> Params:
    """The filters of a list of groups."""
    return checked(filters, GROUP_FILTERS, now, hint="`runtui groups --help` lists the filters.", statuses={})


def report_params(filters: Mapping[str, str], now: datetime) -> Params:
    """The filters of a list of reports."""
    hint = f"There are {', '.join(one.name for one in REPORT_FILTERS)}."
    return checked(filters, REPORT_FILTERS, now, hint=hint, statuses=REPORT_STATUSES)


def run_params(filters: Mapping[str, str], known: Sequence[RunFilter], now: datetime) -> Params:
    """The filters of a list of runs; `known` are those that are offered."""
    return checked(filters, known, now, hint="`runtui find PROFILE` lists the filters.", statuses=RUN_STATUSES)


def _value(name: str, text: str, now: datetime, statuses: Mapping[str, object]) -> str | int:
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


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValueError(f"{text!r} is not a whole number of at least 0")
    return int(text)


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
    "limit": _number,
    "offset": _number,
    "issue_number": _number,
    "run_group_id": _id,
    "report_id": _id,
}
