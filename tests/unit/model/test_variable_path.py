"""How a person names a variable of a run."""

import pytest

from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from runtui.model.variable_path import role_path, variable_getter
from tests.support.sample_runs import number, word

RUN = Run(
    profile="p",
    service="s",
    id="1",
    variables=(
        word("mesh", "fine"),
        word("mesh", "result.msh", Role.OUTPUT),
        number("Cd", -0.02),
        word("main.greeting", "hi"),
        word("inputs.odd", "whole name"),
        word("var.x", "x"),
    ),
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Cd", -0.02),
        ("results.Cd", -0.02),
        ("cd", -0.02),
        ("result.cd", -0.02),
        ("mesh", "fine"),
        ("input.mesh", "fine"),
        ("outputs.mesh", "result.msh"),
        ("main.greeting", "hi"),
        ("inputs.main.greeting", "hi"),
        ("inputs.odd", "whole name"),
        ("var.Cd", -0.02),
        ("var.var.x", "x"),
    ],
)
def test_a_path_finds_the_variable_it_names(path: str, value: object) -> None:
    variable = variable_getter(path)(RUN)
    assert variable is not None
    assert variable.value == value


@pytest.mark.parametrize("path", ["CD", "inputs.Cd", "nothing", "outputs.", ".Cd", ""])
def test_a_path_that_names_nothing_finds_nothing(path: str) -> None:
    assert variable_getter(path)(RUN) is None


def test_an_exact_name_wins_over_one_in_another_case() -> None:
    run = Run(profile="p", service="s", id="1", variables=(number("K", 1), number("k", 2)))
    found = variable_getter("k")(run)
    assert found is not None
    assert found.value == 2


@pytest.mark.parametrize("variable", RUN.variables)
def test_the_path_with_its_role_finds_each_variable(variable: Variable) -> None:
    assert variable_getter(role_path(variable))(RUN) == variable
