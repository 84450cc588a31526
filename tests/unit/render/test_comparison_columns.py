"""How values of compared runs are written."""

from datetime import UTC, datetime, timedelta

import pytest

from runtui.model.comparison import ComparedRow, compare
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.render.cell import Tone
from runtui.render.columns import DrawContext
from runtui.render.comparison_columns import comparison_columns, delta_text, share_text, value_cell
from runtui.render.glyphs import ASCII
from tests.support.inert import assert_inert

NOW = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
CONTEXT = DrawContext(now=NOW, zone=UTC)


def row(*texts: str | None, name: str = "v") -> ComparedRow:
    runs = [
        Run(
            profile="p", service="s", id=str(place),
            variables=() if text is None else (Variable(name=name, role=Role.INPUT, value=text, text=text),),
        )
        for place, text in enumerate(texts)
    ]  # fmt: skip
    return next(row for row in compare(runs, NOW) if row.role)


def texts(row: ComparedRow) -> list[str]:
    return [value_cell(row, place, 0, CONTEXT).text for place in range(len(row.values))]


def took(*seconds: float) -> ComparedRow:
    runs = [
        Run(
            profile="p", service="s", id="1", status=Status.ENDED, started_at=NOW, ended_at=NOW + timedelta(seconds=one)
        )
        for one in seconds
    ]
    return next(row for row in compare(runs, NOW) if row.name == "took")


def test_missing_empty_and_secret_look_different() -> None:
    assert texts(row("", None)) == ['""', "-"]
    secret = Run(profile="p", service="s", id="1", variables=(Variable(name="k", role=Role.INPUT, secret=True),))
    shown = next(one for one in compare([secret, secret], NOW) if one.role)
    assert texts(shown) == ["••••"] * 2 or len(set(texts(shown))) == 1
    assert texts(shown)[0] not in ("", "-", '""')


def test_long_texts_are_shown_from_where_they_begin_to_differ() -> None:
    same = "x" * 10_000
    assert texts(row(f"{same}abc", f"{same}abd")) == ["…" + "x" * 8 + "abc", "…" + "x" * 8 + "abd"]


def test_long_texts_that_are_the_same_are_shown_from_their_beginning() -> None:
    assert texts(row("begin" + "x" * 10_000, "begin" + "x" * 10_000))[0].startswith("begin")


def test_a_text_that_another_one_begins_with_is_shown_by_its_end() -> None:
    assert texts(row("y" * 50, "y" * 50 + "!")) == ["…" + "y" * 10, "…" + "y" * 10 + "!"]


def test_what_is_the_same_as_the_base_is_grey() -> None:
    shown = row("a", "a", "b")
    assert [value_cell(shown, place, 0, CONTEXT).tone for place in range(3)] == [Tone.TEXT, Tone.MUTED, Tone.TEXT]


def test_a_status_has_its_sign_and_its_colour() -> None:
    runs = [Run(profile="p", service="s", id="1", status=status) for status in (Status.FAILED, Status.SUCCEEDED)]
    shown = compare(runs, NOW)[0]
    assert value_cell(shown, 0, 0, CONTEXT) == ("✖ failed", Tone.FAILED)
    assert value_cell(shown, 1, 0, DrawContext(now=NOW, glyphs=ASCII)).text == "+ succeeded"


@pytest.mark.parametrize(
    ("seconds", "shown", "apart"),
    [((0.4, 0.5), ["0.40s", "0.50s"], "+0.10s  +25%"), ((30, 3690), ["00:30", "1h 01m"], "+1h 01m  +1.2e+04%")],
)
def test_short_runs_are_apart_by_hundredths_of_a_second(
    seconds: tuple[float, float], shown: list[str], apart: str
) -> None:
    compared = took(*seconds)
    assert texts(compared) == shown
    assert delta_text(compared, compared.values[1]) == apart


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.1666, "+17%"), (-0.24, "-24%"), (0.001, "+0.1%"), (-0.00012, "-0.012%"), (123.0, "+1.2e+04%"), (3.0, "+300%")],
)
def test_a_share_says_something_however_small_or_great(share: float, text: str) -> None:
    assert share_text(share) == text


def test_the_base_has_no_distance_and_every_other_run_has_one() -> None:
    keys = [column.key for column in comparison_columns(["a", "b", "c"], 1)]
    assert keys == ["name", "kind", "0", "0 delta", "1", "2", "2 delta"]


def test_what_a_service_calls_things_is_made_harmless() -> None:
    shown = row("a\x1b[31m\n", "b\u202e", name="n\x07")
    columns = list(comparison_columns(["a", "b"], 0))
    for column in columns:
        assert_inert(column.cell(shown, CONTEXT).text)
