"""`runtui stop`."""

from collections.abc import Sequence

from runtui.cli.acting import act, act_on_jobs
from runtui.cli.options import CommonOptions
from runtui.model.capability import Capability


def run(options: CommonOptions, *, written: Sequence[str], are_jobs: bool, is_sure: bool) -> int:
    """Stop live runs, or jobs with all their runs."""
    if are_jobs:
        return act_on_jobs(options, Capability.STOP, written, "Stop {runs} with all runs?", asks=not is_sure)
    return act(options, Capability.STOP, written, "Stop {runs}?", asks=not is_sure)
