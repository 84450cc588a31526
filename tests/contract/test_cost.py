"""What keeping a list up to date costs: it grows with what moves, not with what there is."""

from contextlib import aclosing

from runtui.model.status import LIVE
from tests.contract.conftest import FEW
from tests.support.scene import Scene
from tests.support.stage import Stage

MANY = 150


async def cost_of_a_refresh(stage: Stage, service: str, runs: int) -> tuple[int, int]:
    """The requests of one refresh once everything is known that can be, and how many runs live."""
    with stage.serving(service, runs=runs) as served:
        async with aclosing(Scene(served)) as scene:
            await scene.feed(full=True)
            await scene.settle()
            cost, _ = await scene.cost(scene.feed(full=False))
            return cost, sum(run.status in LIVE for run in scene.fed.values())


async def test_a_long_history_makes_a_refresh_no_dearer_than_what_lives_in_it(stage: Stage, service: str) -> None:
    few, few_live = await cost_of_a_refresh(stage, service, FEW)
    many, many_live = await cost_of_a_refresh(stage, service, MANY)
    assert many <= few + 2 * max(0, many_live - few_live)
