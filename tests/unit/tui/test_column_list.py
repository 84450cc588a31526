"""What the dialog of columns works on."""

from runtui.model.list_view import ChosenColumn
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.tui.column_list import LEAST_WIDTH, MOST_WIDTH, ColumnList, resized, seen_variables
from runtui.tui.slices import begin
from tests.support.sample_runs import number, word

CHOSEN = (ChosenColumn("run"), ChosenColumn("took", 9), ChosenColumn("of tomorrow"))


def seen(*runs: Run) -> list[tuple[str, str, int, str]]:
    begun = begin(seen_variables(runs), 60.0)
    assert isinstance(begun, tuple)
    return [(each.path, each.role.value, each.runs, each.example) for each in begun[0]]


def run_with(*variables: Variable) -> Run:
    return Run(profile="p", service="s", id="1", variables=variables)


def test_variables_are_counted_by_role_and_named_with_it_where_two_roles_share_a_name() -> None:
    runs = [
        run_with(number("mesh", 2.0, Role.OUTPUT), word("mesh", "fine"), number("Cd", -0.1)),
        run_with(number("Cd", 0.1), word("note", "")),
        run_with(),
    ]
    assert seen(*runs) == [
        ("inputs.mesh", "input", 1, "fine"),
        ("note", "input", 1, ""),
        ("outputs.mesh", "output", 1, "2.0000"),
        ("Cd", "result", 2, "-0.1000"),
    ]


def test_two_hundred_variables_are_all_offered() -> None:
    columns = ColumnList(CHOSEN)
    begun = begin(seen_variables([run_with(*(number(f"v{place}", place) for place in range(200)))]), 60.0)
    assert isinstance(begun, tuple)
    columns.know(begun[0])
    assert len(columns.lines("result")) == 200
    assert [line.name for line in columns.lines("v19").values()] == ["v19", *(f"v19{place}" for place in range(10))]


def test_what_is_hidden_and_shown_again_keeps_its_place() -> None:
    columns = ColumnList(CHOSEN)
    columns.toggle("took")
    assert [each.key for each in columns.chosen] == ["run", "of tomorrow"]
    columns.toggle("took")
    assert columns.chosen == CHOSEN


def test_a_column_moves_before_its_neighbour_and_stops_at_the_ends() -> None:
    columns = ColumnList(CHOSEN)
    columns.move("took", -1)
    columns.move("took", -1)
    assert [each.key for each in columns.chosen] == ["took", "run", "of tomorrow"]


def test_widths_stay_within_what_can_be_read_and_drawn() -> None:
    assert resized(CHOSEN, "run", -5)[0].width == LEAST_WIDTH
    assert resized(CHOSEN, "run", 10_000)[0].width == MOST_WIDTH
    assert resized(CHOSEN, "took", None)[1].width is None


def test_a_column_this_version_does_not_know_is_listed_as_such() -> None:
    assert ColumnList(CHOSEN).lines()["of tomorrow"].kind == "not known"
