"""The words of the models: what each prints while it works, warns of, and says when it fails."""

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from runtui.backends.deltatwin.simulator_plan import Plan
from runtui.backends.deltatwin.simulator_tracebacks import failure_lines
from runtui.backends.deltatwin.simulator_twins import Step

Lines = list[tuple[float, str]]


class Texts(msgspec.Struct, kw_only=True):
    """Both streams with the second of the node at which each line is written, and the last lines of a failure."""

    stdout: Lines
    stderr: Lines
    last_stdout: list[str]
    last_stderr: list[str]


class Pen:
    """Writes lines at shares of a node's time, stamped as Python's logging does."""

    def __init__(self, began: datetime, length: float) -> None:
        self._began = began
        self._length = length
        self.stdout: Lines = []
        self.stderr: Lines = []

    def log(self, share: float, name: str, text: str, level: str = "INFO") -> None:
        """A stamped line; warnings and errors go to stderr."""
        at = share * self._length
        stamp = (self._began + timedelta(seconds=at)).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
        stream = self.stdout if level in ("INFO", "DEBUG") else self.stderr
        stream.append((at, f"{stamp} {level:<7} {name}: {text}"))

    def plain(self, share: float, text: str) -> None:
        """A line without a stamp."""
        self.stdout.append((share * self._length, text))


def texts_of(plan: Plan, step: Step, chance: random.Random, began: datetime, length: float) -> Texts:
    """All a model node would write if nothing failed, and what it writes last if it does."""
    pen = Pen(began, length)
    _header(pen, plan, step, chance)
    _WRITERS[step.name](pen, plan, chance)
    pen.log(0.999, "delta.run", f"model {step.name} finished, exit code 0")
    manner = plan.failure.manner if plan.failure else ""
    last_stdout, last_stderr = failure_lines(step.name, manner, plan.failure.code if plan.failure else 0, chance)
    return Texts(stdout=pen.stdout, stderr=pen.stderr, last_stdout=last_stdout, last_stderr=last_stderr)


def _header(pen: Pen, plan: Plan, step: Step, chance: random.Random) -> None:
    image = f"registry.deltatwin.example.org/{plan.twin.name}/{step.name}:{plan.version}"
    pen.log(0.0, "delta.run", f"run {plan.id}")
    pen.log(0.0, "delta.run", f"pulling {image}")
    pen.log(0.008, "delta.run", f"digest sha256:{chance.getrandbits(256):064x}")
    pen.log(0.01, "delta.run", f"starting container on node-{chance.randint(1, 24):02d} (2 cpu, 8192 MiB)")


def _rotation(pen: Pen, plan: Plan, chance: random.Random) -> None:
    width, height = chance.choice(((10980, 10980), (5490, 5490), (8192, 6144)))
    angle = chance.choice((15, 30, 45, 90, 135))
    pen.log(0.02, "rotation", f"image {width}x{height}, 3 bands, uint8, {width * height * 3 / 2**20:.1f} MiB")
    pen.log(0.025, "rotation", f"angle {angle} degrees, resampling bilinear, fill 0")
    if chance.random() < 0.6:
        pen.log(0.03, "PIL.Image", "image size exceeds 89478485 pixels, could be a decompression bomb", "WARNING")
    rows, columns = 16, chance.choice((16, 20, 24))
    for tile in range(rows * columns):
        share = 0.04 + 0.9 * tile / (rows * columns)
        row, column = divmod(tile, columns)
        busy = chance.gauss(38, 6)
        pen.log(
            share, "rotation", f"tile {row:02d}/{column:02d} resampled in {busy:.1f} ms, fill {_fill(row, column)} %"
        )
        if chance.random() < 0.01:
            pen.log(
                share, "rotation", f"tile {row:02d}/{column:02d} has {chance.randint(1, 90)} clipped pixels", "WARNING"
            )
    pen.log(0.95, "rotation", f"mosaic of {rows * columns} tiles written, quality 90")
    pen.log(0.98, "rotation", "output rotatedImage: rotated.jpg")


def _fill(row: int, column: int) -> int:
    return min(100, abs(row - 8) * 6 + abs(column - 10) * 4)


def _sen2cor(pen: Pen, plan: Plan, chance: random.Random) -> None:
    name = "sen2cor_ai"
    pen.log(0.02, name, "loading weights unet_l2a_v2.pt (124.6 MiB)")
    pen.log(0.035, "torch", "CUDA is not available, inference runs on 2 threads", "WARNING")
    pen.log(0.04, "cdse", "session opened with key ***, region waw3-1")
    for number, band in enumerate(("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")):
        size, speed = chance.uniform(2, 118), chance.uniform(14, 61)
        pen.log(
            0.05 + 0.011 * number, "cdse", f"GET {band}.jp2 {size:.1f} MiB in {size / speed:.2f} s ({speed:.1f} MiB/s)"
        )
        if chance.random() < 0.15:
            pen.log(0.052 + 0.011 * number, "cdse", f"{band}.jp2: 503 Slow Down, retry 1 of 5 in 1.0 s", "WARNING")
    patches = chance.choice((1089, 1156, 1296))
    pen.log(0.19, name, f"tile cut into {patches} patches of 366x366 px, overlap 32")
    loss = chance.uniform(0.031, 0.045)
    for patch in range(patches):
        share = 0.2 + 0.7 * patch / patches
        cloud = max(0.0, 50 + 45 * math.sin(patch / 57 + loss * 100) + chance.gauss(0, 4))
        delta = loss * (1 + 0.4 * math.sin(patch / 31)) + chance.gauss(0, 0.0012)
        pen.log(
            share, name, f"patch {patch + 1:4d}/{patches} cloud {min(cloud, 100):5.1f} % mean |dBOA| {abs(delta):.5f}"
        )
        if cloud > 97 and chance.random() < 0.4:
            pen.log(share, name, f"patch {patch + 1}: nearly all cloud, reflectance is extrapolated", "WARNING")
    for number, band in enumerate(("B02", "B03", "B04")):
        rmse = chance.uniform(0.004, 0.013)
        pen.log(
            0.92 + 0.015 * number,
            name,
            f"{band}: RMSE against Sen2Cor 2.11 {rmse:.5f}, bias {chance.gauss(0, 0.002):+.5f}",
        )
    pen.log(0.97, name, "benchmark written to tile_benchmark.json")
    pen.log(0.985, name, f"speed-up over the reference processor {chance.uniform(9, 17):.1f}x")


