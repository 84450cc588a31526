import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runtui.model.clock import ManualClock
from runtui.model.errors import NotFoundError, RuntuiError
from runtui.model.on_conflict import OnConflict
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry
from runtui.services.transfer_layout import places_for, run_folder
from tests.support.scripted_files import ScriptedFiles

RUN = Run(profile="hpc", service="scripted", id="aBcDeF/14", job="airfoil sweep")
CONTENT = bytes(range(256)) * 40


class Scene:
    """An engine in the test's own loop, on scripted files and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.files = ScriptedFiles()
        self.states: list[TransferState] = []
        self.failures: dict[int, RuntuiError] = {}
        self.engine = TransferEngine(self.clock, lambda _: self.files, self.note)
        self._ids = itertools.count(1)

    def note(self, changes: Sequence[TransferChange]) -> None:
        """Take what the engine tells."""
        for change in changes:
            self.states.append(change.transfer.state)
            if change.failure is not None:
                self.failures[change.transfer.id] = change.failure

    def now(self, transfer_id: int) -> Transfer:
        """A transfer as it stands."""
        return next(entry.transfer for entry in self.engine.entries if entry.id == transfer_id)

    def add(self, root: Path, *files: OutputFile, on_conflict: OnConflict = OnConflict.COMPARE) -> list[int]:
        """Admit files, and give their ids."""
        entries = [
            TransferEntry(
                transfer=Transfer(
                    id=number, run=RUN.reference, file=file, target=target, size=file.size, place=number,
                    on_conflict=on_conflict,
                ),
                run=RUN,
                root=root,
            )
            for file, target, number in zip(files, places_for(root, RUN, files), self._ids, strict=False)
        ]  # fmt: skip
        self.engine.admit(entries)
        return [entry.id for entry in entries]

    async def over(self, *ids: int) -> tuple[Transfer, ...]:
        """Let time pass until the transfers are over."""
        while not all(self.now(one).state.is_over for one in ids):
            await asyncio.sleep(0.01)
            await self.clock.advance(60)
        return tuple(self.now(one) for one in ids)

    def file(
        self, path: str, content: bytes = CONTENT, *, sha: str | None = None, size: int | None = None
    ) -> OutputFile:
        self.files.contents[path] = content
        digest = hashlib.sha256(content).hexdigest() if sha is None else sha
        return OutputFile(
            id=path, path=path, size=len(content) if size is None else size, hashes=(FileHash("sha256", digest),)
        )

    async def download(
        self, root: Path, *files: OutputFile, on_conflict: OnConflict = OnConflict.COMPARE
    ) -> tuple[Transfer, ...]:
        """Fetch files to the end."""
        return await self.over(*self.add(root, *files, on_conflict=on_conflict))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    yield scene
    await scene.engine.aclose()


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
    added = scene.add(tmp_path, file)
    await scene.clock.until_asleep()
    scene.files.contents["U"], scene.files.etag = CONTENT[::-1], "v2"
    (over,) = await scene.over(*added)
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
    scene.files.breaks = [500, *[0] * 10]
    (failed,) = await scene.download(tmp_path, scene.file("U"))
    assert failed.state is TransferState.FAILED
    assert failed.target.with_name("U.part").stat().st_size == 500


async def test_a_connection_that_breaks_often_but_brings_something_each_time_gets_there(
    scene: Scene, tmp_path: Path
) -> None:
    scene.files.breaks = [1000] * 10
    (done,) = await scene.download(tmp_path, scene.file("U"))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, CONTENT)
    assert scene.files.starts == list(range(0, 11000, 1000))


async def test_retry_begins_a_failed_transfer_again(scene: Scene, tmp_path: Path) -> None:
    file = scene.file("U")
    scene.files.error = NotFoundError("gone")
    (failed,) = await scene.download(tmp_path, file)
    assert (failed.state, failed.error) == (TransferState.FAILED, "gone")
    scene.files.error = None
    scene.engine.retry([failed.id])
    (done,) = await scene.over(failed.id)
    assert done.state is TransferState.DONE


async def test_the_error_that_made_a_transfer_fail_is_told(scene: Scene, tmp_path: Path) -> None:
    scene.files.error = NotFoundError("gone")
    (failed,) = await scene.download(tmp_path, scene.file("U"))
    assert isinstance(scene.failures[failed.id], NotFoundError)


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
    (done,) = await scene.download(tmp_path, file, on_conflict=OnConflict.OVERWRITE)
    assert (done.state, target.read_bytes()) == (TransferState.DONE, CONTENT)


async def test_hostile_names_stay_below_the_target_folder(scene: Scene, tmp_path: Path) -> None:
    done = await scene.download(tmp_path, scene.file("../../../x"), scene.file("/etc/y"), scene.file("a/../../z"))
    assert {transfer.state for transfer in done} == {TransferState.DONE}
    for transfer in done:
        assert run_folder(tmp_path, RUN) in transfer.target.parents


async def test_a_file_larger_than_the_free_space_is_not_begun(scene: Scene, tmp_path: Path) -> None:
    (failed,) = await scene.download(tmp_path, scene.file("U", size=10**18))
    assert "are needed" in failed.error
    assert scene.files.starts == []


async def test_cancelling_stops_and_says_so(scene: Scene, tmp_path: Path) -> None:
    scene.files.breaks = [100] * 10
    added = scene.add(tmp_path, scene.file("U"))
    await scene.clock.until_asleep()
    scene.engine.cancel(added)
    (over,) = await scene.over(*added)
    assert over.state is TransferState.CANCELLED


async def test_an_empty_file_arrives_empty(scene: Scene, tmp_path: Path) -> None:
    (done,) = await scene.download(tmp_path, scene.file("empty", b""))
    assert (done.state, done.target.read_bytes()) == (TransferState.DONE, b"")


async def test_each_change_of_state_is_told(scene: Scene, tmp_path: Path) -> None:
    await scene.download(tmp_path, scene.file("U"))
    assert list(dict.fromkeys(scene.states)) == [TransferState.ACTIVE, TransferState.DONE]
