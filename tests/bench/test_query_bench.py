"""Filtering 100,000 runs, beside the least that plain Python needs for the same answer."""

from collections.abc import Callable

import pytest

from runtui.model.query import parse_query
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.cpu import best_cpu_seconds
from tests.support.sample_runs import NOW, sweep_runs

pytestmark = pytest.mark.bench
COUNT = 100_000


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return sweep_runs(COUNT)


def drag(run: Run) -> float:
    value = run.variables[2].value
    assert isinstance(value, float)
    return value


CASES: dict[str, Callable[[Run], bool]] = {
    "status:failed": lambda run: run.status is Status.FAILED,
    "job:77": lambda run: "77" in run.job.lower(),
    "Cd<0": lambda run: drag(run) < 0,
    "Cd<0 status:failed": lambda run: run.status is Status.FAILED and drag(run) < 0,
    "mesh=fine": lambda run: run.variables[1].value == "fine",
    "started<2d": lambda run: run.started_at is not None and (NOW - run.started_at).total_seconds() < 172_800,
    "took>1h": lambda run: (run.took_seconds(NOW) or 0) > 3600,
    "divergence": lambda run: "divergence" in run.message.lower(),
    "/diverg(ence)?/": lambda run: "divergence" in run.message.lower(),
}


@pytest.mark.parametrize("text", CASES)
def test_filtering_a_hundred_thousand_runs(text: str, runs: list[Run]) -> None:
    query = parse_query(text)
    floor, expected = best_cpu_seconds(lambda: list(filter(CASES[text], runs)))
    ours, found = best_cpu_seconds(lambda: query.select(runs, NOW))
    print(
        f"\n{text:20} {len(found):6} runs   {ours * 1000:6.1f} ms"
        f"   plain Python {floor * 1000:6.1f} ms   ratio {ours / floor:4.1f}",
        end="",
    )
    assert found == expected
