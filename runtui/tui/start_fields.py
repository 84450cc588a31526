"""The form of a job: which fields it has, and the inputs that what was typed into them stands for."""

import json
import re
from collections.abc import Mapping
from typing import Final

from runtui.model.errors import InputError, InputProblem
from runtui.model.inputs import (
    FILE_KEY_TYPE,
    Inputs,
    default_text,
    file_key_of,
    input_of_text,
    read_inputs,
    text_of_input,
)
from runtui.model.job import Job
from runtui.model.start_form import InputForm
from runtui.model.variable import Role, Variable
from runtui.tui.widgets.input_form import FormField

NAME: Final = "\0name"
VERSION: Final = "\0version"
DOCUMENT: Final = "\0document"
"""Keys of the fields that are no input of their own; no input's name holds what they begin with."""
_FILE_KEY: Final = "\0key"
_GIVEN: Final = (Role.INPUT, Role.PARAMETER)


def declared_fields(job: Job) -> tuple[Variable, ...]:
    """The inputs of a job one can give one by one."""
    if job.start_form.inputs not in (InputForm.PLAIN, InputForm.TYPED):
        return ()
    return tuple(variable for variable in job.inputs if variable.role in _GIVEN)


def fields_of(job: Job) -> list[FormField]:
    """The fields of a job's form: name and version where there are such, its inputs, and the rest as JSON."""
    form = job.start_form
    fields = [FormField(key=NAME, label="name of the run", note="made up when empty")] if form.has_name else []
    if form.has_versions:
        known = job.extra.get("versions", "")
        fields.append(FormField(key=VERSION, label="version", note=known, hint=job.version))
    for variable in declared_fields(job):
        fields += _fields_of_input(variable)
    if form.inputs is InputForm.PLAIN:
        label = "other inputs" if job.inputs else "inputs"
        fields.append(FormField(key=DOCUMENT, label=label, note="a JSON object, name to value", hint="{}"))
    elif form.inputs is InputForm.DOCUMENT:
        fields.append(FormField(key=DOCUMENT, label="the whole job", note="a JSON object, from a file with ^o"))
    return fields


def _fields_of_input(variable: Variable) -> list[FormField]:
    default = default_text(variable)
    kind = "secret" if variable.secret else variable.type
    note = kind if default is not None else f"{kind}, no default"
    name = variable.name
    fields = [FormField(key=name, label=name, note=note, hint=default or "", is_secret=variable.secret)]
    if variable.type == "Data":
        note = f"{FILE_KEY_TYPE} key, if needed"
        fields.append(FormField(key=name + _FILE_KEY, label=f"  key of {name}", note=note, is_secret=True))
    return fields


def texts_of_inputs(job: Job, inputs: Mapping[str, object]) -> dict[str, str]:
    """What to put into the fields for inputs that are in the service's form, by the fields' keys."""
    form = job.start_form.inputs
    declared = {variable.name: variable for variable in declared_fields(job)}
    texts: dict[str, str] = {}
    others: Inputs = {}
    for name, given in inputs.items():
        if name not in declared:
            others[name] = given
            continue
        texts[name] = text_of_input(declared[name], given, form)
        if declared[name].type == "Data" and form is InputForm.TYPED:
            texts[name + _FILE_KEY] = file_key_of(given)
    if others and form in (InputForm.PLAIN, InputForm.DOCUMENT):
        texts[DOCUMENT] = _json_text(others)
    return texts


def _json_text(inputs: Inputs) -> str:
    return json.dumps(inputs, ensure_ascii=False)


def check_text(job: Job, key: str, text: str) -> None:
    """Raise InputError when what stands in a field cannot be sent. An empty field leaves the default as it is."""
    if not text.strip():
        return
    if key == DOCUMENT:
        read_inputs(text, job)
    variable = _variable(job, key)
    if variable is not None:
        input_of_text(variable, text, job.start_form)


def inputs_of_texts(job: Job, texts: Mapping[str, str]) -> Inputs:
    """The inputs that stand in the fields, in the service's form. Raises InputError; its problems name the fields."""
    inputs: Inputs = {}
    problems: list[InputProblem] = []
    for key, text in texts.items():
        try:
            inputs |= _given(job, key, text, texts)
        except InputError as error:
            problems.append(InputProblem(key, sentence_of(error)))
    if problems:
        raise InputError.of(problems)
    return inputs


def sentence_of(error: InputError) -> str:
    """What is wrong, for the place beside the field itself: the field's own name is not said again."""
    if len(error.problems) == 1:
        return error.problems[0].sentence
    return " ".join(filter(None, (error.message.replace("\n", "; "), error.hint)))


def _given(job: Job, key: str, text: str, texts: Mapping[str, str]) -> Inputs:
    if not text.strip():
        return {}
    if key == DOCUMENT:
        return read_inputs(text, job)
    variable = _variable(job, key)
    if variable is None:
        return {}
    file_key = texts.get(key + _FILE_KEY, "").strip()
    return {key: input_of_text(variable, text, job.start_form, file_key=file_key)}


def _variable(job: Job, key: str) -> Variable | None:
    return next((variable for variable in declared_fields(job) if variable.name == key), None)


def named_field(texts: Mapping[str, str], message: str) -> str | None:
    """The filled field that a service's refusal speaks of, or None when it names none, or several."""
    words = set(re.findall(r"[\w.:-]+", message.casefold().replace("'", " ").replace('"', " ")))
    spoken = {NAME: "name", VERSION: "version"}
    named = [key for key, text in texts.items() if text.strip() and spoken.get(key, key).casefold() in words]
    return named[0] if len(named) == 1 else None
