"""The fields of a job's form, and what was typed into them."""

import pytest

from runtui.model.errors import InputError
from runtui.model.job import Job
from runtui.model.start_form import InputForm, StartForm
from runtui.model.variable import Role, Variable
from runtui.tui.start_fields import DOCUMENT, NAME, VERSION, fields_of, inputs_of_texts, named_field, texts_of_inputs


def job(form: StartForm, *inputs: Variable) -> Job:
    return Job(profile="lab", service="x", id="j", name="sweep", version="2", inputs=inputs, start_form=form)


def variable(name: str, kind: str, default: str | None = None, role: Role = Role.INPUT) -> Variable:
    return Variable(name=name, role=role, type=kind, default=default, secret=kind == "secret")


TYPED = job(
    StartForm(inputs=InputForm.TYPED, has_versions=True),
    variable("image", "Data"),
    variable("angle", "integer", "45"),
    variable("key", "secret"),
    variable("area", "number", role=Role.OUTPUT),
)
PLAIN = job(StartForm(has_name=True), variable("wf.size", "number", "1"))


def test_a_job_has_fields_for_what_it_takes_and_for_nothing_it_gives() -> None:
    assert [field.label for field in fields_of(TYPED)] == ["version", "image", "  key of image", "angle", "key"]
    assert [field.label for field in fields_of(PLAIN)] == ["name of the run", "wf.size", "other inputs"]


def test_secrets_and_keys_are_masked_and_nothing_else_is() -> None:
    assert [field.label for field in fields_of(TYPED) if field.is_secret] == ["  key of image", "key"]


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        (StartForm(inputs=InputForm.NONE), []),
        (StartForm(inputs=InputForm.DOCUMENT), [DOCUMENT]),
        (StartForm(inputs=InputForm.PLAIN), [DOCUMENT]),
        (StartForm(inputs=InputForm.TYPED), []),
    ],
)
def test_a_job_without_declared_inputs_takes_json_where_the_service_does(form: StartForm, keys: list[str]) -> None:
    assert [field.key for field in fields_of(job(form))] == keys


def test_empty_fields_are_not_sent() -> None:
    assert inputs_of_texts(TYPED, {VERSION: "2", "image": "", "angle": "  ", "key": ""}) == {}


def test_fields_and_inputs_are_two_forms_of_the_same() -> None:
    inputs = {
        "image": {"type": "Data", "url": "https://a.org/b", "auth": {"type": "SesamEO", "api_key": "k"}},
        "angle": {"type": "integer", "value": 30},
        "key": {"type": "secret", "secret_value": "s"},
    }
    assert inputs_of_texts(TYPED, texts_of_inputs(TYPED, inputs)) == inputs
    others = {"wf.size": 2, "wf.more": [1], "test_input": {"wf.x": None}}
    assert inputs_of_texts(PLAIN, texts_of_inputs(PLAIN, others)) == others


def test_everything_that_is_wrong_names_its_field() -> None:
    with pytest.raises(InputError) as caught:
        inputs_of_texts(TYPED, {"image": "nowhere", "angle": "x", "key": "s"})
    assert [problem.name for problem in caught.value.problems] == ["image", "angle"]


def test_wrong_json_is_told_at_its_own_field() -> None:
    with pytest.raises(InputError) as caught:
        inputs_of_texts(PLAIN, {DOCUMENT: "[1]"})
    (problem,) = caught.value.problems
    assert problem.name == DOCUMENT
    assert "JSON object" in problem.sentence


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("If a custom run name is specified, it must be unique.", NAME),
        ("'wf.size' is no input of the test", "wf.size"),
        ("no input wf.size for that name", None),
        ("Internal error", None),
        ("", None),
    ],
)
def test_a_refusal_that_names_one_filled_field_belongs_there(message: str, field: str | None) -> None:
    assert named_field({NAME: "mine", "wf.size": "2", "wf.empty": ""}, message) == field


def test_a_field_that_is_empty_was_not_refused() -> None:
    assert named_field({NAME: "", "wf.size": ""}, "the name wf.size is wrong") is None
