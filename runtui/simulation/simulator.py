"""What every service's simulator looks like to the commands and tests that use it."""

from collections.abc import Mapping
from typing import Protocol

from runtui.simulation.faults import FaultLine
from runtui.simulation.world import World


class Simulator(Protocol):
    """One service on loopback.

    A backend's `simulator` module has
    `create_simulator(world: World, *, runs: int | None = None) -> Simulator`, where `runs` asks for about that many
    runs in all in place of the usual scripted few.
    """

    service: str
    world: World
    application: FaultLine
    """What answers on the main address."""

    @property
    def extra_applications(self) -> Mapping[str, FaultLine]:
        """Further addresses it serves, by the name their url has in the announcement (`cromwell_url`)."""
        ...

    @property
    def credentials(self) -> Mapping[str, str]:
        """What a client logs in with, as `runtui simulate` announces it."""
        ...

    def profile_options(self, url: str, extra_urls: Mapping[str, str]) -> dict[str, object]:
        """The table of a profile that connects to it there, secrets as plain strings."""
        ...

    def close(self) -> None:
        """Remove what it wrote to disk, if anything."""
        ...
