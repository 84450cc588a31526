"""Inputs of a run to be started: read, checked, brought into the service's form."""

import json

import pytest

from runtui.model.errors import InputError
from runtui.model.inputs import (
    check_inputs,
    default_text,
    file_key_of,
    input_of_text,
    missing_inputs,
    read_inputs,
    text_of_input,
)
from runtui.model.job import Job
from runtui.model.start_form import InputForm, StartForm
from runtui.model.variable import Role, Variable

DRIVE_ID = "b8810ff1-16c7-4269-b784-0c5ce392ff25"
TYPES = ("boolean", "integer", "number", "string", "datetime", "json", "secret", "Data", "DriveData")


def declared(name: str, kind: str, *, default: str | None = None) -> Variable:
    return Variable(name=name, role=Role.INPUT, type=kind, default=default, secret=kind == "secret")


def job(form: InputForm, *inputs: Variable) -> Job:
    return Job(profile="lab", service="x", id="j", name="sweep", inputs=inputs, start_form=StartForm(inputs=form))


TYPED = job(InputForm.TYPED, *(declared(kind.lower(), kind) for kind in TYPES))
PLAIN = job(InputForm.PLAIN, declared("wf.size", "number"), declared("wf.names", "array"))


def problems(given: object, to: Job = TYPED) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_inputs(json.dumps(given), to)
    return [str(problem) for problem in caught.value.problems]


def test_a_text_that_stands_for_a_value_made_elsewhere_fits_every_type() -> None:
    form = StartForm(links=("test_output:",))
    test = Job(profile="p", service="s", id="j", inputs=(declared("x", "number"),), start_form=form)
    assert check_inputs({"x": "test_output:w.y"}, test) == {"x": "test_output:w.y"}
    assert input_of_text(declared("x", "number"), " test_output:w.y ", form) == "test_output:w.y"
    with pytest.raises(InputError, match="x: expected a number"):
        check_inputs({"x": "other:w.y"}, test)


@pytest.mark.parametrize(
    ("kind", "text", "parameter"),
    [
        ("boolean", "Yes", {"type": "boolean", "value": True}),
        ("boolean", "false", {"type": "boolean", "value": False}),
        ("integer", " 45 ", {"type": "integer", "value": 45}),
        ("number", "1.5e-3", {"type": "number", "value": 0.0015}),
        ("number", "3", {"type": "number", "value": 3}),
        ("string", " 45 ", {"type": "string", "value": " 45 "}),
        ("datetime", "2026-01-31T12:00:00Z", {"type": "datetime", "value": "2026-01-31T12:00:00Z"}),
        ("json", '{"a": [1]}', {"type": "json", "value": {"a": [1]}}),
        ("secret", "s3cret", {"type": "secret", "secret_value": "s3cret"}),
        ("Data", "https://a.org/b.tif", {"type": "Data", "url": "https://a.org/b.tif"}),
        ("DriveData", DRIVE_ID, {"type": "DriveData", "drive_id": DRIVE_ID}),
        ("colour", "red", {"type": "colour", "value": "red"}),
        ("colour", "[1]", {"type": "colour", "value": [1]}),
    ],
)
def test_a_typed_text_becomes_the_services_parameter_and_back(kind: str, text: str, parameter: object) -> None:
    variable = declared("x", kind)
    given = input_of_text(variable, text, StartForm(inputs=InputForm.TYPED))
    assert given == parameter
    again = text_of_input(variable, given, InputForm.TYPED)
    assert input_of_text(variable, again, StartForm(inputs=InputForm.TYPED)) == parameter


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("boolean", "perhaps", "x: expected true or false, got perhaps"),
        ("integer", "4.5", "x: expected a whole number, got 4.5"),
        ("integer", "", "x: expected a whole number, got nothing"),
        ("integer", "1_000", "x: expected a whole number, got 1_000"),
        ("number", "nan", "x: expected a number, got nan"),
        ("number", "1e999", "x: expected a number, got 1e999"),
        ("number", "zwölf", "x: expected a number, got zwölf"),
        ("datetime", "tomorrow", "x: expected a moment such as 2026-01-31T12:00:00Z, got tomorrow"),
        ("datetime", "2026-02-31", "x: expected a moment such as 2026-01-31T12:00:00Z, got 2026-02-31"),
        ("json", "{", "x: expected JSON, got {"),
        ("json", "NaN", "x: expected JSON, got NaN"),
        ("array", "{}", "x: expected a JSON list such as [1, 2], got {}"),
        ("object", "[]", 'x: expected a JSON object such as {"a": 1}, got []'),
        ("Data", "a.tif", "x: expected an address, https://..., got a.tif"),
    ],
)
def test_a_text_that_does_not_fit_its_type_names_the_input_and_what_was_expected(
    kind: str, text: str, sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        input_of_text(declared("x", kind), text, StartForm(inputs=InputForm.PLAIN))
    assert caught.value.message == sentence


def test_a_long_wrong_text_is_cut() -> None:
    with pytest.raises(InputError) as caught:
        input_of_text(declared("x", "integer"), "y" * 500, StartForm(inputs=InputForm.PLAIN))
    assert len(caught.value.message) < 100


def test_a_plain_value_is_sent_as_it_is() -> None:
    assert input_of_text(declared("x", "number"), "2", StartForm(inputs=InputForm.PLAIN)) == 2


def test_the_key_of_a_file_goes_with_its_address() -> None:
    given = input_of_text(declared("x", "Data"), "https://a.org/b", StartForm(inputs=InputForm.TYPED), file_key="k1")
    assert given == {"type": "Data", "url": "https://a.org/b", "auth": {"type": "SesamEO", "api_key": "k1"}}
    assert file_key_of(given) == "k1"


def test_plain_values_in_a_file_get_their_types() -> None:
    text = json.dumps({"integer": 45, "secret": "s", "data": "https://a.org/b", "json": {"a": 1}})
    assert read_inputs(text, TYPED) == {
        "integer": {"type": "integer", "value": 45},
        "secret": {"type": "secret", "secret_value": "s"},
        "data": {"type": "Data", "url": "https://a.org/b"},
        "json": {"type": "json", "value": {"a": 1}},
    }


def test_inputs_in_the_services_form_stay_as_they_are() -> None:
    given = {
        "integer": {"type": "integer", "value": 45},
        "data": {"type": "Data", "url": "https://a.org/b", "auth": {"type": "SesamEO", "api_key": "k"}},
        "json": {"type": "json", "value": {"value": 1}},
    }
    assert read_inputs(json.dumps(given), TYPED) == given


def test_a_json_value_with_the_key_value_is_no_parameter() -> None:
    assert read_inputs('{"json": {"value": 1}}', TYPED) == {"json": {"type": "json", "value": {"value": 1}}}


def test_a_list_of_named_inputs_is_read_by_name() -> None:
    text = json.dumps([{"name": "integer", "type": "integer", "value": 45}])
    assert read_inputs(text, TYPED) == {"integer": {"type": "integer", "value": 45}}


def test_null_leaves_an_input_out() -> None:
    assert read_inputs('{"integer": null}', TYPED) == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"integer": "45"}, 'integer: expected a whole number, got "45"'),
        ({"integer": True}, "integer: expected a whole number, got true"),
        ({"number": [1]}, "number: expected a number, got [1]"),
        ({"string": 1}, "string: expected a text, got 1"),
        ({"boolean": 1}, "boolean: expected true or false, got 1"),
        ({"integer": {"type": "number", "value": 1}}, 'integer: its type is integer, not "number"'),
        ({"integer": {"type": "integer"}}, "integer: expected a whole number as 'value'"),
        (
            {"data": {"type": "Data", "url": "x"}},
            'data: expected an address, https://..., got "x"',
        ),
        (
            {"data": {"url": "https://a.org/b", "auth": {"type": "Basic"}}},
            'data: expected auth as {"type": "SesamEO", "api_key": "..."}',
        ),
    ],
)
def test_a_wrong_type_in_a_file_names_the_input(given: object, sentence: str) -> None:
    assert problems(given) == [sentence]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [one.partition(":")[0] for one in problems({"integer": "a", "string": "ok", "number": "b"})] == [
        "integer",
        "number",
    ]


