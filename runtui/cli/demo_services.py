"""The process behind a demo: all simulated services in one world, and a few real runs, while its input is open."""

import contextlib
import os
import signal
import sys
from pathlib import Path

import msgspec

from runtui.cli import demo_runs
from runtui.cli.demo import DemoProfile, DemoStart
from runtui.cli.simulate_serving import ServedSimulator, create, demo_profile_name, simulated_services
from runtui.simulation.scratch import ScratchFolder
from runtui.simulation.world import World


def serve(speed: float, seed: int) -> None:
    """Say where everything is, and serve it until there is no more input: then nothing of it stays on this machine.

    The servers are not stopped one by one: they end with the program, which follows at once.
    """
    world = World(seed=seed, speed=speed)
    with contextlib.ExitStack() as stack:
        scratch = ScratchFolder("runtui-demo-")
        stack.callback(scratch.close)
        folder = str(scratch.path)
        Path(folder, "config.toml").touch(mode=0o600)
        served = [ServedSimulator(create(service, world)) for service in simulated_services()]
        for one in served:
            stack.callback(one.simulator.close)
        _announce(DemoStart(folder=folder, profiles=[_profile(one) for one in served]))
        for one in served:
            one.start()
        stack.callback(demo_runs.end, Path(folder, "data"))
        demo_runs.begin(Path(folder, "data"), Path(folder, "airfoil"))
        sys.stdin.buffer.read()


def _profile(served: ServedSimulator) -> DemoProfile:
    service = served.simulator.service
    return DemoProfile(name=demo_profile_name(service), service=service, options=served.profile_options)


def _announce(start: DemoStart) -> None:
    """One line. Nothing is written later, and what others might write must not reach the reader of it."""
    sys.stdout.buffer.write(msgspec.json.encode(start) + b"\n")
    sys.stdout.buffer.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)


def main() -> None:
    """Serve with the speed and the seed that were given as arguments. A request to end is an end of input."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    serve(float(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
