"""CPU time of a call, the best of a few: what a bench compares."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def best_cpu_seconds(call: Callable[[], T], repeats: int = 5) -> tuple[float, T]:
    """The least CPU seconds of the process over the repeats, and the last answer."""
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        answer = call()
        best = min(best, time.process_time() - start)
    assert answer is not None
    return best, answer
