"""`runtui list`: the runs of all profiles."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime

from runtui.cli import output
from runtui.cli.exit_codes import worst_exit_code
from runtui.cli.json_shapes import run_shape
from runtui.cli.json_text import write_json_lines, write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.run_order import RunOrder
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.config.paths import find_paths
from runtui.model.errors import ConfigError
from runtui.model.list_view import EVERY_STATUS, ChosenColumn, ListView
from runtui.model.near import near_matches
from runtui.model.query import parse_query
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from runtui.render.run_column_choice import chosen_columns, default_columns, unknown_columns
from runtui.render.run_columns import has_column, run_column, short_run_ids
from runtui.services.session import RunList, Session
from runtui.services.views import Views


def run(
    options: CommonOptions,
    *,
    statuses: Sequence[str],
    where: str,
    group: str,
    sort_key: str,
    reverse: bool,
    view: str,
    limit: int | None,
    offset: int,
    as_json: bool,
    as_lines: bool,
) -> int:
    """List the runs that are wanted; the exit code is that of the worst that happened to a profile."""
    saved = Views(find_paths(None, os.environ).data_folder).find(view) if view else ListView()
    wanted = wanted_statuses(statuses) or (frozenset() if saved.status == EVERY_STATUS else saved.statuses)
    query = parse_query(" ".join(f"({text})" if view else text for text in (saved.where, where) if text))
    order = _order(saved, sort_key, reverse=reverse) if view else RunOrder(sort_key, reverse=reverse)
    group_profile = _group_profile(options) if group else ""
    first_ones_do = None if limit is None or wanted or where or sort_key or reverse or view else offset + limit

    async def work(session: Session) -> int:
        if group:
            listed = await _list_group(session, group_profile, group, wanted)
        else:
            listed = await session.list_runs(statuses=wanted, limit=first_ones_do)
        now = session.clock.now()
        runs = order.sorted(query.select(listed.runs, now.astimezone()), now)[offset:][:limit]
        if as_json or as_lines:
            (write_json_lines if as_lines else write_json_list)(run_shape(run, now) for run in runs)
        else:
            write_run_table(runs, now, saved.columns)
        output.flush()
        if not runs and not (as_json or as_lines or listed.errors):
            output.say("no runs" if not listed.runs else f"none of {len(listed.runs)} runs matches")
        return _end(listed)

    return in_session(options, work)


def _group_profile(options: CommonOptions) -> str:
    if len(set(options.profiles)) != 1:
        raise ConfigError("--group needs the one profile the group is of", hint="Add -p PROFILE.")
    return options.profiles[0]


async def _list_group(session: Session, profile: str, group: str, wanted: frozenset[Status]) -> RunList:
    listed = await session.runs_of_group(profile, group)
    runs = tuple(run for run in listed.runs if not wanted or run.status in wanted)
    return RunList(runs=runs, problems=listed.problems)


def wanted_statuses(written: Iterable[str]) -> frozenset[Status]:
    """The statuses a person named, with commas or one by one. Raises ConfigError for a word that is none."""
    words = [word.strip().lower() for text in written for word in text.split(",") if word.strip()]
    known = [status.value for status in Status]
    for word in words:
        if word not in known:
            near = near_matches(word, known)
            listed = f"Statuses are {', '.join(known)}."
            raise ConfigError(f"there is no status {word!r}", hint=f"{near} {listed}" if "mean" in near else listed)
    return frozenset(Status(word) for word in words)


def _order(view: ListView, sort_key: str, *, reverse: bool) -> RunOrder:
    """The order a view holds, or that of a column that was asked for instead."""
    if sort_key or not has_column(view.sort):
        return RunOrder(sort_key, reverse=reverse)
    return RunOrder(view.sort, reverse=(run_column(view.sort).descending_first != view.descending) != reverse)


def write_run_table(runs: Sequence[Run], now: datetime, chosen: Sequence[ChosenColumn] = ()) -> None:
    """Runs in the columns chosen, else in those that fit and that they have something for; nothing for no runs."""
    if not runs:
        return
    width = output.width()
    short = {} if width is None else short_run_ids(runs)
    context = DrawContext(now=now, glyphs=output.glyphs(), short_ids=short)
    for key in unknown_columns(chosen):
        output.say(f"there is no column {key!r}: it is left out")
    columns = chosen_columns(chosen) or default_columns(runs, width or output.PIPED_WIDTH, context)
    output.write_lines(table_lines(runs, columns, context))


def _end(listed: RunList) -> int:
    for problem in listed.problems:
        output.say(problem)
    for profile, error in listed.errors.items():
        output.complain_of(error, profile=profile)
    return worst_exit_code(listed.errors.values())
