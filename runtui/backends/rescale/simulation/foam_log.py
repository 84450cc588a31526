"""What simpleFoam prints for one case of the airfoil sweep.

Every number is written so that its width depends only on the case's `FoamShape`, not on the case: sizes of files can
then be told without writing them.
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

Event = tuple[float, str]
"""A line without its end, and the second after the start of the process at which it is printed."""

_FIELDS = ("Ux", "Uy", "p", "nuTilda")
_FIRST = {"Ux": -0.0, "Uy": -0.25, "p": -0.15, "nuTilda": -0.05}
_RATE = {"Ux": -4.6, "Uy": -4.3, "p": -3.7, "nuTilda": -4.4}


class FoamShape(NamedTuple):
    """What decides how long each file is."""

    iterations: int
    fails: bool
    floating_point: bool
    """A failing case dies of a floating point exception, else of an error of the solver."""
    variant: int

    @property
    def exit_code(self) -> int:
        """What the case's process ends with."""
        if not self.fails:
            return 0
        return 136 if self.floating_point else 1

    @property
    def last_iteration(self) -> int:
        """The last iteration it gets to."""
        return int(self.iterations * 0.55) if self.fails else self.iterations


class FoamCase(NamedTuple):
    """One case: its inflow, and a source of chance that gives a number from 0 to 1 for a purpose."""

    job: str
    number: int
    x_velocity: float
    y_velocity: float
    cd: float
    cl: float
    chance: Callable[[str], float]


def residual(shape: FoamShape, case: FoamCase, field: str, iteration: int, final: bool = False) -> tuple[int, int]:
    """A residual as six digits and a power of ten. The power is the shape's, the digits are the case's own."""
    mantissa, power = _common_residual(shape, field, iteration, final)
    own = mantissa * (1.0 + 0.05 * math.sin(case.number * 1.7 + iteration * 0.37))
    digits = int(min(9.99999, max(1.00001, own)) * 100_000)
    return min(999_999, max(100_001, digits + (digits % 10 == 0))), power


@lru_cache(maxsize=32_768)
def _common_residual(shape: FoamShape, field: str, iteration: int, final: bool) -> tuple[float, int]:
    progress = iteration / shape.iterations
    log10 = _FIRST[field] + _RATE[field] * (1 - math.exp(-2.6 * progress)) - (1.1 if final else 0.0)
    log10 += 0.06 * math.sin(iteration * 0.9 + shape.variant)
    if shape.fails and progress > 0.33:
        log10 += (progress - 0.33) * 34.0
    power = math.floor(log10)
    return 10 ** (log10 - power), power


def written(digits: int, power: int) -> str:
    """Six significant digits as C++ streams write them."""
    if -5 < power < 0:
        return "0." + "0" * (-power - 1) + str(digits)
    if 0 <= power < 5:
        text = str(digits)
        return f"{text[: power + 1]}.{text[power + 1 :]}"
    return f"{digits // 100_000}.{digits % 100_000:05d}e{power:+03d}"


def forces(shape: FoamShape, case: FoamCase, iteration: int) -> tuple[float, float, float]:
    """Cm, Cd and Cl after an iteration: they swing in to the case's results."""
    progress = iteration / shape.iterations
    swing = math.exp(-5.0 * progress) * math.cos(iteration * 0.21 + case.number)
    blow_up = 10 ** ((progress - 0.33) * 12) if shape.fails and progress > 0.33 else 0.0
    cd = case.cd * (1 + 2.2 * swing) + blow_up
    cl = case.cl * (1 - 0.9 * swing) - 2 * blow_up
    return -0.25 * cl + 0.01 * swing, cd, cl


