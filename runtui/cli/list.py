"""`runtui list`: the runs of all profiles."""

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
from runtui.model.errors import ConfigError
from runtui.model.near import near_matches
from runtui.model.query import parse_query
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from runtui.render.run_column_choice import default_columns
from runtui.render.run_columns import short_run_ids
from runtui.services.session import RunList, Session


def run(
    options: CommonOptions,
    *,
    statuses: Sequence[str],
    where: str,
    group: str,
    sort_key: str,
    reverse: bool,
    limit: int | None,
    offset: int,
    as_json: bool,
    as_lines: bool,
) -> int:
    """List the runs that are wanted; the exit code is that of the worst that happened to a profile."""
    wanted = wanted_statuses(statuses)
    query = parse_query(where)
    order = RunOrder(sort_key, reverse=reverse)
    group_profile = _group_profile(options) if group else ""
    first_ones_do = None if limit is None or wanted or where or sort_key or reverse else offset + limit

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
            write_run_table(runs, now)
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


def write_run_table(runs: Sequence[Run], now: datetime) -> None:
    """Runs in the columns that fit and that they have something for; nothing for none."""
    if not runs:
        return
    width = output.width()
    short = {} if width is None else short_run_ids(runs)
    context = DrawContext(now=now, glyphs=output.glyphs(), short_ids=short)
    columns = default_columns(runs, width or output.PIPED_WIDTH, context)
    output.write_lines(table_lines(runs, columns, context))


def _end(listed: RunList) -> int:
    for problem in listed.problems:
        output.say(problem)
    for profile, error in listed.errors.items():
        output.complain_of(error, profile=profile)
    return worst_exit_code(listed.errors.values())
