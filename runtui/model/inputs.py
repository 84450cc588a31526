"""From what a person gives to the JSON a service wants: the inputs of a run to be started.

Inputs come from a JSON file (`read_inputs`), one by one as texts (`input_of_text`), or from an earlier run, in the
service's own form. All end in the same mapping, which `missing_inputs` looks through before it is sent.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from runtui.model.errors import InputError, InputProblem
from runtui.model.input_values import check_value, expected_of, json_of, value_of_text
from runtui.model.job import Job
from runtui.model.near import near_matches
from runtui.model.start_form import InputForm, StartForm
from runtui.model.variable import Variable

FILE_KEY_TYPE: Final = "SesamEO"
"""The one kind of key a file's address may need, beside none (DeltaTwin documentation, inputs)."""
_VALUE_KEYS: Final = {"secret": "secret_value", "Data": "url", "DriveData": "drive_id"}
"""Where the value stands in a typed input; `value` for all other types."""

Inputs = dict[str, object]
"""Inputs by name, in the form the job's service wants."""


def read_inputs(text: str, job: Job) -> Inputs:
    """The inputs a JSON text holds, checked against what the job declares.

    An input may be written as its plain value or as the service has it; null leaves it out. Raises InputError with
    line and column where the text is no JSON, else with every input that is wrong.
    """
    try:
        found = json_of(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"the inputs are not JSON: {error.msg} ({place})", hint='Write { "name": value }.') from None
    except ValueError as error:
        raise InputError(f"the inputs are not JSON: {error}") from None
    return check_inputs(_by_name(found), job)


def _by_name(found: object) -> Mapping[str, object]:
    """An object as it is; a list of objects with names, as services once had it, by those names."""
    if isinstance(found, dict):
        return found
    if isinstance(found, list) and found and all(isinstance(item, dict) and "name" in item for item in found):
        return {str(item["name"]): {key: item[key] for key in item if key != "name"} for item in found}
    raise InputError("the inputs are no JSON object", hint='Write { "name": value }.')


def check_inputs(given: Mapping[str, object], job: Job) -> Inputs:
    """The inputs in the service's form, those that are null left out. Raises InputError with all that is wrong."""
    form = job.start_form.inputs
    if form is InputForm.NONE and given:
        raise InputError(f"{job.name or job.id} takes no inputs when it is started", hint="Give none.")
    if form in (InputForm.DOCUMENT, InputForm.NONE):
        return dict(given)
    declared = {variable.name: variable for variable in job.inputs}
    checked: Inputs = {}
    problems: list[InputProblem] = []
    for name, value in given.items():
        try:
            if value is not None or form is InputForm.PLAIN:
                checked[name] = _checked(name, value, declared, job.start_form)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError.of(problems, hint=_near_hint(problems, declared))
    return checked


def _checked(name: str, value: object, declared: Mapping[str, Variable], form: StartForm) -> object:
    variable = declared.get(name)
    if variable is not None:
        if isinstance(value, str) and value.startswith(form.links):
            return value
        return _typed(variable, value) if form.inputs is InputForm.TYPED else _plain(variable, value)
    if form.inputs is InputForm.TYPED:
        raise InputError.of([InputProblem(name, "there is no such input")])
    return value


def _near_hint(problems: Iterable[InputProblem], declared: Iterable[str]) -> str:
    unknown = [problem.name for problem in problems if problem.sentence == "there is no such input"]
    return near_matches(unknown[0], declared) if unknown else ""


def _plain(variable: Variable, value: object) -> object:
    return value if value is None or variable.secret else check_value(variable.name, variable.type, value)


def _typed(variable: Variable, value: object) -> object:
    if isinstance(value, Mapping) and _is_parameter(variable, value):
        return _checked_parameter(variable, dict(value))
    return service_input(variable, check_value(variable.name, _checked_as(variable), value), InputForm.TYPED)


def _checked_as(variable: Variable) -> str:
    """The type a value is checked by: what is secret is a text, and never quoted."""
    return "secret" if variable.secret else variable.type


def _is_parameter(variable: Variable, value: Mapping[str, object]) -> bool:
    """Whether an object is the input as the service has it, and not a value that happens to be an object."""
    key = _VALUE_KEYS.get(variable.type, "value")
    is_value = variable.type in ("json", "object") and not {"type", key} <= value.keys()
    return not is_value and ("type" in value or key in value)


def _checked_parameter(variable: Variable, parameter: dict[str, object]) -> object:
    name, kind = variable.name, variable.type
    key = _VALUE_KEYS.get(kind, "value")
    said = parameter.setdefault("type", kind)
    if said != kind:
        raise InputError.of([InputProblem(name, f"its type is {kind}, not {json.dumps(said)}")])
    if key not in parameter:
        raise InputError.of([InputProblem(name, f"expected {expected_of(kind)} as {key!r}")])
    check_value(name, _checked_as(variable), parameter[key])
    if kind == "Data" and parameter.get("auth") is not None:
        _check_file_key(name, parameter["auth"])
    return parameter


def _check_file_key(name: str, auth: object) -> None:
    fits = isinstance(auth, Mapping) and auth.get("type") == FILE_KEY_TYPE and isinstance(auth.get("api_key"), str)
    if not fits:
        wanted = f'{{"type": "{FILE_KEY_TYPE}", "api_key": "..."}}'
        raise InputError.of([InputProblem(name, f"expected auth as {wanted}")])


def input_of_text(variable: Variable, text: str, form: StartForm, *, file_key: str = "") -> object:
    """One input from what was typed for it, in the service's form. `file_key` opens the address of a Data input.

    Raises InputError, which names the input.
    """
    if text.strip().startswith(form.links):
        return text.strip()
    value = value_of_text(variable.name, _checked_as(variable), text)
    return service_input(variable, value, form.inputs, file_key=file_key)


def service_input(variable: Variable, value: object, form: InputForm, *, file_key: str = "") -> object:
    """One value in the service's form."""
    if form is not InputForm.TYPED:
        return value
    parameter: dict[str, object] = {"type": variable.type, _VALUE_KEYS.get(variable.type, "value"): value}
    if file_key and variable.type == "Data":
        parameter["auth"] = {"type": FILE_KEY_TYPE, "api_key": file_key}
    return parameter


def text_of_input(variable: Variable, given: object, form: InputForm) -> str:
    """What a person would have typed for an input that is in the service's form; empty for none."""
    if form is InputForm.TYPED and isinstance(given, Mapping):
        given = given.get(_VALUE_KEYS.get(variable.type, "value"))
    if given is None or isinstance(given, str):
        return given or ""
    return json.dumps(given, ensure_ascii=False)


def file_key_of(given: object) -> str:
    """The key of a Data input that is in the service's form; empty for none."""
    auth = given.get("auth") if isinstance(given, Mapping) else None
    key = auth.get("api_key") if isinstance(auth, Mapping) else None
    return key if isinstance(key, str) else ""


def default_text(variable: Variable) -> str | None:
    """The text of a declared input's default; None when it has none, or none that may be shown."""
    if variable.default is not None:
        return variable.default
    return None if variable.value is None else variable.text


def missing_inputs(job: Job, given: Iterable[str]) -> tuple[Variable, ...]:
    """The declared inputs that have no default and are not given: a run may fail without them.

    No service says which of them it needs, so this is for asking, not for refusing.
    """
    if job.start_form.inputs is not InputForm.TYPED:
        return ()
    named = set(given)
    return tuple(each for each in job.inputs if each.name not in named and default_text(each) is None)
