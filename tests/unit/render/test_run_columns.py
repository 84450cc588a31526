"""The columns of the run list."""

from datetime import timedelta

import msgspec
import pytest

from runtui.model.errors import ConfigError
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.render.cell import Cell, Tone
from runtui.render.column_layout import lay_out, total_width
from runtui.render.columns import DrawContext, sort_order
from runtui.render.glyphs import ASCII
from runtui.render.run_column_choice import common_variables, default_columns
from runtui.render.run_columns import RUN_COLUMNS, run_column, short_run_ids
from tests.support.sample_runs import NOW, number, sweep_runs, word

CONTEXT = DrawContext(NOW)
BARE = Run(profile="p", service="s", id="1")
FAILED = Run(
    profile="destine",
    service="deltatwin",
    id="5e8f6a00-1",
    job="sen2cor",
    status=Status.FAILED,
    created_at=NOW - timedelta(minutes=9),
    started_at=NOW - timedelta(minutes=8),
    ended_at=NOW - timedelta(seconds=349),
    owner="alice",
    message="Model failed\nNode Id: 2\n",
    exit_code=1,
    progress=0.41,
    output_count=66,
    output_bytes=8_000_000,
    is_optimal=True,
    variables=(number("Cd", -0.0188), word("mesh", "fine")),
)


def text(key: str, run: Run = FAILED, context: DrawContext = CONTEXT) -> str:
    return run_column(key).cell(run, context).text


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("run", "destine:5e8f6a00-1"),
        ("job", "sen2cor"),
        ("status", "✖ failed"),
        ("started", "8m"),
        ("took", "02:11"),
        ("ended", "5m"),
        ("created", "9m"),
        ("progress", "41%"),
        ("exit", "1"),
        ("owner", "alice"),
        ("message", "Model failed␊Node Id: 2"),
        ("name", ""),
        ("service", "deltatwin"),
        ("profile", "destine"),
        ("word", ""),
        ("files", "66"),
        ("size", "8.0 MB"),
        ("optimal", "★"),
        ("var:Cd", "-0.0188"),
        ("var:results.Cd", "-0.0188"),
        ("var:nothing", "-"),
    ],
)
def test_a_column_shows_its_part_of_a_run(key: str, shown: str) -> None:
    assert text(key) == shown


@pytest.mark.parametrize("key", RUN_COLUMNS)
def test_a_run_of_which_nothing_is_known_can_be_drawn_and_sorted(key: str) -> None:
    assert isinstance(run_column(key).cell(BARE, CONTEXT), Cell)
    assert sort_order([BARE, FAILED], run_column(key), CONTEXT)


@pytest.mark.parametrize("key", [*RUN_COLUMNS, "var:a\x1b[2J"])
def test_no_column_lets_a_services_text_reach_the_terminal_unsafe(key: str) -> None:
    nasty = "\x1b[2J\n\u202e"
    run = Run(
        profile=nasty,
        service=nasty,
        id=nasty,
        job=nasty,
        name=nasty,
        status_text=nasty,
        owner=nasty,
        message=nasty,
        variables=(word("a\x1b[2J", nasty),),
    )
    column = run_column(key)
    assert (column.title + column.cell(run, CONTEXT).text).isprintable()


def test_a_queued_run_shows_how_long_it_waits_and_no_duration() -> None:
    queued = Run(profile="p", service="s", id="1", status=Status.QUEUED, created_at=NOW - timedelta(minutes=12))
    assert text("started", queued) == "12m"
    assert run_column("took").cell(queued, CONTEXT) == ("-", Tone.FAINT)


def test_a_live_run_takes_until_now() -> None:
    live = msgspec.structs.replace(FAILED, status=Status.RUNNING, ended_at=None)
    assert text("took", live) == "08:00"


def test_a_run_is_named_as_short_as_it_is_unique_in_its_profile() -> None:
    context = DrawContext(NOW, short_ids=short_run_ids([FAILED, BARE]))
    assert text("run", FAILED, context) == "destine:5e8f6a"


def test_without_a_message_the_reason_is_shown() -> None:
    assert text("message", Run(profile="p", service="s", id="1", reason="no exit code")) == "no exit code"


