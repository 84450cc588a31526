"""`runtui diff`: in what runs differ."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from runtui.cli import output
from runtui.cli.diff_series import read_series
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_text import write_json
from runtui.cli.log_series import remember_series
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.comparison import ComparedRow, compare
from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.model.series_pattern import SeriesPattern
from runtui.render.columns import DrawContext
from runtui.render.comparison_columns import KIND, comparison_columns
from runtui.render.run_columns import short_run_ids
from runtui.render.sanitise import one_line, safe_lines
from runtui.services.compared_series import ComparedSeries
from runtui.services.comparison_forms import comparison_csv, comparison_shape
from runtui.services.session import Session

_LEAST_RUNS = 2


class _Form(NamedTuple):
    """What is shown, and how."""

    show_all: bool
    as_json: bool
    as_csv: bool


def run(
    options: CommonOptions,
    *,
    written: Sequence[str],
    show_all: bool,
    reference: str,
    series: Sequence[str],
    as_json: bool,
    as_csv: bool,
) -> int:
    """Show what differs between the runs a person means, or everything, measured against one of them."""
    if len(written) < _LEAST_RUNS:
        raise ConfigError("one run differs from nothing", hint="Name two runs or more.")
    patterns = [SeriesPattern(text) for text in series]
    form = _Form(show_all, as_json, as_csv)

    async def work(session: Session) -> int:
        runs = await asyncio.gather(*(session.find_run(one) for one in written))
        base = _place_of_reference(reference, written, runs)
        async with read_series(session, runs, [pattern.text for pattern in patterns]) as found:
            lasts = None if found is None else found.last_values()
            now = session.clock.now()
            _write(runs, base, compare(runs, now, reference=base, series=lasts), found, form, now)
        for one in runs:
            for pattern in patterns:
                remember_series(places(options).data_folder, one, pattern)
        return ExitCode.DONE

    return in_session(options, work, written=written)


def _place_of_reference(wanted: str, written: Sequence[str], runs: Sequence[Run]) -> int:
    """Which of the runs is meant: by the words it was named with, its reference, or a prefix only it has."""
    references = [str(run.reference) for run in runs]
    for place, reference in enumerate(references):
        if reference in references[:place]:
            raise ConfigError(f"{reference} is named twice", hint="Name each run once.")
    if not wanted:
        return 0
    for names in (written, references):
        if wanted in names:
            return list(names).index(wanted)
    found = [place for place, reference in enumerate(references) if reference.startswith(wanted)]
    if len(found) != 1:
        said = "none" if not found else f"{len(found)}"
        raise ConfigError(
            f"{said} of the compared runs is {wanted!r}" if not found else f"{wanted!r} may be {said} of the runs",
            hint=f"--reference takes one of {', '.join(references)}.",
        )
    return found[0]


def _write(
    runs: Sequence[Run],
    reference: int,
    rows: Sequence[ComparedRow],
    series: ComparedSeries | None,
    form: _Form,
    now: datetime,
) -> None:
    shown = [row for row in rows if form.show_all or row.differs or row.pattern]
    references = [run.reference for run in runs]
    if form.as_json:
        write_json(comparison_shape(references, reference, shown, series))
    elif form.as_csv:
        _write_csv(comparison_csv(references, reference, shown))
    else:
        short = short_run_ids(runs)
        titles = [one_line(f"{run.profile}:{short[run.reference]}") for run in runs]
        titles[reference] += " (base)" if reference else ""
        columns = [column for column in comparison_columns(titles, reference) if column.key != KIND]
        output.write_lines(table_lines(shown, columns, DrawContext(now=now, glyphs=output.glyphs())))
    if len(shown) < len(rows):
        output.say(f"{len(shown)} of {len(rows)} differ; --all shows the others too")


def _write_csv(text: str) -> None:
    """As it is for a file or a program; made safe for a terminal."""
    if output.is_terminal():
        output.write_lines(line for written in text.splitlines() for line in safe_lines(written))
    else:
        output.write_bytes(text.encode("utf-8", "surrogatepass"))
