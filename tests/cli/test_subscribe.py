"""`runtui subscribe`."""

from collections.abc import Iterator

import pytest

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator, Stage


@pytest.fixture
def lab(stage: Stage, shell: CommandLine) -> Iterator[ServedSimulator]:
    """CARROT in a world of the test's own, as the profile `lab` of ada@lab.org."""
    with stage.serving("carrot", runs=12) as served:
        shell.add_profile("lab", "carrot", {**served.options, "email": "ada@lab.org"})
        yield served


def test_the_profiles_address_is_told_of_a_job_by_name_until_that_is_ended(
    shell: CommandLine, lab: ServedSimulator
) -> None:
    job = next(one for one in shell.run("jobs", "lab", "--json").json if not one["kind"])
    made = shell.run("subscribe", "lab", job["name"])
    assert (made.code, made.lines) == (0, [f"ada@lab.org  {job['name']}"])
    assert [one["job_id"] for one in shell.run("subscribe", "lab", "--json").json] == [job["id"]]
    assert shell.run("subscribe", "lab", job["name"], "--end").code == 0
    assert shell.run("subscribe", "lab").err == "nobody is told of anything\n"
    assert shell.run("subscribe", "lab", job["name"], "--end").code == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["lab", "no such test"], 3, "no job called"),
        (["lab", "--email", "x@y.org"], 2, "a job must be named"),
        (["lab", "Example Test", "--email", "nobody"], 2, "email: 'nobody' is no e-mail address"),
    ],
)
def test_what_is_wrong_is_named(
    shell: CommandLine, lab: ServedSimulator, words: list[str], code: int, said: str
) -> None:
    ended = shell.run("subscribe", *words)
    assert ended.code == code
    assert said in ended.err
    assert not any(one.startswith("POST ") for one in lab.requests)


def test_a_service_that_sends_no_mail_says_so(connected: CommandLine) -> None:
    ended = connected.run("subscribe", "destine", "image-rotation")
    assert ended.code == 6
    assert "sends no mail" in ended.err