def test_signs_follow_the_chosen_set() -> None:
    assert text("status", FAILED, DrawContext(NOW, glyphs=ASCII)) == "x failed"


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="'colour'") as caught:
        run_column("colour")
    assert "message" in caught.value.hint


def test_a_variable_sorts_by_its_value_and_not_by_its_text() -> None:
    def run(variable: Variable) -> Run:
        return Run(profile="p", service="s", id="1", variables=(variable,))

    shown_alike = [
        run(Variable(name="v", role=Role.RESULT, value=10.0, text="ten")),
        run(Variable(name="v", role=Role.RESULT, value="b")),
        run(Variable(name="v", role=Role.RESULT, value=9.0, text="nine")),
        run(Variable(name="v", role=Role.RESULT, value="secret", secret=True)),
        run(Variable(name="v", role=Role.RESULT, value="a")),
    ]
    assert sort_order(shown_alike, run_column("var:v"), CONTEXT) == [2, 0, 4, 1, 3]


def test_runs_sort_by_profile_and_then_by_number() -> None:
    names = [("b", "A/10"), ("b", "A/9"), ("a", "Z/1")]
    runs = [Run(profile=profile, service="s", id=run_id) for profile, run_id in names]
    assert sort_order(runs, run_column("run"), CONTEXT) == [2, 1, 0]


def test_what_moves_sorts_before_what_is_over() -> None:
    runs = [Run(profile="p", service="s", id=status, status=status) for status in Status]
    order = [runs[index].status for index in sort_order(runs, run_column("status"), CONTEXT)]
    assert order[0] is Status.RUNNING
    assert order[-1] is Status.SUCCEEDED


@pytest.mark.parametrize("width", [57, 77, 117, 157, 200])
def test_the_default_columns_fit_their_width(width: int) -> None:
    runs = sweep_runs(40)
    columns = default_columns(runs, width, CONTEXT)
    texts = [[column.cell(run, CONTEXT).text for run in runs] for column in columns]
    assert total_width(lay_out(columns, texts, width)) <= width


def test_a_wider_list_shows_more() -> None:
    runs = sweep_runs(40)
    keys = [[column.key for column in default_columns(runs, width, CONTEXT)] for width in (57, 77, 117, 157)]
    assert [len(some) for some in keys] == sorted(len(some) for some in keys)
    assert keys[0] == ["run", "job", "status", "started"]
    assert keys[3][:5] == ["run", "job", "status", "started", "took"]
    assert keys[3][-2:] == ["owner", "message"]
    assert "var:Cd" in keys[2]


def test_variables_most_runs_have_come_first_and_results_before_inputs() -> None:
    assert common_variables(sweep_runs(40)) == ["Cd", "Cl", "x_velocity", "mesh"]


def test_a_variable_that_is_the_same_everywhere_is_no_column() -> None:
    runs = [
        Run(profile="p", service="s", id=str(i), variables=(word("mesh", "fine"), number("Cd", i))) for i in range(3)
    ]
    assert common_variables(runs) == ["Cd"]


def test_secrets_files_and_long_texts_are_no_columns() -> None:
    variables = (
        Variable(name="token", role=Role.INPUT, secret=True),
        Variable(name="image", role=Role.OUTPUT, text="a.tif", file_id="f1"),
        Variable(name="note", role=Role.INPUT, text="x" * 40),
        number("Cd", 1),
    )
    assert common_variables([Run(profile="p", service="s", id="1", variables=variables)]) == ["Cd"]


def test_a_name_that_two_roles_share_is_given_with_its_role() -> None:
    variables = (word("mesh", "a"), word("mesh", "b", Role.OUTPUT))
    paths = common_variables([Run(profile="p", service="s", id="1", variables=variables)])
    assert paths == ["outputs.mesh", "inputs.mesh"]


def test_an_optimal_run_brings_its_column() -> None:
    assert default_columns([FAILED], 117, CONTEXT)[-1].key == "optimal"
    assert default_columns([BARE], 117, CONTEXT)[-1].key != "optimal"
