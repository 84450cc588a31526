import asyncio
import hashlib
from pathlib import Path

import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import NotFoundError
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.services.transfers import Transfers, run_folder
from tests.support.scripted_files import ScriptedFiles

RUN = Run(profile="hpc", service="scripted", id="aBcDeF/14", job="airfoil sweep")
CONTENT = bytes(range(256)) * 40


class Scene:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.transfers = Transfers(self.clock)
        self.files = ScriptedFiles()

    def file(
        self, path: str, content: bytes = CONTENT, *, sha: str | None = None, size: int | None = None
    ) -> OutputFile:
        self.files.contents[path] = content
        digest = hashlib.sha256(content).hexdigest() if sha is None else sha
        return OutputFile(
            id=path, path=path, size=len(content) if size is None else size, hashes=(FileHash("sha256", digest),)
        )

    async def download(self, root: Path, *files: OutputFile, overwrite: bool = False) -> tuple[Transfer, ...]:
        added = self.transfers.add(self.files, RUN, files, root, overwrite=overwrite)
        finishing = asyncio.create_task(self.transfers.finished(added))
        while not finishing.done():
            await asyncio.wait({finishing}, timeout=0.01)
            await self.clock.advance(60)
        return finishing.result()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_run_has_a_folder_of_its_own() -> None:
    assert run_folder(Path("/r"), RUN) == Path("/r/hpc/airfoil sweep/14")


async def test_a_downloaded_file_equals_the_served_bytes_and_says_what_was_verified(
    scene: Scene, tmp_path: Path
) -> None:
    (done,) = await scene.download(tmp_path, scene.file("100/U"))
    assert (done.state, done.verified) == (TransferState.DONE, "size and sha256")
    assert done.target == tmp_path / "hpc" / "airfoil sweep" / "14" / "100" / "U"
    assert done.target.read_bytes() == CONTENT
    assert [path.name for path in done.target.parent.iterdir()] == ["U"]


async def test_a_broken_connection_is_taken_up_where_it_stopped(scene: Scene, tmp_path: Path) -> None:
    scene.files.breaks = [3000, 2000]
    (done,) = await scene.download(tmp_path, scene.file("U"))
    assert done.target.read_bytes() == CONTENT
    assert scene.files.starts == [0, 3000, 5000]


async def test_a_service_without_ranges_is_begun_anew(scene: Scene, tmp_path: Path) -> None:
    scene.files.ranges = False
    scene.files.breaks = [3000]
    (done,) = await scene.download(tmp_path, scene.file("U"))
    assert done.target.read_bytes() == CONTENT


async def test_a_file_that_changed_while_it_was_fetched_is_begun_anew(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    scene.files.breaks = [3000]
    scene.clock.now()
    added = scene.transfers.add(scene.files, RUN, [file], tmp_path)
    await scene.clock.until_asleep()
    scene.files.contents["U"], scene.files.etag = CONTENT[::-1], "v2"
    await scene.clock.advance(60)
    (over,) = await scene.transfers.finished(added)
    assert over.state is TransferState.FAILED
    assert "sha256 differs" in over.error
    assert not over.target.exists()


async def test_a_wrong_hash_never_gets_the_final_name(scene: Scene, tmp_path: Path) -> None:
    (failed,) = await scene.download(tmp_path, scene.file("U", sha="00" * 32))
    assert failed.state is TransferState.FAILED
    assert not failed.target.exists()
    assert failed.target.with_name("U.rejected").read_bytes() == CONTENT


async def test_short_bytes_never_get_the_final_name(scene: Scene, tmp_path: Path) -> None:
    (failed,) = await scene.download(tmp_path, scene.file("U", size=len(CONTENT) + 1))
    assert failed.state is TransferState.FAILED
    assert not failed.target.exists()


async def test_a_connection_that_keeps_breaking_fails_and_keeps_the_part(scene: Scene, tmp_path: Path) -> None:
    scene.files.breaks = [100] * 10
    (failed,) = await scene.download(tmp_path, scene.file("U"))
    assert failed.state is TransferState.FAILED
    assert failed.target.with_name("U.part").stat().st_size == 500


async def test_retry_begins_a_failed_transfer_again(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    scene.files.error = NotFoundError("gone")
    (failed,) = await scene.download(tmp_path, file)
    assert (failed.state, failed.error) == (TransferState.FAILED, "gone")
    scene.files.error = None
    scene.transfers.retry([failed.id])
    (done,) = await scene.transfers.finished([failed])
    assert done.state is TransferState.DONE


async def test_the_error_of_a_failed_transfer_is_kept_until_it_is_retried(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    scene.files.error = NotFoundError("gone")
    (failed,) = await scene.download(tmp_path, file)
    assert isinstance(scene.transfers.failure(failed.id), NotFoundError)
    scene.files.error = None
    scene.transfers.retry([failed.id])
    await scene.transfers.finished([failed])
    assert scene.transfers.failure(failed.id) is None


async def test_the_same_file_is_not_fetched_twice(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    await scene.download(tmp_path, file)
    (again,) = await scene.download(tmp_path, file)
    assert again.state is TransferState.SKIPPED
    assert scene.files.starts == [0]


async def test_another_file_in_the_way_is_kept_unless_overwriting_is_asked(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    target = run_folder(tmp_path, RUN) / "U"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine")
    (failed,) = await scene.download(tmp_path, file)
    assert (failed.state, target.read_bytes()) == (TransferState.FAILED, b"mine")
    (done,) = await scene.download(tmp_path, file, overwrite=True)
    assert (done.state, target.read_bytes()) == (TransferState.DONE, CONTENT)


async def test_hostile_names_stay_below_the_target_folder(scene: Scene, tmp_path: Path) -> None:
    done = await scene.download(tmp_path, scene.file("../../../x"), scene.file("/etc/y"), scene.file("a/../../z"))
    assert {transfer.state for transfer in done} == {TransferState.DONE}
    for transfer in done:
        assert run_folder(tmp_path, RUN) in transfer.target.parents


async def test_a_file_larger_than_the_free_space_is_not_begun(scene: Scene, tmp_path: Path) -> None:
    (failed,) = await scene.download(tmp_path, scene.file("U", size=10**18))
    assert "are free" in failed.error
    assert scene.files.starts == []


async def test_cancelling_stops_and_says_so(scene: Scene, tmp_path: Path) -> None:
    scene.files.breaks = [100] * 10
    added = scene.transfers.add(scene.files, RUN, [scene.file("U")], tmp_path)
    await scene.clock.until_asleep()
    scene.transfers.cancel([added[0].id])
    (over,) = await scene.transfers.finished(added)
    assert over.state is TransferState.CANCELLED
    assert scene.transfers.unfinished == 0


async def test_an_empty_file_arrives_empty(scene: Scene, tmp_path: Path) -> None:
    (done,) = await scene.download(tmp_path, scene.file("empty", b""))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, b"")


async def test_watchers_hear_of_each_change_of_state(scene: Scene, tmp_path: Path) -> None:
    heard: list[TransferState] = []
    scene.transfers.watch(lambda transfer: heard.append(transfer.state))
    await scene.download(tmp_path, scene.file("U"))
    assert list(dict.fromkeys(heard)) == [TransferState.ACTIVE, TransferState.VERIFYING, TransferState.DONE]
