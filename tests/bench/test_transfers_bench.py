"""Downloads beside curl, aria2 and rclone, from the same nginx on loopback in one run; and what 50 kills cost.

Peers that are not installed are left out (`apt install nginx-light aria2 rclone curl`).
"""

import asyncio
import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from runtui.model.clock import SystemClock
from runtui.model.output_file import FileHash, OutputFile
from runtui.model.transfer import Transfer, TransferState
from runtui.services.transfer_engine import TransferEngine
from runtui.services.transfer_entry import TransferChange, TransferEntry
from tests.faults.test_killed_downloads import started
from tests.support.fetch_program import RUN
from tests.support.file_server import FileServer, ServedFiles

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

BIG = 1024**3
SMALL_COUNT = 10_000
FREE, LIMITED = 18901, 18902
_CONFIG = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ sendfile on; keepalive_requests 1000000; access_log off; root {folder}/www;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{free}; }}
  server {{ listen 127.0.0.1:{limited}; limit_rate 20m; }} }}
"""


class Site:
    """The files nginx serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "target"
        (folder / "www" / "small").mkdir(parents=True)
        digest = hashlib.sha512()
        with (folder / "www" / "big").open("wb") as file:
            for _ in range(BIG // (1 << 20)):
                piece = os.urandom(1 << 20)
                digest.update(piece)
                file.write(piece)
        self.sha512 = digest.hexdigest()
        for number in range(SMALL_COUNT):
            (folder / "www" / "small" / f"f{number:05d}").write_bytes(os.urandom(1024))

    def emptied(self) -> Path:
        """The target folder, empty."""
        shutil.rmtree(self.target, ignore_errors=True)
        self.target.mkdir()
        os.sync()
        return self.target


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    site = Site(tmp_path_factory.mktemp("site"))
    config = site.folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=site.folder, free=FREE, limited=LIMITED))
    as_root = ["-g", "user root;"] if os.getuid() == 0 else []
    with subprocess.Popen(["nginx", "-c", str(config), *as_root]) as server:
        time.sleep(0.5)
        yield site
        server.terminate()


async def fetched(port: int, files: Sequence[OutputFile], folder: Path) -> tuple[Transfer, ...]:
    """Our engine brings files home."""
    over = asyncio.Event()
    left = set(range(1, len(files) + 1))

    def note(changes: Sequence[TransferChange]) -> None:
        left.difference_update(change.transfer.id for change in changes if change.transfer.state.is_over)
        if not left:
            over.set()

    reader = ServedFiles(f"http://127.0.0.1:{port}")
    engine = TransferEngine(SystemClock(), lambda _: reader, note)
    engine.admit([_entry(number, file, folder) for number, file in enumerate(files, 1)])
    await over.wait()
    done = tuple(entry.transfer for entry in engine.entries)
    await engine.aclose()
    await reader.aclose()
    return done


def _entry(number: int, file: OutputFile, folder: Path) -> TransferEntry:
    target = folder / file.path
    transfer = Transfer(id=number, run=RUN.reference, file=file, target=target, size=file.size, place=number)
    return TransferEntry(transfer=transfer, run=RUN, root=folder)


def ours(site: Site, port: int, files: Sequence[OutputFile]) -> float:
    """Seconds that ours takes, until all is verified, synced and in place."""
    folder = site.emptied()
    began = time.monotonic()
    done = asyncio.run(fetched(port, files, folder))
    seconds = time.monotonic() - began
    assert {transfer.state for transfer in done} == {TransferState.DONE}, done[:1]
    return seconds


