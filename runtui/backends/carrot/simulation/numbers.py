"""The figures runs come to, worked out from their inputs so that one can see what changed them."""

from functools import lru_cache
from typing import Any

from runtui.backends.carrot.simulation.catalogue import software_named
from runtui.backends.carrot.simulation.identity import Dice
from runtui.backends.carrot.simulation.plans import RunPlan

_POINTS = 400
_LAST_X = 8.0


def curve(plan: RunPlan) -> list[tuple[float, float]]:
    """The points x, a * b**x the example test computes."""
    return _points(*_base_and_factor(plan))


def _base_and_factor(plan: RunPlan) -> tuple[float, float]:
    given = plan.test_input
    return float(given.get("test_workflow.a", 0.5)), float(given.get("test_workflow.b", 1.5))


def _points(a: float, b: float) -> list[tuple[float, float]]:
    step = _LAST_X / (_POINTS - 1)
    return [(number * step, a * b ** (number * step)) for number in range(_POINTS)]


@lru_cache(maxsize=256)
def _mean_difference(a: float, b: float) -> float:
    points = _points(a, b)
    total = sum(abs(y - 2.0**x) for x, y in points)
    return float(round(total / len(points), 6))


def numbers_of(plan: RunPlan, phase: str, dice: Dice) -> dict[str, Any]:
    """The plain outputs of the test or the eval workflow, by name."""
    if plan.shape != "germline":
        if phase == "test":
            return {}
        return {"mean_difference": _mean_difference(*_base_and_factor(plan))}
    version = _gatk_version(plan)
    if phase == "test":
        base = {"NA12878 chr20 WGS": 84_000, "NA24385 exome": 31_000}.get(plan.test.name, 71_000)
        return {
            "variant_count": base + int(1500 * dice.throw(plan.key, 30)),
            "caller_version": f"The Genome Analysis Toolkit (GATK) v{version}",
        }
    return _metrics(plan, version, dice)


def _metrics(plan: RunPlan, version: str, dice: Dice) -> dict[str, Any]:
    quality = int(plan.test_input.get("HaplotypeCallerBenchmark.min_base_quality", 10))
    coverage = 0.9965 if plan.test.name.startswith("NA12878") else 0.9890 if "exome" in plan.test.name else 0.9610
    newer = {"4.2.6.1": 0.0, "4.3.0.0": 0.0006, "4.4.0.0": 0.0011}.get(version, 0.0)
    recall = coverage + newer - 0.0007 * (quality - 10) / 5 + 0.0008 * dice.throw(plan.key, 31)
    precision = coverage + 0.0012 + newer + 0.0005 * (quality - 10) / 5 + 0.0006 * dice.throw(plan.key, 32)
    indel = recall - 0.0170 - 0.003 * dice.throw(plan.key, 33)
    return {
        "snp_f1": round(2 * precision * recall / (precision + recall), 6),
        "snp_precision": round(precision, 6),
        "snp_recall": round(recall, 6),
        "indel_f1": round(indel, 6),
    }


def _gatk_version(plan: RunPlan) -> str:
    image = str(plan.test_input.get("HaplotypeCallerBenchmark.gatk_docker", ""))
    text = image.rpartition("|")[2]
    gatk = software_named("gatk")
    return (gatk.version_of(text) if gatk else None) or "4.4.0.0"