def _mesh(pen: Pen, plan: Plan, chance: random.Random) -> None:
    pen.plain(0.02, "Info    : Running Gmsh 4.13.1 [coast.geo -2 -algo del2d]")
    pen.plain(0.03, "Info    : Reading 'coast.geo'...")
    curves = chance.randint(160, 320)
    for curve in range(1, curves + 1):
        kind = "Line" if curve % 5 else "Spline"
        pen.plain(
            0.05 + 0.35 * curve / curves, f"Info    : [{100 * curve // curves:3d}%] Meshing curve {curve} ({kind})"
        )
    nodes = chance.randint(180_000, 410_000)
    for level in range(24):
        worst = 0.02 + 0.5 * (1 - math.exp(-level / 6)) + chance.uniform(0, 0.01)
        pen.plain(0.42 + 0.022 * level, f"Info    : Optimization pass {level + 1}: worst quality {worst:.4f}")
    pen.log(0.95, "mesh", f"{nodes} nodes, {int(nodes * 1.93)} triangles")
    if chance.random() < 0.5:
        pen.log(0.96, "mesh", f"{chance.randint(1, 9)} triangles have an angle below 12 degrees", "WARNING")


def _solver(pen: Pen, plan: Plan, chance: random.Random) -> None:
    pen.plain(0.01, "SWE2D 5.1.0 (finite volumes, HLLC, wetting and drying), 2 threads")
    pen.plain(
        0.012,
        f"{'step':>6} {'time[h]':>9} {'dt[s]':>8} {'res(h)':>11} {'res(hu)':>11} {'res(hv)':>11} {'CFL':>6} "
        f"{'vol err':>10}",
    )
    steps = chance.randint(1500, 2400)
    peak, scale = chance.uniform(0.45, 0.6), chance.uniform(0.6, 1.6)
    for step in range(1, steps + 1):
        share = step / steps
        pen.plain(0.015 + 0.97 * share, _residual_line(step, share, peak, scale, chance))
        if step % 250 == 0:
            wet = 31 + 14 * math.exp(-((share - peak) ** 2) / 0.03)
            pen.log(0.015 + 0.97 * share, "solver", f"checkpoint {step:06d}.bin, wet cells {wet:.1f} %")
        if chance.random() < 0.002:
            pen.log(
                0.015 + 0.97 * share,
                "solver",
                f"step {step}: {chance.randint(1, 30)} cells limited to zero depth",
                "WARNING",
            )
    pen.plain(0.99, f"largest depth {2.1 + scale:.3f} m, flooded area {40 + 60 * scale:.1f} km2")


def _residual_line(step: int, share: float, peak: float, scale: float, chance: random.Random) -> str:
    surge = 1 + 30 * math.exp(-((share - peak) ** 2) / 0.012)
    decay = scale * (1e-2 * math.exp(-9 * min(share, 0.6)) + 2e-6) * surge
    height, along, across = (decay * factor * chance.uniform(0.85, 1.18) for factor in (1.0, 3.2, 2.7))
    cfl = min(0.7, 0.42 + 0.012 * surge) + chance.uniform(-0.01, 0.01)
    return (
        f"{step:6d} {share * 36:9.4f} {3.1 / (1 + surge / 25):8.4f} {height:11.4e} {along:11.4e} {across:11.4e} "
        f"{cfl:6.3f} {1e-9 * surge * chance.uniform(0.5, 2):10.2e}"
    )


def _extent(pen: Pen, plan: Plan, chance: random.Random) -> None:
    pen.log(0.03, "extent", "reading 000000.bin .. last checkpoint")
    polygons = chance.randint(180, 420)
    for polygon in range(polygons):
        area = chance.lognormvariate(-1.2, 1.1)
        pen.log(
            0.05 + 0.85 * polygon / polygons,
            "extent",
            f"polygon {polygon:3d}: {area:8.3f} km2, depth {area / 3 + 0.2:.2f} m",
        )
    pen.log(0.93, "rasterio", "CRS is EPSG:25830, nodata -9999")
    if chance.random() < 0.4:
        pen.log(0.94, "shapely", "self-intersection repaired in 3 polygons", "WARNING")


_WRITERS: dict[str, Callable[[Pen, Plan, random.Random], None]] = {
    "rotation": _rotation,
    "ai-sen2cor-processor": _sen2cor,
    "mesh": _mesh,
    "solver": _solver,
    "extent": _extent,
}