def foam_events(shape: FoamShape, case: FoamCase, seconds: float) -> Iterator[Event]:
    """The lines of the solver, spread over `seconds`."""
    head = 0.06 * seconds
    yield from ((0.0, line) for line in _banner(case))
    per_iteration = (seconds - head) / (shape.last_iteration + 1)
    cumulative = 0.0
    for iteration in range(1, shape.last_iteration + 1):
        at = head + per_iteration * iteration
        cumulative += 1e-5 * math.sin(iteration)
        for line in _iteration(shape, case, iteration):
            yield at, line
        if iteration % 25 == 0 and not shape.fails:
            yield at, f"Writing fields at time {iteration}"
            yield at, ""
    ending = _failure(shape) if shape.fails else _convergence(shape)
    yield from ((seconds, line) for line in ending)


def _banner(case: FoamCase) -> list[str]:
    rule = "/*" + "-" * 75 + "*\\"
    return [
        rule,
        "| =========                 |                                                 |",
        "| \\\\      /  F ield         | OpenFOAM: The Open Source CFD Toolbox           |",
        "|  \\\\    /   O peration     | Version:  v2212                                 |",
        "|   \\\\  /    A nd           |                                                 |",
        "|    \\\\/     M anipulation  |                                                 |",
        "\\*" + "-" * 75 + "*/",
        "Exec   : simpleFoam",
        f"Host   : node{int(case.chance('host') * 89) + 10}",
        f"Case   : /enc/udata/job_{case.job}/work/airFoil2D",
        "nProcs : 1",
        "trapFpe: Floating point exception trapping enabled (FOAM_SIGFPE).",
        "fileModificationChecking : Monitoring run-time modified files using timeStampMaster",
        "allowSystemOperations : Allowing user-supplied system call operations",
        "",
        "Create time",
        "",
        "Create mesh for time = 0",
        "",
        "Reading field p",
        "Reading field U",
        "Reading/calculating face flux field phi",
        "Selecting incompressible transport model Newtonian",
        "Selecting turbulence model type RAS",
        "Selecting RAS turbulence model SpalartAllmaras",
        "--> FOAM Warning :",
        "    From function static Foam::tmp<Foam::volScalarField> Foam::wallDist::y()",
        "    in file lnInclude/wallDist.C at line 148",
        "    Reading wall distance with method meshWave: 2 cells have no near-wall neighbour",
        f"freestream velocity ({case.x_velocity:9.4f} {case.y_velocity:9.4f} 0)",
        "SIMPLE: convergence criteria",
        "    field p         tolerance 1e-05",
        "    field U         tolerance 1e-05",
        "    field nuTilda   tolerance 1e-05",
        "",
        "Starting time loop",
        "",
    ]


def _iteration(shape: FoamShape, case: FoamCase, iteration: int) -> Iterator[str]:
    yield f"Time = {iteration}"
    yield ""
    for field in _FIELDS:
        solver = "GAMG" if field == "p" else "smoothSolver"
        sweeps = 2 + (iteration * 3 + len(field)) % 7
        first = written(*residual(shape, case, field, iteration))
        last = written(*residual(shape, case, field, iteration, final=True))
        yield (
            f"{solver}:  Solving for {field}, Initial residual = {first}, Final residual = {last}, "
            f"No Iterations {sweeps}"
        )
        if field == "p":
            yield _continuity(shape, case, iteration)
    if shape.fails and iteration > shape.last_iteration - 12:
        worst = 10 ** (2 + (12 - shape.last_iteration + iteration) / 2)
        least = -worst * (1 + case.chance("bound")) / 2
        yield f"bounding nuTilda, min: {least:.5e} max: {worst:.5e} average: {worst / 40:.5e}"
    spent = 0.42 + iteration * 0.137
    yield f"ExecutionTime = {spent:.2f} s  ClockTime = {int(spent) + 1} s"
    yield ""
    if iteration % 10 == 0:
        cm, cd, cl = forces(shape, case, iteration)
        yield "forceCoeffs forceCoeffs write:"
        yield f"    Cm    = {cm:+.6e}"
        yield f"    Cd    = {cd:+.6e}"
        yield f"    Cl    = {cl:+.6e}"
        yield ""


