"""What indexing, searching, filtering and reading series from a gigabyte of log costs, beside lnav and toolong.

Those are taken from the path (`lnav` and `tl`); with `RUNTUI_BENCH_PEERS=install` what is missing is fetched for the
time of the run, by pip into an environment of its own and by apt-get without installing anything.
"""

import os
import pty
import resource
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from runtui.model.series_pattern import SeriesPattern
from runtui.services.advancing import Advancing
from runtui.services.cause import find_cause
from runtui.services.filtered import FilteredLines, filter_of
from runtui.services.local_file import LocalFile
from runtui.services.merged import MergedLines
from runtui.services.merged_search import MergedSearch
from runtui.services.search import LineSearch
from runtui.services.series import LogSeries
from runtui.services.spool import Spool
from runtui.tui.error_lines import ErrorLines

pytestmark = pytest.mark.bench
BLOCK_LINES, BLOCKS = 100_000, 100


def block() -> bytes:
    """A hundred thousand lines of a solver, of which every tenth tells a residual."""
    lines = []
    for number in range(BLOCK_LINES):
        stamp = b"2026-01-29T10:%02d:%02dZ INFO step %8d: " % (number // 60 % 60, number % 60, number)
        residual = b"Initial residual = %.6e, Final residual = 1e-9\n" % (1 / (1 + number))
        lines.append(stamp + (b"x" * 50 + b"\n" if number % 10 else residual))
    return b"".join(lines)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Ten million lines."""
    path = tmp_path_factory.mktemp("logs") / "big.log"
    lines = block()
    with path.open("wb") as file:
        for _ in range(BLOCKS):
            file.write(lines)
    yield path
    path.unlink()


def told(name: str, work: Callable[[], object]) -> float:
    """Do some work and print its CPU seconds and by how much the memory grew."""
    held, cpu = memory(), time.process_time()
    work()
    cpu = time.process_time() - cpu
    print(f"\n   {name:44} {cpu:7.3f} CPU-s   +{memory() - held:5.1f} MB", end="")
    return cpu


def memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def run(work: Advancing) -> Advancing:
    for _ in work.advance():
        pass
    return work


def indexed(path: Path) -> LocalFile:
    file = LocalFile(path)
    while file.look():
        pass
    return file


def test_ten_million_lines_in_one_file(big: Path) -> None:
    files: list[LocalFile] = []
    told("index 1 GB", lambda: files.append(indexed(big)))
    file = files[0]
    assert file.line_count == BLOCK_LINES * BLOCKS
    told("a page in the middle", lambda: file.lines(file.line_count // 2, 40))
    told("literal, nowhere", lambda: run(LineSearch(file, "Nowhere")))
    told("in any case, nowhere", lambda: run(LineSearch(file, "nowhere")))
    told("regular expression, 100 lines", lambda: run(LineSearch(file, r"step +77777: x")))
    told("filter in every tenth line", lambda: run(FilteredLines(file, filter_of(["residual"]))))
    told("filter out every tenth line", lambda: run(FilteredLines(file, filter_of([], ["residual"]))))
    told("series, 1,000,000 values", lambda: run(LogSeries(file, SeriesPattern("Initial residual = {}"))))
    told("cause of a failure", lambda: find_cause(file))
    file.close()


def test_a_series_with_a_value_in_every_line_of_200_mb(tmp_path: Path) -> None:
    path = tmp_path / "log"
    values = b"".join(
        b"2026-01-29T10:00:00Z INFO step %8d: residual = %.6e, more\n" % (n, 1 / (1 + n)) for n in range(100_000)
    )
    with path.open("wb") as file:
        for _ in range(200_000_000 // len(values)):
            file.write(values)
    log = indexed(path)
    told(f"series, {log.line_count:,} values", lambda: run(LogSeries(log, SeriesPattern("residual = {}"))))
    log.close()


def test_one_line_of_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "line"
    with path.open("wb") as file:
        for _ in range(1000):
            file.write(b"an error here, a number 12.5 there, " * 28_000)
    files: list[LocalFile] = []
    told("index a line of 1 GB", lambda: files.append(indexed(path)))
    told("its beginning", lambda: files[0].lines(0, 40))
    told("literal, nowhere", lambda: run(LineSearch(files[0], "Nowhere")))
    told("in any case, nowhere", lambda: run(LineSearch(files[0], "nowhere")))
    told("errors", lambda: run(ErrorLines(files[0])))
    files[0].close()


def test_eight_runs_of_four_nodes_side_by_side(tmp_path: Path) -> None:
    spools = []
    for number in range(32):
        spool = Spool(tmp_path / str(number))
        spool.append(block()[: 62_500 * 95])
        spools.append((str(number), spool))
    merged = MergedLines(spools)
    search = MergedSearch(merged, "step    60000")
    start = time.perf_counter()
    first = next(time.perf_counter() - start for found in search.advance() if found)
    print(f"\n   the first hit of a search in all of them after {first:5.3f} s", end="")
    told("all hits", lambda: run(search))
    told("merged by time", lambda: run(merged))
    print(f"   {merged.line_count:,} lines", end="")
    anew, cpu = MergedLines(spools), time.process_time()
    next(placed for placed in anew.advance() if placed)
    print(f"\n   the first lines merged by time after {time.process_time() - cpu:5.3f} CPU-s", end="")
    for _, spool in spools:
        spool.close()


def cpu_of_program(words: list[str], quiet: float, seconds: float = 60.0) -> float:
    """CPU seconds of a program on a terminal until it ends, or is ended after so many seconds of silence."""
    ours, theirs = pty.openpty()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    end = time.monotonic() + seconds
    with suppress(OSError):
        while time.monotonic() < end and select.select([ours], [], [], quiet)[0]:
            os.read(ours, 65536)
    program.kill()
    program.wait()
    os.close(ours)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


PEERS = "RUNTUI_BENCH_PEERS"


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The path of a peer's program; the test is skipped with a sentence where there is none."""
    folder = tmp_path_factory.mktemp("peers")
    fetch = {
        "tl": ["sh", "-c", f"{sys.executable} -m venv {folder}/tl && {folder}/tl/bin/pip -q install toolong"],
        "lnav": ["sh", "-c", f"cd {folder} && apt-get -q download lnav && dpkg -x lnav_*.deb lnav"],
    }
    fetched = {"tl": folder / "tl/bin/tl", "lnav": folder / "lnav/usr/bin/lnav"}

    def path_of(name: str) -> str:
        found = shutil.which(name)
        if found is None and os.environ.get(PEERS) == "install":
            done = subprocess.run(fetch[name], capture_output=True, text=True, check=False)
            if done.returncode or not fetched[name].exists():
                pytest.skip(f"{name} could not be fetched: {done.stderr.strip()[-200:]}")
            found = str(fetched[name])
        if found is None:
            pytest.skip(f"{name} is not on the path; {PEERS}=install fetches it for the time of the run")
        return found

    return path_of


LNAV = ["lnav", "-n", "-q", "-c", ";SELECT count(*) FROM all_logs"]


@pytest.mark.parametrize(("words", "quiet"), [(LNAV, 60.0), (["tl"], 2.0)], ids=["lnav", "toolong"])
def test_what_peers_need_to_open_the_same_file(
    big: Path, peers: Callable[[str], str], words: list[str], quiet: float
) -> None:
    program = peers(words[0])
    ours = told("opened here", lambda: indexed(big).close())
    theirs = cpu_of_program([program, *words[1:], str(big)], quiet)
    print(f"\n   opened by {words[0]:34} {theirs:7.3f} CPU-s   {theirs / ours:4.1f} times as much", end="")
