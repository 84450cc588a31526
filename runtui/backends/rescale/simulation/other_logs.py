"""What the other solvers print: Fluent, STAR-CCM+, CFX, an optimiser, and any command nobody knows."""

import math
import random
from collections.abc import Iterator

from runtui.backends.rescale.simulation.foam_log import Event


def fluent_events(chance: random.Random, seconds: float) -> Iterator[Event]:
    """A steady Fluent case of 940 iterations, in batch."""
    head = (
        "/program/ansys_inc/v222/fluent/fluent22.2.0/bin/fluent -r22.2.0 3ddp -g -t36 -i run.jou",
        "              Welcome to ANSYS Fluent 2022 R2",
        "              Copyright 1987-2022 ANSYS, Inc. All Rights Reserved.",
        "",
        "Build Time: May 27 2022 12:48:49 EDT  Build Id: 10201",
        'Host spawning Node 0 on machine "ip-10-28-3-41" (unix).',
        "n0-35     hostname          36/72     Linux-64     1201-1236    Intel(R) Xeon(R) Platinum 8124M",
        "",
        'Reading "manifold.cas.h5"...',
        "Using buffering for data files.",
        "    2918337 tetrahedral cells, zone  2.",
        "    5893126 triangular interior faces, zone  1.",
        "       4412 triangular velocity-inlet faces, zone  5.",
        "       3980 triangular pressure-outlet faces, zone  6.",
        "Warning: The solution has 12 faces with reversed flow on pressure-outlet 6.",
        "Done.",
    )
    yield from ((0.02 * seconds * index / len(head), line) for index, line in enumerate(head))
    header = "  iter  continuity  x-velocity  y-velocity  z-velocity      energy           k     epsilon     time/iter"
    for iteration in range(1, 941):
        at = seconds * (0.03 + 0.95 * iteration / 940)
        if iteration % 10 == 1:
            yield at, header
        falls = [
            10 ** (start - 3.4 * (1 - math.exp(-iteration / 260)) + chance.gauss(0, 0.02))
            for start in (0.0, -1.2, -1.3, -1.4, -3.0, -1.0, -0.9)
        ]
        left = 940 - iteration
        yield (
            at,
            f"{iteration:6d}  "
            + "  ".join(f"{value:.4e}" for value in falls)
            + f"  0:{left // 60:02d}:{left % 60:02d} {left:4d}",
        )
        if iteration % 40 == 0:
            yield at, f" reversed flow in {chance.randint(3, 60)} faces on pressure-outlet 6."
        if iteration % 235 == 0:
            yield at, f'Writing "manifold-{iteration}.dat.h5"...'
    yield seconds * 0.99, "Calculation complete."
    yield seconds, "A process of host ip-10-28-3-41 ended normally; 36 nodes released."


def starccm_events(chance: random.Random, seconds: float) -> Iterator[Event]:
    """A STAR-CCM+ case of 1,400 iterations."""
    head = (
        "STAR-CCM+ 17.04.008 (linux-x86_64-2.17/gnu11.2), batch -power",
        "License build date: 10 February 2022",
        "Starting parallel server",
        "MPI Distribution : Open MPI-4.1.2",
        "Host 0 -- ip-10-28-9-12 -- Ranks 0-71",
        "Loading simulation database: nozzle.sim",
        "Cells: 8412377  Faces: 24911841  Vertices: 8800312",
    )
    yield from ((0.03 * seconds * index / len(head), line) for index, line in enumerate(head))
    names = "Continuity     X-momentum     Y-momentum     Z-momentum         Energy            Tke            Sdr"
    for iteration in range(1, 1401):
        at = seconds * (0.04 + 0.94 * iteration / 1400)
        if iteration % 25 == 1:
            yield at, f"     Iteration     {names}      Thrust Monitor (N)"
        values = [
            10 ** (start - 4.1 * (1 - math.exp(-iteration / 420)) + chance.gauss(0, 0.03))
            for start in (0.0, 0.0, -0.1, -0.1, -0.3, 0.0, -0.2)
        ]
        thrust = 812.4 - 240 * math.exp(-iteration / 300) * math.cos(iteration / 40)
        yield at, f"{iteration:14d} " + " ".join(f"{value:14.6e}" for value in values) + f"   {thrust:14.6e}"
        if iteration % 350 == 0:
            yield at, f"Saving: nozzle@{iteration:05d}.sim"
        if iteration % 500 == 0:
            faces = " ".join(str(chance.randint(10_000, 9_999_999)) for _ in range(220))
            yield at, "Warning: turbulent viscosity limited on 220 cells of Fluid: " + faces
    yield seconds, "Stopping criterion Maximum Steps satisfied."


def cfx_events(chance: random.Random, seconds: float) -> Iterator[Event]:
    """A CFX case that overflows."""
    yield 0.0, " This run of the ANSYS CFX Solver started by user rescale."
    for index in range(1, 19):
        at = seconds * (0.1 + 0.8 * index / 19)
        yield at, f" OUTER LOOP ITERATION = {index:4d}                    CPU SECONDS = {index * 4.31:10.3E}"
        yield at, " |       Equation       | Rate | RMS Res | Max Res |  Linear Solution |"
        for name, first in (("U-Mom", 2.1e-3), ("V-Mom", 1.9e-3), ("P-Mass", 7e-4), ("K-TurbKE", 4e-2)):
            value = first * 10 ** (max(0, index - 9) * 0.7 + chance.gauss(0, 0.05))
            yield at, f" | {name:<20} | {chance.uniform(0.6, 9.9):4.2f} | {value:7.1E} | {value * 21:7.1E} |"
    yield seconds, " +--------------------------------------------------------------------+"
    yield seconds, " | ERROR #004100018 has occurred in subroutine FINMES.                |"
    yield seconds, " | Message:                                                           |"
    yield seconds, " | Fatal overflow in linear solver.                                   |"
    yield seconds, " +--------------------------------------------------------------------+"
    yield seconds, " An error has occurred in cfx5solve:"
    yield seconds, " The ANSYS CFX solver exited with return code 1.   No results file has been created."


def optimiser_events(chance: random.Random, seconds: float, iterations: int) -> Iterator[Event]:
    """The process that proposes the cases of an optimisation."""
    yield 0.0, "Optimizer: evolutionary search, objective maximise Cl/Cd, constraint Cl >= 0.4"
    best = 22.0
    for iteration in range(1, iterations + 1):
        at = seconds * iteration / iterations
        yield at - seconds / iterations * 0.98, f"Iteration {iteration}: proposing cases"
        best += (48.0 - best) * chance.uniform(0.2, 0.45)
        yield at - 0.1, f"Iteration {iteration}: best objective = {best:.5f}, spread = {9.0 / 1.7**iteration:.4f}"
    yield seconds, "Optimizer finished: no better case within the tolerance"


def command_events(chance: random.Random, seconds: float, command: str) -> Iterator[Event]:
    """A command nobody knows: a solver of somebody's own."""
    yield 0.0, f"+ {command.splitlines()[0] if command else './run.sh'}"
    yield 0.2, "Reading input deck"
    steps = 240
    for step in range(1, steps + 1):
        value = 10 ** (-0.2 - 5.0 * step / steps + chance.gauss(0, 0.04))
        yield seconds * (0.02 + 0.96 * step / steps), f"step {step:4d}/{steps}  dt = 2.5e-04  residual = {value:.4e}"
        if step % 80 == 0:
            yield seconds * (0.02 + 0.96 * step / steps), f"WARNING time step halved at step {step}"
    yield seconds, "All steps done, results written"
