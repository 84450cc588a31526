"""Variables by role."""

from runtui.model.variable import Role, Variable
from runtui.render.cell import Tone
from runtui.render.glyphs import ASCII
from runtui.render.variables import value_cell, value_text, variable_groups
from tests.support.sample_runs import number, word


def test_roles_come_in_order_and_only_those_there_are() -> None:
    groups = variable_groups([number("Cd", 1), word("mesh", "fine"), number("Cl", 2)])
    assert [(group.title, [row.name for row in group.rows]) for group in groups] == [
        ("inputs", ["mesh"]),
        ("results", ["Cd", "Cl"]),
    ]


def test_numbers_of_a_group_are_aligned() -> None:
    group = variable_groups([Variable(name=name, role=Role.INPUT, text=name) for name in ("20", "3.5", "fine")])[0]
    assert [row.value.text for row in group.rows] == ["20  ", " 3.5", "fine"]


def test_a_default_is_named_when_it_differs() -> None:
    variables = [
        Variable(name="a", role=Role.INPUT, text="3.5", default="3"),
        Variable(name="b", role=Role.INPUT, text="3", default="3"),
        Variable(name="c", role=Role.INPUT, text="3"),
    ]
    assert [row.default for row in variable_groups(variables)[0].rows] == ["default 3", "", ""]


def test_a_secret_is_masked_even_if_someone_left_its_value_in() -> None:
    leaky = Variable(name="token", role=Role.INPUT, secret=True, value="hunter2", text="hunter2", default="hunter1")
    row = variable_groups([leaky])[0].rows[0]
    assert row.value == ("••••••", Tone.FAINT)
    assert row.default == ""
    assert value_text(leaky, ASCII) == "******"


def test_the_services_text_is_shown_before_our_own() -> None:
    assert value_text(Variable(name="a", role=Role.RESULT, value=0.30000000000000004, text="0.30")) == "0.30"


def test_values_without_a_text_are_written_plainly() -> None:
    def text(value: float | str | bool | None) -> str:
        return value_text(Variable(name="a", role=Role.RESULT, value=value))

    assert [text(value) for value in (0.1 + 0.2, 20, True, False, "a\nb", None)] == [
        "0.3",
        "20",
        "true",
        "false",
        "a␊b",
        "-",
    ]


def test_names_and_types_are_made_safe() -> None:
    row = variable_groups([Variable(name="a\x1b[2J", role=Role.INPUT, type="t\u202e")])[0].rows[0]
    assert (row.name, row.type) == ("a␛[2J", "t⟨U+202E⟩")


def test_a_value_that_is_missing_is_grey() -> None:
    assert value_cell(Variable(name="a", role=Role.RESULT)) == ("-", Tone.FAINT)