def _continuity(shape: FoamShape, case: FoamCase, iteration: int) -> str:
    local, power = residual(shape, case, "p", iteration)
    overall = 1e-7 * math.sin(iteration * 0.3 + case.number)
    return (
        f"time step continuity errors : sum local = {written(local, power - 3)}, "
        f"global = {overall:+.5e}, cumulative = {overall * 3:+.5e}"
    )


def _convergence(shape: FoamShape) -> list[str]:
    return [f"SIMPLE solution converged in {shape.iterations} iterations", "", "End", ""]


def _failure(shape: FoamShape) -> list[str]:
    if shape.floating_point:
        return [
            "#0  Foam::error::printStack(Foam::Ostream&) at ??:?",
            "#1  Foam::sigFpe::sigHandler(int) at ??:?",
            '#2  ? in "/lib/x86_64-linux-gnu/libpthread.so.0"',
            "#3  Foam::GAMGSolver::scale(Foam::Field<double>&, Foam::Field<double>&, Foam::lduMatrix const&) const",
            "#4  Foam::GAMGSolver::Vcycle(Foam::PtrList<Foam::lduMatrix::smoother> const&) const at ??:?",
            "#5  Foam::GAMGSolver::solve(Foam::Field<double>&, Foam::Field<double> const&, unsigned char) const",
            "#6  Foam::fvMatrix<double>::solveSegregated(Foam::dictionary const&) at ??:?",
            "#7  Foam::fvMatrix<double>::solve(Foam::dictionary const&) at ??:?",
            '#8  ? in "/opt/OpenFOAM/OpenFOAM-v2212/platforms/linux64GccDPInt32Opt/bin/simpleFoam"',
            "#9  __libc_start_main at ??:?",
            "Floating point exception (core dumped)",
        ]
    return [
        "",
        "--> FOAM FATAL ERROR: (openfoam-2212)",
        "Continuity error cannot be removed by adjusting the outflow.",
        "Please check the velocity boundary conditions and/or run potentialFoam to initialise the outflow.",
        "",
        "    From bool Foam::adjustPhi(Foam::surfaceScalarField&, const volVectorField&, Foam::volScalarField&)",
        "    in file cfdTools/general/adjustPhi/adjustPhi.C at line 122.",
        "",
        "FOAM exiting",
        "",
    ]


def coefficient_lines(shape: FoamShape, case: FoamCase, seconds: float) -> Iterator[Event]:
    """`forceCoeffs.dat`: one row an iteration."""
    for line in (
        "# Force coefficients",
        "# liftDir     : (0 1 0)",
        "# dragDir     : (1 0 0)",
        "# magUInf     : 2.600000e+01",
        "# Time          Cm              Cd              Cl              Cl(f)           Cl(r)",
    ):
        yield 0.06 * seconds, line
    for iteration, at in _rows(shape, seconds):
        cm, cd, cl = forces(shape, case, iteration)
        yield at, f"{iteration:<15d} {cm:+.6e}   {cd:+.6e}   {cl:+.6e}   {cl / 2 + cm:+.6e}   {cl / 2 - cm:+.6e}"


def residual_lines(shape: FoamShape, case: FoamCase, seconds: float) -> Iterator[Event]:
    """`residuals.dat`: one row an iteration."""
    yield 0.06 * seconds, "# Residuals"
    yield 0.06 * seconds, "# Time          Ux              Uy              p               nuTilda"
    for iteration, at in _rows(shape, seconds):
        values = (residual(shape, case, field, iteration) for field in _FIELDS)
        yield at, f"{iteration:<15d} " + "   ".join(f"{d / 1e5:.5f}e{p:+03d}" for d, p in values)


def _rows(shape: FoamShape, seconds: float) -> Iterator[tuple[int, float]]:
    head = 0.06 * seconds
    per_iteration = (seconds - head) / (shape.last_iteration + 1)
    for iteration in range(1, shape.last_iteration + 1):
        yield iteration, head + per_iteration * iteration
