"""The real runs of a demo: small simulations in Python that run on this machine as long as the demo does,
and end by themselves when that was killed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from runtui.backends.protocol import Listing
from runtui.config.paths import DATA_VARIABLE
from runtui.config.settings import Config
from runtui.config.this_machine import own_profiles
from runtui.model.capability import Capability
from runtui.model.command_wish import CommandWish
from runtui.model.errors import RuntuiError
from runtui.model.run import Run
from runtui.services.session import Session

_Work = Callable[[Session, str], Awaitable[None]]

_BETWEEN_LOOKS: Final = 0.05
_LONGEST_LOOKS: Final = 100

_AIRFOIL: Final = '''\
"""A thin airfoil's lift and drag by fixed-point iteration, slowly enough to be watched."""

import argparse
import json
import math
import time

options = argparse.ArgumentParser()
options.add_argument("--alpha", type=float, default=4.0)
options.add_argument("--mach", type=float, default=0.3)
options.add_argument("--steps", type=int, default=60)
options.add_argument("--pause", type=float, default=0.5)
given = options.parse_args()

lift, drag = 0.0, 1.0
target = 2 * math.pi * math.radians(given.alpha) / math.sqrt(1 - given.mach**2)
print(f"alpha {given.alpha} deg, Mach {given.mach}, {given.steps} steps", flush=True)
with open("forces.dat", "w") as forces:
    forces.write("# step Cl Cd\\n")
    for step in range(1, given.steps + 1):
        change = 0.12 * (target - lift) * (1 + given.mach**6 * step)
        lift, drag = lift + change, 0.006 + 0.009 * lift**2 + 0.5 / (1 + step) ** 2
        print(f"Time = {step}  residual = {abs(change) + 1e-9:.3e}  Cl = {lift:.5f}  Cd = {drag:.5f}", flush=True)
        forces.write(f"{step} {lift:.6f} {drag:.6f}\\n")
        forces.flush()
        if abs(lift) > 20:
            raise FloatingPointError(f"the solution diverges at step {step}: Cl = {lift:.3e}")
        time.sleep(given.pause)
with open("results.json", "w") as results:
    json.dump({"Cl": round(lift, 5), "Cd": round(drag, 5)}, results)
'''

_WORKFLOW: Final = """\
name = "airfoil with mesh"
[variables]
cells = 2000
[nodes.mesh]
command = "echo making {cells} cells; sleep 2; seq {cells} > mesh.txt"
outputs = ["mesh.txt"]
[nodes.solve]
command = ["PYTHON", "airfoil.py", "--steps", "12"]
needs = ["mesh"]
[nodes.plot]
command = "wc -l mesh.txt forces.dat | tee summary.txt"
needs = ["solve"]
outputs = ["summary.txt"]
"""


def _wishes(folder: Path) -> Sequence[CommandWish]:
    common: Mapping[str, Any] = {"start_folder": str(folder), "lives_with": os.getpid()}
    solver = (sys.executable, "airfoil.py", "--alpha", "{alpha}")

    def wish(name: str, *options: str, **fields: Any) -> CommandWish:
        return CommandWish(words=(*solver, *options), name=name, **common, **fields)

    return (
        wish("airfoil check", "--steps", "4", variables={"alpha": "2"}),
        wish("airfoil transonic", "--mach", "{mach}", "--pause", "0.1", variables={"alpha": "4", "mach": "0.97"}),
        CommandWish(file=str(folder / "airfoil.toml"), **common),
        wish("airfoil fine", "--steps", "600", variables={"alpha": "6"}),
        wish("airfoil polar", "--steps", "40", sweep={"alpha": "0:10:2"}, parallel=2),
    )


def begin(data_folder: Path, sources: Path) -> None:
    """Start them below a data folder; `sources` is where their programs are written. Where none can, there are none."""
    sources.mkdir(parents=True)
    (sources / "airfoil.py").write_text(_AIRFOIL)
    (sources / "airfoil.toml").write_text(_WORKFLOW.replace("PYTHON", sys.executable))

    async def start_all(session: Session, profile: str) -> None:
        for wish in _wishes(sources):
            await session.actions.run_command(profile, wish)

    with contextlib.suppress(RuntuiError):
        asyncio.run(_in_session(data_folder, start_all))


def end(data_folder: Path) -> None:
    """Stop those that still run, and wait until nothing is written any more."""

    async def stop_all(session: Session, profile: str) -> None:
        await session.actions.perform_all(Capability.STOP, await _live(session, profile))
        for _ in range(_LONGEST_LOOKS):
            if not await _live(session, profile):
                return
            await session.clock.sleep(_BETWEEN_LOOKS)

    with contextlib.suppress(RuntuiError):
        asyncio.run(_in_session(data_folder, stop_all))


async def _live(session: Session, profile: str) -> list[Run]:
    backend = session.connection(profile).backend
    return [run async for batch in backend.iterate_runs(Listing()) for run in batch.runs if run.status.is_live]


async def _in_session(data_folder: Path, work: _Work) -> None:
    config = Config(path=data_folder / "none.toml")
    environ = {**os.environ, DATA_VARIABLE: str(data_folder)}
    session = Session(config, own_profiles(config), environ=environ)
    try:
        profile = await session.command_profile()
        if profile is not None:
            await work(session, profile)
    finally:
        await session.aclose()
