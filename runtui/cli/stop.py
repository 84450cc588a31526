"""`runtui stop`."""

from collections.abc import Sequence

from runtui.cli.acting import act
from runtui.cli.options import CommonOptions
from runtui.model.capability import Capability


def run(options: CommonOptions, *, written: Sequence[str], is_sure: bool) -> int:
    """Stop live runs."""
    return act(options, Capability.STOP, written, "Stop {runs}?", asks=not is_sure)
