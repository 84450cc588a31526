"""Nodes, components, starting, deleting and usage."""

import pytest

from runtui.backends.deltatwin.backend import DeltaTwinBackend
from runtui.backends.deltatwin.sightings import SEEN
from runtui.backends.protocol import capabilities_of
from runtui.backends.registry import opener, settings_type
from runtui.model.capability import Capability
from runtui.model.clock import ManualClock
from runtui.model.errors import (
    NotFoundError,
    PayloadError,
    PermissionDeniedError,
    RejectedError,
    ServiceDownError,
)
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.support.deltatwin_service import WORLD_START, DeltaTwinServer, listed

IMAGE: dict[str, object] = {
    "image": {"type": "Data", "url": "https://example.org/a.jpg"},
    "angle": {"type": "integer", "value": 45},
}


async def test_it_can_do_all_that_the_service_can(server: DeltaTwinServer) -> None:
    backend = server.backend()
    assert capabilities_of(backend) == {
        Capability.NODES,
        Capability.LOGS,
        Capability.FILES,
        Capability.READ_FILE,
        Capability.JOBS,
        Capability.START,
        Capability.DELETE,
        Capability.FIND,
        Capability.USAGE,
        Capability.PUBLISH,
    }
    await backend.aclose()


def test_it_is_found_by_its_folder() -> None:
    assert settings_type("deltatwin").__name__ == "Settings"
    assert opener("deltatwin").__name__ == "open_backend"


class Watching:
    """A backend whose clock follows the simulated world."""

    def __init__(self, server: DeltaTwinServer) -> None:
        self.clock = ManualClock(WORLD_START)
        self.backend: DeltaTwinBackend = server.backend(clock=self.clock)
        self._server = server

    async def wait(self, seconds: float) -> None:
        self._server.simulator.world.advance(seconds)
        await self.clock.advance(seconds)