def peer(site: Site, *words: str) -> float | None:
    """Seconds that a peer takes; None when it is not installed. `TARGET` stands for the folder."""
    if shutil.which(words[0]) is None:
        return None
    folder = site.emptied()
    began = time.monotonic()
    ended = subprocess.run([word.replace("TARGET", str(folder)) for word in words], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return time.monotonic() - began


def say(what: str, own: float, *peers: tuple[str, float | None]) -> None:
    """Print seconds and how many times as fast as each peer ours is."""
    ratios = "  ".join(f"{name} {took:.2f} s (ours x{took / own:.2f})" for name, took in peers if took is not None)
    print(f"\n{what}: ours {own:.2f} s  {ratios}")


def best(call: Callable[[], float | None], repeats: int = 2) -> float | None:
    """The least of a few."""
    times = [took for _ in range(repeats) if (took := call()) is not None]
    return min(times, default=None)


def hashed_alone(path: Path) -> float:
    """Seconds that hashing a file takes which is in memory already: no download that verifies can take less."""
    began = time.monotonic()
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha512")
    return time.monotonic() - began


def big(site: Site, *, verified: bool) -> OutputFile:
    """The large file as a service lists it."""
    hashes = (FileHash("sha512", site.sha512),) if verified else ()
    return OutputFile(id="big", path="big", size=BIG, hashes=hashes)


def test_one_gigabyte_without_a_limit(site: Site) -> None:
    url = f"http://127.0.0.1:{FREE}/big"
    curl = best(lambda: peer(site, "curl", "-s", "-o", "TARGET/big", url))
    synced = best(lambda: peer(site, "sh", "-c", f"curl -s -o TARGET/big {url} && sync TARGET/big"))
    own = best(lambda: ours(site, FREE, [big(site, verified=False)]))
    verified = best(lambda: ours(site, FREE, [big(site, verified=True)]))
    assert own is not None
    assert verified is not None
    say("1 GB, no limit", own, ("curl", curl), ("curl and sync", synced), ("ours with sha512", verified))
    alone = hashed_alone(site.folder / "www" / "big")
    print(
        f"hashing alone takes {alone:.2f} s; with it ours takes {verified - max(own, alone):.2f} s more than the longer"
    )


def test_one_gigabyte_with_20_megabytes_a_second_for_each_connection(site: Site) -> None:
    url = f"http://127.0.0.1:{LIMITED}/big"
    own = ours(site, LIMITED, [big(site, verified=False)])
    verified = ours(site, LIMITED, [big(site, verified=True)])
    aria2 = peer(site, "aria2c", "-q", "-x8", "-s8", "-d", "TARGET", url)
    rclone = peer(site, "rclone", "copyurl", "--multi-thread-streams", "8", url, "TARGET/big")
    say("1 GB, 20 MB/s a connection", own, ("aria2 -x8", aria2), ("rclone", rclone), ("ours with sha512", verified))
    print(f"verifying costs {100 * (verified / own - 1):.0f} % of the time")


def test_ten_thousand_files_of_a_kilobyte(site: Site) -> None:
    names = [f"small/f{number:05d}" for number in range(SMALL_COUNT)]
    listed = site.folder / "list"
    listed.write_text("".join(f"http://127.0.0.1:{FREE}/{name}\n" for name in names))
    own = ours(site, FREE, [OutputFile(id=name, path=name, size=1024) for name in names])
    aria2 = peer(site, "aria2c", "-q", "-j16", "-d", "TARGET", "-i", str(listed))
    say(f"{SMALL_COUNT} files of 1 KB", own, ("aria2 -j16", aria2))


def test_fifty_kills_in_one_download(tmp_path: Path) -> None:
    size, chunk = 64 * 1024 * 1024, 4 * 1024 * 1024
    server = FileServer(random.Random(1).randbytes(size))
    server.rate = 0.25e6
    moments = random.Random(7)
    try:
        for _ in range(50):
            with started(server, tmp_path) as program:
                time.sleep(moments.uniform(0.0, 0.8))
                program.send_signal(signal.SIGKILL)
            assert not (tmp_path / "big").exists()
        server.rate = None
        with started(server, tmp_path) as program:
            out, _ = program.communicate(timeout=120)
    finally:
        server.close()
    assert out.startswith(b"done")
    assert (tmp_path / "big").read_bytes() == server.content
    extra = server.served - size
    print(f"\n50 kills: {extra:,} bytes more than the file were served, {extra / chunk:.1f} chunks of 4 MiB")
    assert server.served <= size + 8 * chunk
