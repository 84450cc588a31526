"""`runtui delete`."""

from collections.abc import Sequence

from runtui.cli.acting import act
from runtui.cli.options import CommonOptions
from runtui.model.capability import Capability


def run(options: CommonOptions, *, written: Sequence[str], is_sure: bool) -> int:
    """Delete runs with what belongs to them."""
    effect = "Delete {runs} with all that belongs to it at the service? It cannot be brought back."
    return act(options, Capability.DELETE, written, effect, asks=not is_sure)
