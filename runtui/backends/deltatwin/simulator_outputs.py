"""The bytes of simulated outputs: real images, rasters and tables, the same each time."""

import array
import json
import math
import random
import struct
import sys
import threading
from collections import OrderedDict

from runtui.backends.deltatwin.simulator_jpeg import jpeg_of
from runtui.backends.deltatwin.simulator_plan import Plan
from runtui.simulation.world import World

_OUTPUTS_KEPT = 48
_MEDIA_TYPES = {"jpg": "image/jpeg", "tif": "image/tiff", "json": "application/json", "csv": "text/csv"}


class SimulatedOutputs:
    """Makes the bytes of an output when they are asked for, and keeps the latest. Safe to use from several threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def content(self, plan: Plan, output: str) -> bytes:
        """The whole file of an output of type Data."""
        key = (plan.id, output)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _made(plan, output, self._world.chance("output", plan.id, output))
                if len(self._kept) > _OUTPUTS_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def values(self, plan: Plan) -> dict[str, float]:
        """The outputs that are numbers."""
        if plan.twin.name != "coastal-flood":
            return {}
        chance = self._world.chance("values", plan.id)
        depth = round(1.4 + 2.2 * chance.random(), 3)
        return {"max_depth": depth, "flooded_area": round(22 * depth + chance.uniform(-3, 9), 2)}


def media_type(name: str) -> str:
    """The media type of a file of that name."""
    return _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _made(plan: Plan, output: str, chance: random.Random) -> bytes:
    match output:
        case "rotatedImage":
            return _rotated_image(chance)
        case "L2A_B02" | "L2A_B03" | "L2A_B04":
            return geotiff(360, 360, _reflectances(360, 360, chance), bits=16)
        case "L2A_TCI":
            return geotiff(360, 360, bytes(_colours(360, 360, chance)), bits=8, count=3)
        case "tile_benchmark":
            return _benchmark(plan, chance)
        case "flood_depth":
            return geotiff(420, 300, _reflectances(420, 300, chance), bits=16)
        case _:
            return _hydrograph(chance)


def _rotated_image(chance: random.Random) -> bytes:
    """A checked landscape, turned."""
    turn = math.radians(chance.choice((15, 30, 45, 90, 135)))
    cosine, sine = math.cos(turn), math.sin(turn)
    tint = chance.randint(60, 200)

    def colour(column: int, row: int) -> tuple[int, int, int]:
        x, y = column - 24, row - 24
        along, across = x * cosine + y * sine, y * cosine - x * sine
        if abs(along) > 19 or abs(across) > 19:
            return 0, 0, 0
        light = 255 if (math.floor(along / 4) + math.floor(across / 4)) % 2 else 90
        return light, (light + tint) // 2, int(128 + 6 * across)

    return jpeg_of(48, 48, colour)


def _reflectances(width: int, height: int, chance: random.Random) -> bytes:
    """Unsigned 16 bit samples with hills, fields and some noise; rows are cut from waves to be quick."""
    wave = [int(900 + 700 * math.sin(x / 23) + 260 * math.sin(x / 5.3)) for x in range(2 * width)]
    noise = chance.randbytes(4096)
    samples = array.array("H")
    for row in range(height):
        shift = int(width / 2 * (1 + math.sin(row / 37)))
        base = int(400 + 350 * math.sin(row / 61))
        grain = noise[(row * 7) % 3600 :]
        samples.extend(max(0, value + base + grain[x % 400]) for x, value in enumerate(wave[shift : shift + width]))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _colours(width: int, height: int, chance: random.Random) -> bytearray:
    samples = bytearray()
    phase = chance.uniform(0, 6)
    line = [int(90 + 60 * math.sin(x / 41 + phase)) for x in range(width)]
    for row in range(height):
        green = int(40 * math.sin(row / 29 + phase))
        for light in line:
            samples += bytes((light, max(0, light + green), light // 2 + 30))
    return samples


def geotiff(width: int, height: int, samples: bytes, *, bits: int, count: int = 1) -> bytes:
    """An uncompressed little-endian GeoTIFF of one strip: 10 m pixels of `count` samples, in UTM zone 31 north."""
    extra = bytearray()
    first_extra = 8 + 2 + 14 * 12 + 4

    def placed(form: str, *values: float) -> int:
        at = first_extra + len(extra)
        extra.extend(struct.pack("<" + form, *values))
        return at

    bits_at = bits if count == 1 else placed("3H", bits, bits, bits)
    scale = placed("3d", 10.0, 10.0, 0.0)
    tie = placed("6d", 0.0, 0.0, 0.0, 300000.0, 4900020.0, 0.0)
    keys = placed("12H", 1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32631)
    strip = first_extra + len(extra)
    entries = (
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, count, bits_at), (259, 3, 1, 1),
        (262, 3, 1, 2 if count == 3 else 1), (273, 4, 1, strip), (274, 3, 1, 1), (277, 3, 1, count),
        (278, 4, 1, height), (279, 4, 1, len(samples)), (284, 3, 1, 1), (33550, 12, 3, scale),
        (33922, 12, 6, tie), (34735, 3, 12, keys),
    )  # fmt: skip
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<2sHI", b"II", 42, 8) + directory + bytes(4) + bytes(extra) + samples


def _benchmark(plan: Plan, chance: random.Random) -> bytes:
    bands = {
        band: {
            "rmse": round(chance.uniform(0.004, 0.013), 5),
            "bias": round(chance.gauss(0, 0.002), 5),
            "ssim": round(chance.uniform(0.96, 0.995), 4),
        }
        for band in ("B02", "B03", "B04")
    }
    report = {
        "tile": f"T{chance.choice(('31TCJ', '32TPS', '30UXC'))}",
        "processor": f"{plan.twin.name} {plan.version}",
        "reference": "Sen2Cor 2.11",
        "bands": bands,
        "cloud_cover_percent": round(chance.uniform(1, 60), 1),
        "seconds": round(plan.full_seconds, 1),
    }
    return (json.dumps(report, indent=2) + "\n").encode()


def _hydrograph(chance: random.Random) -> bytes:
    gauges = ("La Rochelle", "Saint-Nazaire", "Les Sables")
    lines = ["time_h," + ",".join(gauges)]
    heights = [chance.uniform(1.2, 2.6) for _ in gauges]
    for step in range(2161):
        hour = step / 60
        surge = math.exp(-((hour - 17) ** 2) / 30)
        levels = (height * surge + 1.9 * math.sin(hour / 1.98 + n) for n, height in enumerate(heights))
        lines.append(f"{hour:.3f}," + ",".join(f"{level:.3f}" for level in levels))
    return ("\n".join(lines) + "\n").encode()