async def test_nodes_come_in_the_order_of_the_workflow_with_their_kinds(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = next(run for run in await listed(backend) if run.job == "ai-sen2cor-processor")
    nodes = await backend.nodes(run)
    await backend.aclose()
    assert [(node.name, node.kind) for node in nodes if node.kind != "input"] == [
        ("ai-sen2cor-processor", "model"),
        ("L2A_B02", "output"),
        ("L2A_B03", "output"),
        ("L2A_B04", "output"),
        ("L2A_TCI", "output"),
        ("tile_benchmark", "output"),
    ]
    assert {"inference"} == {node.extra["workflow_node_id"] for node in nodes if node.kind == "model"}


async def test_nodes_carry_no_times_nobody_saw(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = next(run for run in await listed(backend) if run.status.is_final)
    assert {(node.started_at, node.ended_at) for node in await backend.nodes(run)} == {(None, None)}
    await backend.aclose()


async def test_nodes_we_watch_carry_the_times_at_which_we_saw_them_change(server: DeltaTwinServer) -> None:
    watching = Watching(server)
    backend = watching.backend
    run = await backend.start("image-rotation", IMAGE, version="1.0.0")
    for _ in range(100):
        await watching.wait(1)
        nodes = await backend.nodes(run)
        run = await backend.fetch_run(run.id)
        if run.status.is_final:
            break
    nodes = await backend.nodes(run)
    await backend.aclose()
    rotation = next(node for node in nodes if node.kind == "model")
    assert run.status is Status.SUCCEEDED
    assert rotation.extra["times"] == SEEN
    assert rotation.started_at is not None
    assert rotation.ended_at is not None
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.started_at <= rotation.started_at < rotation.ended_at <= run.ended_at.replace(microsecond=0, second=59)


async def test_a_node_that_was_running_when_first_seen_has_only_an_end(server: DeltaTwinServer) -> None:
    watching = Watching(server)
    backend = watching.backend
    run = next(r for r in await listed(backend) if r.status is Status.RUNNING and r.job == "coastal-flood")
    await backend.nodes(run)
    await watching.wait(300)
    run = await backend.fetch_run(run.id)
    seen = [node for node in await backend.nodes(run) if node.ended_at]
    await backend.aclose()
    assert seen
    assert all(node.took_seconds(watching.clock.now()) is None for node in seen if node.started_at is None)


async def test_nodes_of_a_failed_run_that_never_ran_are_over(server: DeltaTwinServer) -> None:
    server.simulator.world.advance(300)
    backend = server.backend()
    runs = [r for r in await listed(backend) if r.status is Status.FAILED and r.exit_code == 221]
    for run in runs:
        nodes = await backend.nodes(run)
        assert all(node.status.is_final for node in nodes)
        assert sum(node.status is Status.FAILED for node in nodes) == 1
    await backend.aclose()
    assert runs


async def test_components_are_listed_once_ours_first(server: DeltaTwinServer) -> None:
    backend = server.backend()
    jobs = [job async for job in backend.iterate_jobs()]
    await backend.aclose()
    assert [job.name for job in jobs] == ["coastal-flood", "image-rotation", "ai-sen2cor-processor"]


async def test_a_component_has_its_inputs_in_the_version_asked_for(server: DeltaTwinServer) -> None:
    backend = server.backend()
    latest = await backend.fetch_job("image-rotation")
    first = await backend.fetch_job("image-rotation", "1.0.0")
    await backend.aclose()
    assert (latest.version, latest.extra["versions"]) == ("1.1.0", "1.1.0, 1.0.0")
    assert [(v.name, v.type, v.default) for v in latest.inputs] == [
        ("image", "Data", None),
        ("angle", "integer", "45"),
        ("key", "secret", None),
        ("dem", "DriveData", None),
    ]
    assert [v.name for v in first.inputs] == ["image", "angle"]


async def test_an_unknown_component_or_version_is_not_found(server: DeltaTwinServer) -> None:
    backend = server.backend()
    for name, version in (("nope", ""), ("image-rotation", "9.9"), ("../runs", "")):
        with pytest.raises(NotFoundError):
            await backend.fetch_job(name, version)
        with pytest.raises(NotFoundError):
            await backend.start(name, {}, version=version)
    await backend.aclose()


async def test_a_start_resolves_the_version_and_gives_the_run(server: DeltaTwinServer) -> None:
    server.simulator.switches.requires_version = True
    backend = server.backend()
    run = await backend.start("image-rotation", IMAGE)
    assert (run.job, run.extra["version"], run.owner) == ("image-rotation", "1.1.0", "alice")
    assert (run.status, run.status_text) == (Status.QUEUED, "created")
    assert [run.id] == [r.id for r in await listed(backend) if r.id == run.id]
    await backend.aclose()


async def test_a_run_we_started_keeps_its_date_of_creation(server: DeltaTwinServer) -> None:
    watching = Watching(server)
    run = await watching.backend.start("image-rotation", IMAGE)
    again = next(r for r in await listed(watching.backend) if r.id == run.id)
    await watching.backend.aclose()
    assert run.created_at == again.created_at == watching.clock.now()


async def test_secrets_are_sent_and_never_come_back(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = await backend.start("image-rotation", {**IMAGE, "key": {"type": "secret", "secret_value": "hush-hush"}})
    plan = server.simulator.runs.get(run.id)
    await backend.aclose()
    assert plan is not None
    assert "hush-hush" in repr(plan.sent_inputs)
    assert "hush-hush" not in repr(run)


async def test_a_start_whose_nodes_cannot_be_had_still_gives_the_run(server: DeltaTwinServer) -> None:
    server.simulator.application.fail("/nodes", status=500)
    server.simulator.application.add(Fault(match="/nodes", status=404))
    clockless = server.backend(clock=ManualClock(WORLD_START))
    server.simulator.application.faults[0].status = 404
    run = await clockless.start("image-rotation", IMAGE)
    await clockless.aclose()
    assert server.simulator.runs.get(run.id) is not None


async def test_a_start_whose_answer_is_lost_is_not_sent_again_and_says_to_look_first(server: DeltaTwinServer) -> None:
    backend = server.backend()
    before = len(await listed(backend))
    server.simulator.application.add(Fault(match="POST /v2.0/runs", drop_answer=True))
    with pytest.raises(ServiceDownError) as caught:
        await backend.start("image-rotation", IMAGE)
    assert "look at the list" in caught.value.hint
    assert len(await listed(backend)) == before + 1
    await backend.aclose()


async def test_a_start_over_the_quota_is_refused_with_the_numbers(server: DeltaTwinServer) -> None:
    server.simulator.switches.max_run = 0
    backend = server.backend()
    with pytest.raises(RejectedError, match=r"\(\d+/0\)") as caught:
        await backend.start("image-rotation", IMAGE)
    await backend.aclose()
    assert "quota" in caught.value.hint
    assert caught.value.code == 429


async def test_a_start_the_service_refuses_names_the_field(server: DeltaTwinServer) -> None:
    backend = server.backend()
    server.simulator.application.fail(
        "POST /v2.0/runs", status=422, body=b'{"detail":[{"loc":["body","inputs"],"msg":"inputs: not a dictionary"}]}'
    )
    with pytest.raises(RejectedError, match="inputs: not a dictionary"):
        await backend.start("image-rotation", IMAGE)
    await backend.aclose()


async def test_an_answer_cut_off_is_told_as_such(server: DeltaTwinServer) -> None:
    backend = server.backend()
    (run, *_) = await listed(backend)
    server.simulator.application.fail(f"GET /v2.0/runs/{run.id}", status=200, body=b'{"run_id": "x", "sta')
    with pytest.raises(PayloadError, match="cut off"):
        await backend.fetch_run(run.id)
    await backend.aclose()


async def test_a_deleted_run_is_gone_with_its_outputs(server: DeltaTwinServer) -> None:
    backend = server.backend()
    run = next(run for run in await listed(backend) if run.status is Status.SUCCEEDED)
    assert run.id in await backend.delete(run)
    with pytest.raises(NotFoundError):
        await backend.fetch_run(run.id)
    with pytest.raises(NotFoundError):
        await backend.delete(run)
    assert run.id not in {other.id for other in await listed(backend)}
    await backend.aclose()


async def test_a_read_only_session_starts_and_deletes_nothing(server: DeltaTwinServer) -> None:
    backend = server.backend(read_only=True)
    (run, *_) = await listed(backend)
    with pytest.raises(PermissionDeniedError):
        await backend.start("image-rotation", IMAGE)
    with pytest.raises(PermissionDeniedError):
        await backend.delete(run)
    await backend.aclose()
    assert server.requested("POST /v2.0/runs") == server.requested("DELETE") == []


async def test_the_usage_lists_every_allowance(server: DeltaTwinServer) -> None:
    backend = server.backend()
    lines = {line.name: line for line in await backend.usage()}
    await backend.aclose()
    assert lines["runs"].limit == 1000
    assert lines["parallel runs"].limit == 4
    assert lines["execution time"].unit == "seconds"
    assert lines["drive"].unit == "bytes"
    assert (lines["schedules"].used, lines["schedules"].limit) == (1, 5)
    assert lines["images of image_rotation"].used > 0


async def test_ids_of_any_letters_stay_one_part_of_the_path(server: DeltaTwinServer) -> None:
    backend = server.backend()
    odd = Run(profile="destine", service="deltatwin", id="a/../../connect?x=1#y")
    with pytest.raises(NotFoundError):
        await backend.delete(odd)
    await backend.aclose()
    assert [r for r in server.simulator.application.requests if r.startswith("DELETE")] == [
        "DELETE /v2.0/runs/a/../../connect?x=1#y"
    ]
