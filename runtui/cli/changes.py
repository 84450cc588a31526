"""`runtui changes`: what changed since somebody last looked, or since a moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, worst_exit_code
from runtui.cli.json_shapes import change_shape
from runtui.cli.json_text import write_json_lines, write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.config.profile import Profile
from runtui.model.changes import Change, changes_between, changes_since, in_telling_order
from runtui.model.errors import ConfigError
from runtui.model.moment import parse_moment
from runtui.model.query_values import parse_seconds
from runtui.model.run import Run
from runtui.render.change_columns import CHANGE_COLUMNS
from runtui.render.columns import DrawContext
from runtui.render.run_columns import short_run_ids
from runtui.services.seen_marks import Seen, SeenMarks
from runtui.services.session import RunList, Session


def run(options: CommonOptions, *, since: str, seen: bool, as_json: bool, as_lines: bool) -> int:
    """Tell what changed; the exit code is that of the worst that happened to a profile."""
    marks = SeenMarks(places(options).data_folder)

    async def work(session: Session) -> int:
        now = session.clock.now()
        moment = _moment(since, now) if since else None
        listed = await session.list_runs()
        if moment is not None:
            changes = changes_since(listed.runs, moment)
        else:
            looked = _Looking(marks, listed, now)
            changes = [change for profile in session.profiles for change in looked.changes(profile, is_seen=seen)]
        ordered = in_telling_order(changes)
        if as_json or as_lines:
            (write_json_lines if as_lines else write_json_list)(change_shape(change, now) for change in ordered)
        else:
            _write_table(ordered, listed.runs, now)
        output.flush()
        if not ordered and not (as_json or as_lines or listed.errors):
            output.say("nothing changed")
        return _end(listed)

    return in_session(options, work)


class _Looking:
    """Compares what was listed with the marks. A profile that could not be listed whole is not marked, and nothing of
    it is called gone."""

    def __init__(self, marks: SeenMarks, listed: RunList, now: datetime) -> None:
        self._marks = marks
        self._listed = listed
        self._now = now

    def changes(self, profile: Profile, *, is_seen: bool) -> list[Change]:
        """What changed of a profile; all of it is seen from now on when `is_seen`, or when nobody ever looked."""
        runs = [run for run in self._listed.runs if run.profile == profile.name]
        is_whole = profile.name not in self._listed.errors
        before = self._marks.load(profile)
        if is_whole and (is_seen or before is None):
            self._marks.save(profile, Seen.of(runs, seen_at=self._now, known_at=self._now))
        if before is None:
            if is_whole:
                output.say(f"{profile.name}: nobody looked before; changes are told from now on")
            return []
        return changes_between(profile.name, before.statuses(), runs, is_whole=is_whole)


def _moment(written: str, now: datetime) -> datetime:
    """The moment a person means: a span before now, or a date. Raises ConfigError."""
    seconds = parse_seconds(written)
    if seconds is not None:
        try:
            return now - timedelta(seconds=seconds)
        except OverflowError:
            pass
    moment = parse_moment(written)
    if moment is None:
        raise ConfigError(
            f"--since {written!r} is no moment", hint="Write a span such as 2h or 1d, or a date: 2026-01-29T10:00Z."
        )
    return moment


def _write_table(changes: Sequence[Change], runs: Iterable[Run], now: datetime) -> None:
    if changes:
        short = {} if output.width() is None else short_run_ids(runs)
        context = DrawContext(now=now, glyphs=output.glyphs(), short_ids=short)
        output.write_lines(table_lines(changes, CHANGE_COLUMNS, context))


def _end(listed: RunList) -> int:
    for problem in listed.problems:
        output.say(problem)
    for profile, error in listed.errors.items():
        output.complain_of(error, profile=profile)
    return worst_exit_code(listed.errors.values()) if listed.errors else ExitCode.DONE
