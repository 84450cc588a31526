"""`runtui snapshot`."""

from collections.abc import Sequence

from runtui.cli.acting import act
from runtui.cli.options import CommonOptions
from runtui.model.capability import Capability


def run(options: CommonOptions, *, written: Sequence[str], is_sure: bool) -> int:
    """Have the work folders of live runs packed. It destroys nothing, so nobody is asked."""
    return act(options, Capability.SNAPSHOT, written, "", asks=False)
