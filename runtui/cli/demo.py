"""`runtui demo`: the dashboard on simulated services and real runs of this machine."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

import runtui
from runtui.cli.dashboard import check_terminal
from runtui.cli.options import CommonOptions
from runtui.cli.simulate_serving import check_demo_packages
from runtui.config.paths import CACHE_VARIABLE, CONFIG_VARIABLE, DATA_VARIABLE
from runtui.config.profile import Origin, Profile
from runtui.model.errors import StorageError

_END_SECONDS = 10.0
_START = """\
import sys
sys.path.insert(0, sys.argv.pop(1))
import runtui
del sys.path[0]
from runtui.cli.demo_services import main
main()
"""
"""Finds this very package, wherever it lies, and everything else where it would be found anyway."""


class DemoProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A connection to one simulated service, as its simulator says."""

    name: str
    service: str
    options: dict[str, object]


class DemoStart(msgspec.Struct, frozen=True, kw_only=True):
    """The line with which the services say that they can be asked. `folder` is removed when they end."""

    folder: str
    profiles: list[DemoProfile]


def run(options: CommonOptions, *, speed: float, seed: int) -> int:
    """Open the dashboard on services that live exactly as long as it does."""
    check_terminal()
    check_demo_packages()
    with _services(speed, seed) as services:
        from runtui.tui.launch import open_dashboard

        start = _read_start(services)
        with _environment(_isolation(start.folder)):
            return open_dashboard(
                extra_profiles=[_profile(one) for one in start.profiles],
                profiles=options.profiles,
                read_only=options.read_only,
            )


@contextlib.contextmanager
def _services(speed: float, seed: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The process of the services. It ends, and cleans up, when its input does: whatever becomes of this process."""
    place = str(Path(runtui.__file__).parent.parent)
    services = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, place, repr(speed), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield services
    finally:
        for pipe in (services.stdin, services.stdout, services.stderr):
            if pipe is not None:
                pipe.close()
        try:
            services.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            services.kill()
            services.wait()


def _read_start(services: "subprocess.Popen[bytes]") -> DemoStart:
    assert services.stdout is not None
    assert services.stderr is not None
    line = services.stdout.readline()
    try:
        return msgspec.json.decode(line, type=DemoStart)
    except msgspec.DecodeError:
        last = services.stderr.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise StorageError("the simulated services did not start", hint=last) from None


def _profile(demo: DemoProfile) -> Profile:
    return Profile(name=demo.name, service=demo.service, options=demo.options, origin=Origin(place="the demo"))


def _isolation(folder: str) -> Mapping[str, str]:
    """Every file of the demo lies in its own folder."""
    return {
        CONFIG_VARIABLE: os.path.join(folder, "config.toml"),
        DATA_VARIABLE: os.path.join(folder, "data"),
        CACHE_VARIABLE: os.path.join(folder, "cache"),
    }


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Environment variables that hold inside the block alone."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