def test_an_unknown_input_is_told_with_those_like_it() -> None:
    with pytest.raises(InputError) as caught:
        read_inputs('{"integr": 1}', TYPED)
    assert (caught.value.message, caught.value.hint) == (
        "integr: there is no such input",
        "Did you mean 'integer'?",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', "line 3, column 3"),
        ("", "line 1, column 1"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": 1, "a": 2}', "'a' stands in it twice"),
        ("[1, 2]", "the inputs are no JSON object"),
        ('"text"', "the inputs are no JSON object"),
    ],
)
def test_what_is_no_json_object_says_where_or_why(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_inputs(text, TYPED)
    assert message in caught.value.message


def test_a_wrong_secret_is_not_quoted() -> None:
    assert problems({"secret": 123456}) == ["secret: expected a text"]
    hidden = Variable(name="api_key", role=Role.INPUT, type="string", secret=True)
    assert problems({"api_key": 123456}, job(InputForm.TYPED, hidden)) == ["api_key: expected a text"]


def test_plain_inputs_may_have_names_that_are_not_declared() -> None:
    given = {"wf.size": 2.5, "wf.other": None, "test_input": {"wf.x": 1}}
    assert check_inputs(given, PLAIN) == given
    assert problems({"wf.names": "a"}, PLAIN) == ['wf.names: expected a JSON list such as [1, 2], got "a"']


def test_a_document_is_taken_whole_and_a_job_without_inputs_takes_none() -> None:
    assert check_inputs({"name": "x", "jobanalyses": []}, job(InputForm.DOCUMENT)) == {"name": "x", "jobanalyses": []}
    assert check_inputs({}, job(InputForm.NONE)) == {}
    with pytest.raises(InputError, match="takes no inputs"):
        check_inputs({"a": 1}, job(InputForm.NONE))


def test_inputs_without_a_default_that_are_not_given_are_missing() -> None:
    wanted = job(
        InputForm.TYPED, declared("a", "integer"), declared("b", "integer", default="4"), declared("c", "secret")
    )
    assert [variable.name for variable in missing_inputs(wanted, ["c"])] == ["a"]
    assert missing_inputs(PLAIN, []) == ()


def test_a_value_that_is_declared_is_the_default() -> None:
    assert default_text(Variable(name="a", role=Role.INPUT, value=4, text="4")) == "4"
    assert default_text(declared("a", "integer", default="5")) == "5"
    assert default_text(declared("a", "integer")) is None
