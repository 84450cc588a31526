"""Publishing output files."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import BackendError, NotFoundError, PermissionDeniedError, ServiceDownError
from runtui.model.output_file import OutputFile
from runtui.model.publication import Publication, Visibility
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.simulation.faults import Fault
from tests.contract.conftest import OpenScene
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.PUBLISH)
WISH = Publication(name="quicklook", topics=("images", "sea"), description="turned by 45 degrees")


async def some_file(scene: Scene) -> tuple[Run, OutputFile]:
    for run in (await scene.listed()).some(Status.SUCCEEDED):
        files = (await scene.connection.with_files.output_files(run)).files
        if files:
            return run, files[0]
    raise AssertionError("no run has files")


def posted(scene: Scene) -> list[str]:
    return [one for one in scene.served.requests if one.startswith("POST ") and "connect" not in one]


@pytest.mark.parametrize("visibility", list(Visibility))
async def test_an_output_is_published_with_one_request_and_the_sentence_names_it(
    live: Scene, visibility: Visibility
) -> None:
    run, file = await some_file(live)
    live.served.requests.clear()
    said = await live.connection.publishing.publish(run, file, Publication(name="quicklook", visibility=visibility))
    assert "quicklook" in said
    assert visibility in said
    assert len(posted(live)) == 1


async def test_a_file_or_run_there_is_not_is_not_published(live: Scene) -> None:
    run, file = await some_file(live)
    with pytest.raises(NotFoundError):
        await live.connection.publishing.publish(run, OutputFile(id="no-such-output", path="x"), WISH)
    with pytest.raises(NotFoundError):
        await live.connection.publishing.publish(unknown_like(run), file, WISH)


async def test_what_the_service_takes_for_wrong_is_an_error_that_names_it(live: Scene) -> None:
    run, file = await some_file(live)
    with pytest.raises(BackendError, match="name"):
        await live.connection.publishing.publish(run, file, Publication(name=""))


async def test_a_failing_service_is_asked_to_publish_once_and_one_is_told_to_look(live: Scene) -> None:
    run, file = await some_file(live)
    live.served.simulator.application.add(Fault(match="artifacts", status=503))
    live.served.requests.clear()
    with pytest.raises(ServiceDownError) as failed:
        await live.connection.publishing.publish(run, file, WISH)
    assert "look" in failed.value.hint
    assert len(posted(live)) == 1


async def test_a_read_only_session_publishes_nothing(still: Scene, open_scene: OpenScene) -> None:
    scene = open_scene(still.served, read_only=True)
    run, file = await some_file(scene)
    with pytest.raises(PermissionDeniedError):
        await scene.connection.publishing.publish(run, file, WISH)
