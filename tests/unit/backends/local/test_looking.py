"""Looking at runs of this machine: the list, their files, what they use, snapshots, and the trash."""

import asyncio
import os
import tarfile
from pathlib import Path

import pytest

from runtui.backends.local.packing import pack
from runtui.backends.protocol import Listing
from runtui.model.errors import NotFoundError, RejectedError
from runtui.model.log import LogRequest, Stream
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.local_runs import LocalRuns, until


async def listed(here: LocalRuns, *, full: bool = False) -> dict[str, Run]:
    """The runs one listing of the same backend gives."""
    batches = [batch async for batch in here.backend.iterate_runs(Listing(full=full))]
    return {run.id: run for batch in batches for run in batch.runs}


async def gone(here: LocalRuns) -> set[str]:
    """The ids a refresh says are gone."""
    return {one async for batch in here.backend.iterate_runs(Listing(full=False)) for one in batch.gone}


async def test_a_refresh_gives_what_changed_and_what_lives_alone(here: LocalRuns) -> None:
    over, alive = await here.start("true"), await here.start("sleep", "60")
    here.ended(over)
    here.until_running(alive)
    assert (await listed(here, full=True)).keys() == {over.id, alive.id}
    assert (await listed(here)).keys() == {alive.id}
    new = await here.start("true")
    here.ended(new)
    assert (await listed(here)).keys() == {alive.id, new.id}


async def test_what_another_program_started_or_deleted_is_seen_at_the_next_look(here: LocalRuns) -> None:
    run = await here.start("true")
    here.ended(run)
    await listed(here, full=True)
    other = here.opened()
    await other.delete(await other.fetch_run(run.id))
    assert await gone(here) == {run.id}


async def test_runs_that_are_over_are_read_from_one_file_by_the_next_program(here: LocalRuns) -> None:
    run = await here.start("echo", "Cd = 1")
    here.ended(run)
    text = here.path(run, "record.json").read_text()
    for number in range(150):
        folder = here.folders.runs / f"{number:08x}"
        folder.mkdir()
        (folder / "record.json").write_text(text.replace(run.id, f"{number:08x}"))
    before = await listed(here, full=True)
    index = here.folders.root / "index.jsonl"
    assert index.exists()
    here.backend = here.opened()
    assert await listed(here, full=True) == before
    index.write_bytes(index.read_bytes()[: index.stat().st_size // 2])
    here.backend = here.opened()
    assert await listed(here, full=True) == before


async def test_a_running_node_tells_what_it_uses(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "while :; do :; done")
    here.until_running(run)
    await asyncio.sleep(0.3)
    (node,) = await here.backend.nodes(run)
    assert node.extra["memory"].endswith(" MB")
    assert int(node.extra["cpu"].rstrip("%")) > 0
    await here.backend.stop(run)
    here.ended(run)
    (node,) = await here.backend.nodes(run)
    assert "cpu" not in node.extra
    assert "cpu time" in node.extra


async def test_files_have_the_sizes_they_have_now(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo one > a; while [ ! -e go ]; do sleep 0.01; done; echo two >> a; sleep 60")
    until(lambda: here.path(run, "work", "a").exists())
    sizes = {file.path: file.size for file in (await here.backend.output_files(run)).files}
    assert sizes["a"] == 4
    here.path(run, "work", "go").touch()
    until(lambda: here.path(run, "work", "a").stat().st_size == 8)
    sizes = {file.path: file.size for file in (await here.backend.output_files(run)).files}
    assert sizes["a"] == 8


async def test_links_that_lead_out_of_a_run_are_neither_listed_nor_read(here: LocalRuns, tmp_path: Path) -> None:
    outside = here.write("secret.txt", "planted")
    run = await here.start("sh", "-c", f"ln -s {outside} link; ln -s {here.start_folder} there; echo x > mine")
    here.ended(run)
    assert [file.path for file in (await here.backend.output_files(run)).files] == ["mine"]
    for path in ("link", "there/secret.txt", "../record.json", "/etc/passwd"):
        with pytest.raises(NotFoundError):
            async with here.backend.open_file(run, OutputFile(id=f"work:{path}", path=path)):
                pass


async def test_a_log_is_read_on_from_any_byte(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "printf 'one\\ntwo\\n'")
    here.ended(run)
    (source, _) = await here.backend.log_sources(run)
    window = await here.backend.read_log(run, source, LogRequest(offset=4))
    assert (window.content, window.offset, window.size, window.is_final) == (b"two\n", 4, 8, True)
    again = await here.backend.read_log(run, source, LogRequest(offset=8))
    assert (again.content, again.unchanged, again.is_final) == (b"", True, True)


async def test_what_a_failed_run_complained_of_comes_first(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo fine; echo why >&2; exit 1")
    here.ended(run)
    first, second = await here.backend.log_sources(run)
    assert (first.id, second.id) == ("main.stderr", "main.stdout")


async def test_log_files_that_a_run_writes_are_among_its_logs_but_no_links_and_no_other_files(here: LocalRuns) -> None:
    outside = here.write("secret.log", "planted")
    script = f"echo begins; echo one > solver.log; echo x > a.csv; mkdir b; echo y > b/a.log; ln -s {outside} link.log"
    run = await here.start("sh", "-c", script)
    here.ended(run)
    *_, source = sources = await here.backend.log_sources(run)
    assert [one.name for one in sources] == ["stdout", "stderr", "solver.log"]
    assert source.stream is Stream.FILE
    window = await here.backend.read_log(run, source, LogRequest())
    assert (window.content, window.is_final) == (b"one\n", True)


async def test_the_log_file_of_a_run_that_prints_nothing_comes_first(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo one > solver.log")
    here.ended(run)
    assert (await here.backend.log_sources(run))[0].name == "solver.log"


def test_a_snapshot_holds_files_that_change_while_it_is_made(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "sub").mkdir(parents=True)
    (work / "sub" / "a").write_text("one")
    (work / "b").symlink_to("sub/a")
    pack(str(work), "run-1", str(tmp_path / "run.tar.gz"))
    with tarfile.open(tmp_path / "run.tar.gz") as archive:
        assert sorted(archive.getnames()) == ["run-1/b", "run-1/sub/a"]
        inside = archive.extractfile("run-1/sub/a")
        assert inside is not None
        assert inside.read() == b"one"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


async def test_a_live_run_is_not_deleted_and_one_that_is_over_goes_to_the_trash(here: LocalRuns) -> None:
    run = await here.start("sleep", "60")
    here.until_running(run)
    with pytest.raises(RejectedError):
        await here.backend.delete(run)
    await here.backend.stop(run)
    here.ended(run)
    assert str(here.folders.trash) in await here.backend.delete(run)
    assert [path.name.partition("-")[0] for path in here.folders.trash.iterdir()] == [run.id]


async def test_what_lies_in_the_trash_for_a_month_is_removed(here: LocalRuns) -> None:
    first, second = await here.start("true"), await here.start("true")
    here.ended(first)
    here.ended(second)
    await here.backend.delete(first)
    (old,) = here.folders.trash.iterdir()
    os.utime(old, (1, 1))
    await here.backend.delete(second)
    assert [path.name.partition("-")[0] for path in here.folders.trash.iterdir()] == [second.id]


async def test_a_run_of_a_service_elsewhere_is_nothing_here(here: LocalRuns) -> None:
    with pytest.raises(NotFoundError):
        await here.backend.stop(Run(profile="local", service="local", id="../x", status=Status.RUNNING))
