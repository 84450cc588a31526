"""Which files a run writes, when they appear, and what is in them."""

import random
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from runtui.backends.rescale.simulation import case_texts, foam_log, other_logs
from runtui.backends.rescale.simulation.contents import Bulk, Bytes, Content, Sparse, table_block
from runtui.backends.rescale.simulation.foam_log import Event, FoamCase, FoamShape
from runtui.backends.rescale.simulation.plan import JobPlan

LOG = "process_output.log"
_MOST_LONG_CASES = 200
"""Sweeps of more cases have shorter ones: their lists must not take longer to make than a client waits."""
HUGE_BYTES = 5 * 1024**3 + 123
_HOSTILE = (
    "with space.txt", "hash#tag.txt", "what?.txt", "100%.txt", "ergebnis-größe-結果.txt", "line\nbreak.txt",
    "esc\x1b[31mred\x1b]0;title\x07.txt", "../climbs.txt", "/absolute.txt", "bidi\u202etxt.exe", "empty.dat",
    "binary.dat", "latin.log",
)  # fmt: skip


class Writes(StrEnum):
    """How a file comes to its bytes."""

    LOG = "log"
    GROWING = "growing"
    WHOLE = "whole"


class FilePlan(NamedTuple):
    """A file of a run: `appears` is the share of the run's work after which it is there."""

    number: int
    path: str
    appears: float
    writes: Writes = Writes.WHOLE
    kind: str = ""
    times: int = 0


class Dirt(NamedTuple):
    """Which oddities of files and logs are switched on: all that changes bytes and lists."""

    hostile_names: bool = False
    huge_files: bool = False
    dirty_logs: bool = False


def foam_shape(plan: JobPlan, index: int) -> FoamShape:
    """What decides the sizes of a case's files."""
    variant = int(plan.share(index, "shape") * 7.999)
    longest = 125 if plan.run_count <= _MOST_LONG_CASES else 30
    iterations = longest - 25 * (variant % 2) if longest > 30 else longest
    fails = plan.fails(index)
    return FoamShape(iterations, fails, fails and plan.share(index, "dies") < 0.6, variant)


def foam_case(plan: JobPlan, index: int) -> FoamCase:
    """The case a run computes."""
    inputs = dict(plan.inputs(index))
    forces = plan.results(index)
    return FoamCase(
        plan.id, index + 1, inputs.get("x_velocity", 26.0), inputs.get("y_velocity", 0.0),
        forces.cd if forces else 0.012, forces.cl if forces else 0.3, lambda what: plan.share(index, what),
    )  # fmt: skip


def files_of(plan: JobPlan, index: int, dirt: Dirt) -> tuple[FilePlan, ...]:
    """All files a run writes if it gets to its end. Their numbers are their places in this list."""
    place = plan.place(index)
    if place.type == 2:
        return ()
    if place.type == 1:
        return _numbered([(LOG, 0.0, Writes.LOG, "", 0), ("optimizer.json", 1.0, Writes.WHOLE, "text", 0)], dirt)
    if plan.solver == "openfoam":
        return _foam_files(foam_shape(plan, index), dirt)
    return _solver_files(plan.solver, dirt)


