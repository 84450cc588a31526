from datetime import UTC, datetime

import msgspec

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.cell import EMPTY, Cell, Tone
from runtui.render.columns import DrawContext, sort_order
from runtui.render.glyphs import ASCII, UNICODE
from runtui.render.run_column_choice import default_columns
from runtui.render.run_columns import has_column, run_column
from runtui.render.series_columns import series_value

NOW = datetime(2026, 1, 29, tzinfo=UTC)
PATTERN = "Ux, Initial residual = {}"


def run_of(run_id: str, progress: float | None = None) -> Run:
    return Run(profile="p", service="s", id=run_id, progress=progress)


def test_a_curve_and_the_last_value() -> None:
    values = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 6e-4, 4e-4, 3e-5)
    shown = series_value(values, 3e-5, UNICODE)
    assert shown.cell == Cell("█▇▆▅▄▄▃▁ 3e-5")
    assert shown.value == 3e-5


def test_a_long_series_is_thinned_evenly_to_its_newest_value() -> None:
    assert series_value([float(value) for value in range(17)], 16.0, UNICODE).cell.text == "▁▂▃▄▅▆▇█ 16"


def test_without_unicode_the_curve_is_ascii() -> None:
    assert series_value((1.0, 2.0, 3.0), 3.0, ASCII).cell.text.isascii()


def test_what_is_no_number_any_more_is_marked_and_sorts_last() -> None:
    shown = series_value((1.0, 2.0), None, UNICODE)
    assert shown.cell == Cell("▁█ nan", Tone.ERROR)
    assert shown.value is None


def test_the_column_is_named_by_the_series_and_sorted_by_the_last_value() -> None:
    column = run_column(f"log:{PATTERN}")
    runs = [run_of("a"), run_of("b"), run_of("c")]
    fed = {
        runs[0].reference: series_value((2.0,), 2.0, UNICODE),
        runs[1].reference: series_value((1.0,), 1.0, UNICODE),
    }
    context = DrawContext(NOW, fed={column.key: fed})
    assert column.title == "Ux, Initial residual"
    assert sort_order(runs, column, context) == [1, 0, 2]
    assert column.cell(runs[2], context) == EMPTY


def test_a_key_without_a_pattern_names_no_column() -> None:
    assert not has_column("log:")
    assert has_column("log:residual = {}")


def test_the_share_of_the_log_stands_where_the_service_tells_none() -> None:
    column = run_column("progress")
    reference = RunReference("p", "a")
    from_log = series_value((), 0.37, UNICODE)._replace(cell=Cell("37%"))
    context = DrawContext(NOW, fed={"progress": {reference: from_log}})
    assert column.cell(run_of("a"), context).text == "37%"
    assert column.sort_value(run_of("a"), context) == 0.37
    assert column.cell(run_of("a", progress=0.5), context).text == "50%"


def test_a_picked_series_is_shown_in_place_of_the_owner_where_there_is_no_room_for_both() -> None:
    runs = [msgspec.structs.replace(run_of(f"run-{place}"), owner="ada@aero.example") for place in range(3)]
    key = f"log:{PATTERN}"
    roomy = [column.key for column in default_columns(runs, 135, DrawContext(NOW), [key])]
    tight = [column.key for column in default_columns(runs, 100, DrawContext(NOW), [key])]
    narrow = [column.key for column in default_columns(runs, 60, DrawContext(NOW), [key])]
    assert {key, "owner"} <= set(roomy)
    assert key in tight
    assert "owner" not in tight
    assert key not in narrow
