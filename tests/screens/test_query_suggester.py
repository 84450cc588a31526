"""What the filter proposes while one types."""

import pytest

from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.tui.query_suggester import QuerySuggester


def a_run(number: int, **fields: object) -> Run:
    return Run(profile="hpc", service="rescale", id=f"{number}", status=Status.RUNNING, **fields)  # type: ignore[arg-type]  # fields of Run by name


class Gathering:
    """Runs that count how often they are gathered, and a clock that stands still."""

    def __init__(self, *runs: Run) -> None:
        self.runs = list(runs)
        self.times = 0
        self.seconds = 0.0
        self.suggester = QuerySuggester(self._gather, lambda: self.seconds)

    def _gather(self) -> list[Run]:
        self.times += 1
        return self.runs

    async def proposed(self, typed: str) -> str | None:
        return await self.suggester.get_suggestion(typed)


SWEEP = a_run(1, job="airfoil", owner="ada", variables=(Variable(name="x_velocity", role=Role.INPUT, text="20"),))


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("stat", "status:"),
        ("status:f", "status:failed"),
        ("airfoil !job:air", "airfoil !job:airfoil"),
        ("x_v", "x_velocity"),
        ("owner:alice,a", "owner:alice,ada"),
    ],
)
async def test_what_was_begun_is_completed(typed: str, completed: str) -> None:
    assert await Gathering(SWEEP).proposed(typed) == completed


@pytest.mark.parametrize("typed", ["", "airfoil ", "(", "!", "status:failed ", "zzz"])
async def test_nothing_is_proposed_between_words_or_for_what_nobody_knows(typed: str) -> None:
    assert await Gathering(SWEEP).proposed(typed) is None


async def test_a_proposal_only_ever_continues_the_typed_text() -> None:
    assert await Gathering(a_run(1, job="two words")).proposed("job:two") is None
    assert await Gathering(a_run(1, job="two words")).proposed('job:"two') == 'job:"two words"'
    assert await Gathering(a_run(1, job="AirFoil")).proposed("job:air") is None


async def test_a_name_that_could_harm_the_terminal_is_not_proposed() -> None:
    assert await Gathering(a_run(1, job="air\x1b[31mfoil")).proposed("job:air") is None


async def test_names_are_gathered_at_most_once_a_second() -> None:
    gathering = Gathering(SWEEP)
    for typed in ("o", "ow", "owner:a"):
        await gathering.proposed(typed)
    assert gathering.times == 1
    gathering.runs.append(a_run(2, owner="abel"))
    gathering.seconds = 0.9
    assert await gathering.proposed("owner:ab") is None
    gathering.seconds = 1.0
    assert await gathering.proposed("owner:ab") == "owner:abel"
    assert gathering.times == 2
