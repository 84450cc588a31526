"""`runtui delete`."""

from collections.abc import Sequence

from runtui.cli.acting import act, act_on_jobs
from runtui.cli.options import CommonOptions
from runtui.model.capability import Capability


def run(options: CommonOptions, *, written: Sequence[str], are_jobs: bool, is_sure: bool) -> int:
    """Delete runs with what belongs to them, or jobs with all their runs."""
    effect = "Delete {runs} with all that belongs to it at the service? It cannot be brought back."
    if are_jobs:
        effect = "Delete {runs} with all runs and files at the service? It cannot be brought back."
        return act_on_jobs(options, Capability.DELETE, written, effect, asks=not is_sure)
    return act(options, Capability.DELETE, written, effect, asks=not is_sure)
