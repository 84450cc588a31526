"""Runs side by side as others read them: JSON, and comma-separated values for a spreadsheet."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from runtui.model.comparison import ComparedRow, ComparedValue
from runtui.model.moment import format_moment
from runtui.model.reference import RunReference
from runtui.services.compared_series import ComparedSeries
from runtui.services.found_series import FoundSeries, found_series
from runtui.services.series import SeriesPoint

Shape = dict[str, object]


def comparison_shape(
    references: Sequence[RunReference], reference: int, rows: Sequence[ComparedRow], series: ComparedSeries | None
) -> Shape:
    """Runs side by side, as JSON has it; see the list of shapes with the commands."""
    return {
        "runs": [str(one) for one in references],
        "reference": str(references[reference]),
        "rows": [_row_shape(row) for row in rows],
        "series": [] if series is None else [_series_shape(series, text) for text in series.patterns],
    }


def _row_shape(row: ComparedRow) -> Shape:
    return {
        "name": row.name,
        "role": None if row.role is None else row.role.value,
        "unit": row.unit.value,
        "pattern": row.pattern,
        "differs": row.differs,
        "values": [
            {"value": _plain(one), "text": one.text, "delta": one.delta, "share": one.share} for one in row.values
        ],
    }


def _plain(one: ComparedValue) -> float | int | bool | str | None:
    value = one.value
    if isinstance(value, datetime):
        return format_moment(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _series_shape(series: ComparedSeries, text: str) -> Shape:
    found = {run: found_series(one.log, one.series) for run, one in series.of(text).items()}
    return {
        "pattern": text,
        "name": series.patterns[text].name,
        "runs": [{"run": str(run), "log": one.log, "points": points_shape(one)} for run, one in found.items()],
    }


def points_shape(found: FoundSeries) -> list[Shape]:
    """The points of a series: line (from 1), time, value, and as text what is no finite number."""
    return [_point_shape(point, time) for point, time in zip(found.points, found.times, strict=True)]


def _point_shape(point: SeriesPoint, time: datetime | None) -> Shape:
    is_finite = math.isfinite(point.value)
    return {
        "line": point.line + 1,
        "time": format_moment(time),
        "value": point.value if is_finite else None,
        "text": None if is_finite else repr(point.value),
    }


def comparison_json(shape: Mapping[str, object]) -> str:
    """The shape as a text of its own, indented, in ASCII."""
    return json.dumps(shape, indent=2, allow_nan=False) + "\n"


def comparison_csv(references: Sequence[RunReference], reference: int, rows: Sequence[ComparedRow]) -> str:
    """A line for each row: its kind, its name, the value of each run, then how far each other run's number is from
    the reference run's, and that as a share of it. What a run does not have is empty."""
    others = [place for place in range(len(references)) if place != reference]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    measures = [f"{references[place]} {word}" for place in others for word in ("delta", "share")]
    writer.writerow(["kind", "name", *map(str, references), *measures])
    for row in rows:
        deltas = [each for place in others for each in (row.values[place].delta, row.values[place].share)]
        writer.writerow([row.kind, row.name, *map(_cell, row.values), *("" if one is None else one for one in deltas)])
    return written.getvalue()


def _cell(one: ComparedValue) -> object:
    """A number as it is, anything else as the service shows it."""
    value = one.value
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return one.text
