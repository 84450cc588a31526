"""Real supervisors over real programs: what the record says, and that it stays true whatever is killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.backends.local.record_file import NAME, keep_room, read_record, write_record
from runtui.backends.local.signs_of_life import is_alive, start_mark
from runtui.backends.local.supervisor import RunSupervisor
from runtui.backends.protocol import Listing
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.local_runs import LocalRuns, end_all_runs, until


def kill(number: int) -> None:
    """Kill a program and wait until it is gone."""
    os.kill(number, signal.SIGKILL)
    until(lambda: not start_mark(number))


def told_of(number: int, what: str) -> str:
    """What the system tells of a program."""
    return Path(f"/proc/{number}/{what}").read_text()


async def status_of(here: LocalRuns, run: Run) -> Status:
    """What a program that just opened says."""
    return (await here.opened().fetch_run(run.id)).status


@pytest.fixture
def program() -> Iterator["subprocess.Popen[bytes]"]:
    """A program that goes on until it is killed."""
    with subprocess.Popen(["sleep", "60"]) as running:
        yield running
        running.kill()


async def left_behind(here: LocalRuns, **said: object) -> Run:
    """A run that is over, but whose record says that it goes on, and these things."""
    run = await here.start("true")
    here.ended(run)
    record = read_record(str(here.path(run)))
    record["nodes"][0] |= {"status": "running", "ended_at": None}
    write_record(str(here.path(run)), record | {"status": "running", "ended_at": None} | said)
    return run


ELSEWHERE = {"host": "node17", "boot_id": "theirs"}


async def test_a_command_that_ends_well_leaves_its_output_its_files_and_its_facts(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo out; echo err >&2; echo x > made.txt")
    record = here.ended(run)
    assert (record.status, record.exit_code, record.signal, record.message) == ("succeeded", 0, None, "")
    assert here.path(run, "logs", "main.stdout").read_bytes() == b"out\n"
    assert here.path(run, "logs", "main.stderr").read_bytes() == b"err\n"
    assert here.path(run, "work", "made.txt").read_bytes() == b"x\n"
    assert record.host == os.uname().nodename
    assert record.started_at is not None
    assert record.ended_at is not None
    assert record.created_at <= record.started_at <= record.ended_at
    assert (record.cpu_seconds or 0) >= 0
    assert (record.peak_bytes or 0) > 0


@pytest.mark.parametrize(
    ("script", "code", "number", "said"),
    [
        ("exit 3", 3, None, "exit code 3"),
        ("kill -SEGV $$", None, "SIGSEGV", "ended by SIGSEGV"),
        ("kill -KILL $$", None, "SIGKILL", "ended by SIGKILL (was there too little memory?)"),
    ],
)
async def test_how_a_command_failed_is_told(
    here: LocalRuns, script: str, code: int | None, number: str | None, said: str
) -> None:
    record = here.ended(await here.start("sh", "-c", script))
    assert (record.status, record.exit_code, record.signal, record.message) == ("failed", code, number, said)


async def test_a_supervisor_has_a_session_of_its_own_and_no_terminal(here: LocalRuns) -> None:
    run = await here.start("sleep", "60")
    owner = here.until_running(run).supervisor
    fields = told_of(owner.pid, "stat").rpartition(")")[2].split()
    parent, session, terminal = int(fields[1]), int(fields[3]), int(fields[4])
    assert parent != os.getpid()
    assert session != os.getsid(0)
    assert terminal == 0


async def test_a_supervisor_weighs_little_and_needs_no_processor(here: LocalRuns) -> None:
    owner = here.until_running(await here.start("sleep", "60")).supervisor
    resident = int(told_of(owner.pid, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    assert resident <= 12_000_000
    assert "msgspec" not in told_of(owner.pid, "maps")


async def test_a_killed_supervisor_leaves_a_run_that_runs_on_and_then_has_ended(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "while [ ! -e done ]; do sleep 0.02; done")
    record = here.until_running(run)
    kill(record.supervisor.pid)
    now = await here.opened().fetch_run(run.id)
    assert (now.status, now.message) == (Status.RUNNING, "its supervisor is gone: how it ends will not be known")
    here.path(run, "work", "done").touch()
    until(lambda: not is_alive(record.nodes[0].pid, record.nodes[0].start))
    after = await here.opened().fetch_run(run.id)
    assert (after.status, after.reason) == (
        Status.ENDED,
        "how it ended is not known: its supervisor was ended before it",
    )
    assert here.record(run).status == "ended", "what was found out is written down"


async def test_a_run_whose_supervisor_and_command_were_killed_has_ended(here: LocalRuns) -> None:
    run = await here.start("sleep", "600")
    record = here.until_running(run)
    kill(record.supervisor.pid)
    kill(record.nodes[0].pid)
    assert await status_of(here, run) is Status.ENDED
    nodes = await here.backend.nodes(run)
    assert [node.status for node in nodes] == [Status.ENDED]


async def test_a_read_only_session_writes_nothing_of_what_it_finds_out(here: LocalRuns) -> None:
    run = await here.start("sleep", "600")
    record = here.until_running(run)
    kill(record.supervisor.pid)
    kill(record.nodes[0].pid)
    assert (await here.opened(read_only=True).fetch_run(run.id)).status is Status.ENDED
    assert here.record(run).status == "running"


async def test_after_a_restart_of_the_machine_nothing_of_before_runs(
    here: LocalRuns, program: "subprocess.Popen[bytes]"
) -> None:
    run = await left_behind(here, boot_id="another", supervisor={"pid": program.pid, "start": start_mark(program.pid)})
    now = await here.opened().fetch_run(run.id)
    assert (now.status, now.reason) == (Status.ENDED, "how it ended is not known: the machine was restarted")


async def test_a_number_that_was_given_to_another_program_is_not_taken_for_the_run(here: LocalRuns) -> None:
    run = await left_behind(here, supervisor={"pid": os.getpid(), "start": "7"})
    assert await status_of(here, run) is Status.ENDED


async def test_a_run_of_another_host_is_shown_with_it_and_runs_while_it_gives_signs_of_life(here: LocalRuns) -> None:
    run = await left_behind(here, **ELSEWHERE)
    there = await here.opened().fetch_run(run.id)
    assert (there.status, there.extra["host"]) == (Status.RUNNING, "node17")
    os.utime(here.path(run, "alive"), (1, 1))
    gone = await here.opened().fetch_run(run.id)
    assert (gone.status, gone.reason) == (
        Status.ENDED,
        "how it ended is not known: there was no sign of life from node17 any more",
    )
    assert here.record(run).status == "running", "only its own host may say so for good"


async def test_a_record_cut_in_half_is_told_and_hides_no_other_run(here: LocalRuns) -> None:
    whole, cut = await here.start("true"), await here.start("true")
    here.ended(whole)
    here.ended(cut)
    path = here.path(cut, NAME)
    path.write_bytes(path.read_bytes()[:100])
    listed = [batch async for batch in here.opened().iterate_runs(Listing())]
    runs = {run.id: run for batch in listed for run in batch.runs}
    assert (runs[whole.id].status, runs[cut.id].status) == (Status.SUCCEEDED, Status.ENDED)
    (problem,) = [problem for batch in listed for problem in batch.problems]
    assert f"the record of {cut.id} cannot be read" in problem


def peak_bytes(number: int) -> int:
    """The most memory a program ever had."""
    (line,) = [line for line in told_of(number, "status").splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


async def test_ten_megabytes_a_second_of_output_are_all_there_and_no_burden_to_the_supervisor(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "yes 0123456789abcde | head -c 32000000; until [ -e go ]; do sleep 0.02; done")
    supervisor = here.until_running(run).supervisor.pid
    until(lambda: here.path(run, "logs", "main.stdout").stat().st_size == 32_000_000)
    assert peak_bytes(supervisor) <= 12e6
    here.path(run, "work", "go").touch()
    record = here.ended(run)
    assert record.status == "succeeded"
    assert here.path(run, "logs", "main.stdout").stat().st_size == 32_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 512 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk")
    yield disk
    end_all_runs(disk / "local")
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with pytest.raises(OSError, match="No space"):
        (disk / "filler").write_bytes(b"x" * 1_000_000)


def test_a_full_disk_does_not_lose_the_end_of_a_run(small_disk: Path) -> None:
    write_record(str(small_disk), {"status": "running"})
    keep_room(str(small_disk), {"status": "running"})
    fill(small_disk)
    write_record(str(small_disk), {"status": "succeeded"}, durable=True)
    assert read_record(str(small_disk)) == {"status": "succeeded"}


async def test_a_run_that_fills_the_disk_is_told_to_have_failed(small_disk: Path) -> None:
    here = LocalRuns(small_disk)
    run = await here.start("sh", "-c", "cat /dev/zero > filler; exit 3")
    record = here.ended(run)
    assert (record.status, record.exit_code, record.message) == ("failed", 3, "exit code 3")
    assert here.path(run, "work", "filler").stat().st_size > 100_000


async def test_what_has_no_room_for_its_record_is_not_begun(small_disk: Path) -> None:
    here = LocalRuns(small_disk)
    fill(small_disk)
    with pytest.raises(StorageError, match="No space left"):
        await here.start("true")
    assert not list(here.folders.runs.iterdir())


async def test_a_clock_that_is_set_back_does_not_change_how_long_a_run_took(
    here: LocalRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await here.start("true")
    here.ended(run)
    supervisor = RunSupervisor(str(here.path(run)))
    supervisor.begin()
    shutil.rmtree(here.path(run))
    began = supervisor.record["started_at"]
    monkeypatch.setattr(time, "time", lambda: began - 86_400.0)
    assert began <= supervisor.now() < began + 60


async def test_a_run_begun_under_a_clock_that_was_set_back_does_not_start_before_it_was_asked_for(
    here: LocalRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await here.start("true")
    created = here.ended(run).created_at
    monkeypatch.setattr(time, "time", lambda: created - 86_400.0)
    supervisor = RunSupervisor(str(here.path(run)))
    supervisor.begin()
    shutil.rmtree(here.path(run))
    assert supervisor.record["started_at"] == created


async def test_a_run_of_another_host_is_asked_to_end_by_a_file(here: LocalRuns) -> None:
    run = await left_behind(here, **ELSEWHERE)
    assert "on node17" in await here.backend.stop(run)
    assert here.path(run, "stop").exists()


async def test_a_run_that_lives_with_a_program_is_stopped_when_that_is_killed(
    here: LocalRuns, program: "subprocess.Popen[bytes]"
) -> None:
    run = await here.start("sleep", "60", lives_with=program.pid)
    record = here.until_running(run)
    program.kill()
    program.wait()
    os.kill(record.supervisor.pid, signal.SIGUSR1)
    ended = here.ended(run)
    assert (ended.status, ended.message) == ("stopped", "the program it belongs to is over")


async def test_a_run_is_not_begun_for_a_program_that_is_over(
    here: LocalRuns, program: "subprocess.Popen[bytes]"
) -> None:
    program.kill()
    program.wait()
    run = await here.start("touch", "begun", lives_with=program.pid)
    assert here.ended(run).status == "stopped"
    assert not here.path(run, "work", "begun").exists()


async def test_two_that_start_at_once_do_not_meet(here: LocalRuns) -> None:
    started = await asyncio.gather(*(here.start("true") for _ in range(12)))
    assert len({run.id for run in started}) == 12
    assert {here.ended(run).status for run in started} == {"succeeded"}


async def test_a_folder_that_was_removed_under_a_run_lets_its_supervisor_end(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "while [ ! -e /proc/self/cwd/done ]; do sleep 0.02; done")
    record = here.until_running(run)
    shutil.rmtree(here.path(run))
    os.killpg(record.nodes[0].pid, signal.SIGKILL)
    until(lambda: not is_alive(record.supervisor.pid, record.supervisor.start))