@lru_cache(maxsize=128)
def _foam_files(shape: FoamShape, dirt: Dirt) -> tuple[FilePlan, ...]:
    found: list[tuple[str, float, Writes, str, int]] = [(LOG, 0.0, Writes.LOG, "", 0)]
    case = "airFoil2D/"
    found += [(case + name, 0.0, Writes.WHOLE, "text", 0) for name in case_texts.NAMES]
    found += [(case + "0/" + field, 0.0, Writes.WHOLE, "start", 0) for field in ("U", "p", "nut", "nuTilda")]
    for name, kind, times in _MESH:
        found.append((f"{case}constant/polyMesh/{name}", 0.0, Writes.WHOLE, kind, times))
    found.append((case + "log.simpleFoam", 0.06, Writes.GROWING, "foam", 0))
    found.append((case + "log.checkMesh", 0.05, Writes.WHOLE, "text", 0))
    found.append((case + "postProcessing/forceCoeffs/0/forceCoeffs.dat", 0.07, Writes.GROWING, "coefficients", 0))
    found.append((case + "postProcessing/residuals/0/residuals.dat", 0.07, Writes.GROWING, "residuals", 0))
    for written in range(25, shape.iterations + 1, 25):
        at = 0.06 + 0.94 * written / (shape.iterations + 1)
        if shape.fails and written > shape.last_iteration:
            break
        found += [(f"{case}{written}/{field}", at, Writes.WHOLE, kind, times) for field, kind, times in _FIELDS]
        found.append((f"{case}{written}/uniform/time", at, Writes.WHOLE, "text", 0))
        surface = f"{case}postProcessing/surfaces/{written}/"
        found += [(f"{surface}{field}_airfoil.raw", at, Writes.WHOLE, "raw", 1) for field in ("U", "p")]
    if not shape.fails:
        found += [(f"images/{name}.png", 0.985, Writes.WHOLE, "png", 0) for name in ("U", "p", "nut", "Cp")]
        found.append(("results.csv", 0.99, Writes.WHOLE, "results", 0))
        found += [
            (f"images/{name}.png", 0.99, Writes.WHOLE, "png", 0) for name in ("streamlines",) * (shape.variant > 3)
        ]
    return _numbered(found, dirt)


_MESH = (("points", "point", 28), ("faces", "face", 38), ("owner", "label", 9), ("neighbour", "label", 7))
_FIELDS = (("U", "vector", 10), ("p", "scalar", 5), ("phi", "flux", 9), ("nut", "scalar", 5), ("nuTilda", "scalar", 5))


@lru_cache(maxsize=32)
def _solver_files(solver: str, dirt: Dirt) -> tuple[FilePlan, ...]:
    found: list[tuple[str, float, Writes, str, int]] = [(LOG, 0.0, Writes.LOG, "", 0)]
    found += [(path, at, Writes.WHOLE, kind, times) for path, at, kind, times in _SOLVER_FILES.get(solver, _OWN_FILES)]
    return _numbered(found, dirt)


_SOLVER_FILES: dict[str, tuple[tuple[str, float, str, int], ...]] = {
    "fluent": (
        ("run.jou", 0.0, "text", 0),
        ("manifold.cas.h5", 0.0, "binary", 700),
        *((f"manifold-{done}.dat.h5", 0.03 + 0.95 * done / 940, "binary", 520) for done in (235, 470, 705, 940)),
        ("residuals.out", 0.04, "raw", 4),
        ("report-def-0-rfile.out", 0.05, "raw", 2),
        ("images/velocity.png", 0.99, "png", 0),
    ),
    "starccm": (
        ("shared/nozzle.sim", 0.0, "binary", 900),
        *(
            (f"shared/nozzle@{done:05d}.sim", 0.04 + 0.94 * done / 1400, "binary", 900)
            for done in (350, 700, 1050, 1400)
        ),
        ("shared/thrust.csv", 0.3, "raw", 3),
        ("shared/scenes/mach.png", 0.99, "png", 0),
    ),
    "cfx": (("pump.def", 0.0, "binary", 60), ("pump_001.out", 0.95, "text", 0)),
}
_OWN_FILES = (
    ("input.deck", 0.0, "text", 0),
    ("out/solution.bin", 0.5, "binary", 20),
    ("out/history.dat", 0.1, "raw", 2),
    ("out/summary.txt", 0.98, "text", 0),
)


def _numbered(found: Iterable[tuple[str, float, Writes, str, int]], dirt: Dirt) -> tuple[FilePlan, ...]:
    found = list(found)
    if dirt.hostile_names:
        found += [(name, 0.0, Writes.WHOLE, "hostile", 0) for name in _HOSTILE]
    if dirt.huge_files:
        found.append(("checkpoint/huge.sim", 0.3, Writes.WHOLE, "sparse", 0))
    return tuple(FilePlan(number, *parts) for number, parts in enumerate(found))


