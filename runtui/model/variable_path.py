"""How a person names a variable of a run: `Cd`, or with its role `outputs.Cd`.

A path is first taken as a whole name (names may hold dots: CARROT's do), then as role and name; `var.` in front says
"a variable, whatever it is called". Between several variables of one name the first in the service's order is meant.
A path written wholly in lower case also finds a name in another case when no exact one is there.
"""

from collections.abc import Callable, Sequence

from runtui.model.kept_run import KeptRun
from runtui.model.run import Run
from runtui.model.run_block import ChoosesVariable
from runtui.model.variable import Role, Variable

VariableGetter = Callable[[Run], Variable | None]

ROLE_WORDS: dict[str, Role] = {
    "input": Role.INPUT,
    "inputs": Role.INPUT,
    "parameter": Role.PARAMETER,
    "parameters": Role.PARAMETER,
    "param": Role.PARAMETER,
    "params": Role.PARAMETER,
    "output": Role.OUTPUT,
    "outputs": Role.OUTPUT,
    "result": Role.RESULT,
    "results": Role.RESULT,
}


def role_path(variable: Variable) -> str:
    """The path that names the variable with its role: `outputs.Cd`."""
    return f"{variable.role.value}s.{variable.name}"


def variable_getter(path: str) -> VariableGetter:
    """The function that finds the variable of this path in a run; made once, it is quick for many runs."""
    choose = _chooser(path)

    def find(run: Run) -> Variable | None:
        return run.chosen_variable(choose) if type(run) is KeptRun else choose(run.variables)

    return find


def value_getter(path: str) -> Callable[[Run], float | int | bool | str | None]:
    """The function that finds its value alone, and sooner; None also where a run has no such variable, or a secret."""
    choose = _chooser(path)

    def value_of(run: Run) -> float | int | bool | str | None:
        if type(run) is KeptRun:
            return run.chosen_value(choose)
        variable = choose(run.variables)
        return None if variable is None or variable.secret else variable.value

    return value_of


def _chooser(path: str) -> ChoosesVariable:
    path = path.removeprefix("var.") if len(path) > len("var.") else path
    word, dot, name = path.partition(".")
    role = ROLE_WORDS.get(word) if dot and name else None
    exact = _by_name(path) if role is None else _by_name_or_role(path, role, name)
    return _or_any_case(exact, path, role, name) if path == path.lower() else exact


def _by_name(name: str) -> ChoosesVariable:
    def choose(variables: Sequence[Variable]) -> Variable | None:
        for variable in variables:
            if variable.name == name:
                return variable
        return None

    return choose


def _by_name_or_role(path: str, role: Role, name: str) -> ChoosesVariable:
    def choose(variables: Sequence[Variable]) -> Variable | None:
        second = None
        for variable in variables:
            if variable.name == path:
                return variable
            if second is None and variable.name == name and variable.role is role:
                second = variable
        return second

    return choose


def _or_any_case(exact: ChoosesVariable, path: str, role: Role | None, name: str) -> ChoosesVariable:
    def choose(variables: Sequence[Variable]) -> Variable | None:
        found = exact(variables)
        if found is not None:
            return found
        for variable in variables:
            lower = variable.name.lower()
            if lower == path or (role is not None and variable.role is role and lower == name):
                return variable
        return None

    return choose
