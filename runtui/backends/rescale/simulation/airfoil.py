"""Forces on an airfoil in a stream: what the simulated sweeps compute."""

import math
from typing import NamedTuple

_ZERO_LIFT = math.radians(-2.1)
_STALL = 13.0


class Coefficients(NamedTuple):
    """Drag and lift coefficient."""

    cd: float
    cl: float


def angle_of_attack(x_velocity: float, y_velocity: float) -> float:
    """Degrees between the stream and the chord."""
    return math.degrees(math.atan2(y_velocity, x_velocity))


def coefficients(x_velocity: float, y_velocity: float, noise: float = 0.0) -> Coefficients:
    """Thin-airfoil lift with stall, and a drag polar; `noise` (about -1 to 1) is what the solver left unconverged."""
    angle = angle_of_attack(x_velocity, y_velocity)
    reynolds = max(1.0, math.hypot(x_velocity, y_velocity)) * 1e5
    lift = 0.88 * 2.0 * math.pi * (math.radians(angle) - _ZERO_LIFT)
    if angle > _STALL:
        lift *= math.exp(-0.09 * (angle - _STALL))
    friction = 0.0062 * (2.5e6 / reynolds) ** 0.16
    separation = 4.0e-4 * max(0.0, angle - 7.0) ** 1.9
    drag = friction + lift * lift / (math.pi * 0.82 * 38.0) + separation
    return Coefficients(drag * (1.0 + 0.004 * noise), lift * (1.0 + 0.003 * noise))