def content_of(plan: JobPlan, index: int, file: FilePlan) -> Content:
    """The bytes of a file that is written at once. Their number is the same for all cases of one shape."""
    variant = int(plan.share(index, "shape") * 7.999)
    salt = zlib.crc32(f"{file.path}/{variant % 4}".encode())
    match file.kind:
        case "sparse":
            return Sparse(HUGE_BYTES, b"huge")
        case "png":
            return Bytes(case_texts.picture(zlib.crc32(file.path.encode()) + variant))
        case "binary" | "raw":
            block, _ = table_block(file.kind, salt)
            return Bulk(b"", block, file.times, f"# job {plan.id} run {index + 1:06d}\n".encode())
        case "hostile":
            return Bytes(_hostile_bytes(file.path))
        case "results":
            return Bytes(_results(plan, index).encode())
        case "start":
            name = file.path.rsplit("/", 1)[-1]
            return Bytes((case_texts.header(name, "0") + _boundary(plan, index)).encode())
        case "text":
            return Bytes(case_texts.text(file.path, _boundary(plan, index)).encode())
        case kind:
            block, rows = table_block(kind, salt)
            head = case_texts.table_head(file.path, kind, rows * file.times)
            return Bulk(head.encode(), block, file.times, (")\n;\n\n" + _boundary(plan, index)).encode())


def _boundary(plan: JobPlan, index: int) -> str:
    case = foam_case(plan, index)
    return case_texts.boundary(plan.id, case.number, case.x_velocity, case.y_velocity)


def _results(plan: JobPlan, index: int) -> str:
    case = foam_case(plan, index)
    return f"x_velocity,y_velocity,Cd,Cl\n{case.x_velocity:+.6e},{case.y_velocity:+.6e},{case.cd:+.6e},{case.cl:+.6e}\n"


def _hostile_bytes(path: str) -> bytes:
    if path == "empty.dat":
        return b""
    if path == "binary.dat":
        return random.Random(path).randbytes(5000)
    if path == "latin.log":
        return "Größe\r\nTemp\xe9rature 20\xb0C\r\n".encode("latin-1") * 20
    return f"this file is called {path!r}\n".encode() * 3


def growing_lines(plan: JobPlan, index: int, file: FilePlan, seconds: float) -> Iterator[Event]:
    """The lines of a file that grows, over the planned `seconds` of the run; without the prefix of the main log."""
    shape, case = foam_shape(plan, index), foam_case(plan, index)
    match file.kind:
        case "coefficients":
            yield from foam_log.coefficient_lines(shape, case, seconds)
        case "residuals":
            yield from foam_log.residual_lines(shape, case, seconds)
        case "foam":
            yield from foam_log.foam_events(shape, case, seconds)
        case _:
            yield from _main_log(plan, index, seconds)


def _main_log(plan: JobPlan, index: int, seconds: float) -> Iterator[Event]:
    chance = random.Random(f"{plan.salt}/{index}/log")
    place = plan.place(index)
    match "optimiser" if place.type == 1 else plan.solver:
        case "optimiser":
            return other_logs.optimiser_events(chance, seconds, plan.waves)
        case "openfoam":
            return foam_log.foam_events(foam_shape(plan, index), foam_case(plan, index), seconds)
        case "fluent":
            return other_logs.fluent_events(chance, seconds)
        case "starccm":
            return other_logs.starccm_events(chance, seconds)
        case "cfx":
            return other_logs.cfx_events(chance, seconds)
        case _:
            return other_logs.command_events(chance, seconds, command_of(plan))


def command_of(plan: JobPlan) -> str:
    """The command line a job's runs execute."""
    analyses = plan.body.get("jobanalyses")
    first = analyses[0] if isinstance(analyses, list) and analyses else {}
    command = first.get("command") if isinstance(first, dict) else None
    return str(command) if command else case_texts.COMMANDS.get(plan.solver, "./run.sh")


def exit_code_of(plan: JobPlan, index: int) -> int:
    """What the run's process ends with when nobody stops it."""
    if not plan.fails(index):
        return 0
    return foam_shape(plan, index).exit_code if plan.solver == "openfoam" else 2
