"""The steps of a run."""

import asyncio
from datetime import UTC

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError
from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.NODES)


async def runs_with_nodes(scene: Scene) -> list[tuple[Run, tuple[Node, ...]]]:
    """Some runs of every kind with their steps."""
    listed = await scene.listed()
    runs = [run for status in Status for run in listed.some(status)[:2]]
    return [(run, await scene.connection.with_nodes.nodes(run)) for run in runs]


async def test_every_run_that_ran_has_nodes_with_names(still: Scene) -> None:
    for run, nodes in await runs_with_nodes(still):
        assert nodes or run.status in (Status.QUEUED, Status.FAILED, Status.STOPPED), run
        assert all(node.id and node.name for node in nodes)


async def test_nodes_are_told_apart_by_their_ids(still: Scene) -> None:
    for run, nodes in await runs_with_nodes(still):
        assert len({node.id for node in nodes}) == len(nodes), run.id


async def test_what_a_node_needs_or_belongs_to_is_a_node_of_the_run(still: Scene) -> None:
    for run, nodes in await runs_with_nodes(still):
        ids = {node.id for node in nodes}
        for node in nodes:
            assert node.parent_id is None or node.parent_id in ids - {node.id}, run.id
            assert set(node.needs) <= ids - {node.id}, run.id


async def test_a_node_below_another_is_one_deeper_and_comes_after_it(still: Scene) -> None:
    for _, nodes in await runs_with_nodes(still):
        seen: dict[str, Node] = {}
        for node in nodes:
            assert node.depth == (0 if node.parent_id is None else seen[node.parent_id].depth + 1)
            seen[node.id] = node


async def test_every_nodes_status_is_known_and_keeps_the_services_word(still: Scene) -> None:
    for run, nodes in await runs_with_nodes(still):
        assert all(node.status_text for node in nodes), run.id
        assert Status.UNKNOWN not in {node.status for node in nodes}, run.id


async def test_nothing_runs_in_a_run_that_is_over(still: Scene) -> None:
    for run, nodes in await runs_with_nodes(still):
        if run.status in (Status.SUCCEEDED, Status.FAILED):
            assert not any(node.status is Status.RUNNING for node in nodes), run.id
        if run.status is Status.SUCCEEDED:
            assert not any(node.status is Status.FAILED and node.attempt is None for node in nodes), run.id


async def test_some_node_failed_where_a_run_failed(still: Scene) -> None:
    failed = [nodes for run, nodes in await runs_with_nodes(still) if run.status is Status.FAILED and nodes]
    assert any(node.status is Status.FAILED for nodes in failed for node in nodes)


async def test_moments_of_nodes_are_aware_and_in_order(still: Scene) -> None:
    for _, nodes in await runs_with_nodes(still):
        for node in nodes:
            moments = [moment for moment in (node.started_at, node.ended_at) if moment]
            assert moments == sorted(moments)
            assert {moment.tzinfo for moment in moments} <= {UTC}


async def test_asking_twice_gives_the_same(still: Scene) -> None:
    run = (await still.listed()).some(Status.SUCCEEDED)[0]
    ask = still.connection.with_nodes.nodes
    assert await ask(run) == await ask(run)
    one, two = await asyncio.gather(ask(run), ask(run))
    assert one == two


async def test_nodes_go_on_as_the_world_does(small_live: Scene) -> None:
    run = (await small_live.listed()).some(Status.RUNNING)[0]
    ask = small_live.connection.with_nodes.nodes
    before = {node.id: node.status for node in await ask(run)}
    small_live.world.advance(1800)
    after = {node.id: node.status for node in await ask(await small_live.backend.fetch_run(run.id))}
    assert before != after
    assert all(after[node_id] is status for node_id, status in before.items() if status.is_final)


async def test_the_nodes_of_a_run_there_is_not_are_not_found(still: Scene) -> None:
    run = (await still.listed()).some(Status.SUCCEEDED)[0]
    with pytest.raises(NotFoundError):
        await still.connection.with_nodes.nodes(unknown_like(run))
