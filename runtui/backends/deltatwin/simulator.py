"""DeltaTwin on loopback, API v2.0, as its own command-line client expects it."""

from collections.abc import Mapping
from typing import Final

from runtui.backends.deltatwin.simulator_routes import create_application, create_storage
from runtui.backends.deltatwin.simulator_runs import SimulatedRuns
from runtui.backends.deltatwin.simulator_service import PASSWORDS, SimulatedService
from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.backends.deltatwin.simulator_tokens import Tokens
from runtui.simulation.faults import FaultLine
from runtui.simulation.world import World

DEMO_PROFILE: Final = "destine"
"""What the demo calls its profile of this service."""

_USER = "alice"


class DeltaTwinSimulator:
    """The service, its switches, and what tests look into."""

    service = "deltatwin"

    def __init__(self, world: World, switches: Switches, runs: int | None) -> None:
        self.world = world
        self.switches = switches
        self._parts = SimulatedService(world, switches, runs)
        self.application = FaultLine(create_application(self._parts))
        self.storage = FaultLine(create_storage(self._parts))
        """A second origin; downloads are sent on to where it is served once `switches.download_redirect` says so."""

    @property
    def runs(self) -> SimulatedRuns:
        """The runs, to be looked up, started and deleted behind the service's back."""
        return self._parts.runs

    @property
    def tokens(self) -> Tokens:
        """The tokens, to be revoked."""
        return self._parts.tokens

    @property
    def extra_applications(self) -> Mapping[str, FaultLine]:
        """None: clients know one address."""
        return {}

    @property
    def credentials(self) -> Mapping[str, str]:
        """A user name and a password."""
        return {"username": _USER, "password": PASSWORDS[_USER]}

    def profile_options(self, url: str, extra_urls: Mapping[str, str]) -> dict[str, object]:
        """The table of a profile that connects to it there."""
        return {"url": url, **self.credentials}

    def content(self, run_id: str, output: str) -> bytes:
        """The bytes of an output of a run that exists, as they are served. Raises LookupError."""
        plan = self.runs.get(run_id)
        if plan is None or output not in plan.twin.file_names:
            raise LookupError(f"{run_id} has no output {output}")
        return self._parts.outputs.content(plan, output)

    def log_text(self, run_id: str, node_id: str, stream: str) -> bytes:
        """What a node has written by now, as it is served. Raises LookupError."""
        plan = self.runs.get(run_id)
        step = plan.step(node_id) if plan else None
        if plan is None or step is None:
            raise LookupError(f"{run_id} has no node {node_id}")
        return self._parts.logs.text(plan, step, stream, self.world.now())

    def close(self) -> None:
        """Nothing is written to disk."""


def create_simulator(world: World, *, runs: int | None = None, **switches: object) -> DeltaTwinSimulator:
    """A simulator in this world. `runs` is how many there are at its start (more keep coming unless `new_runs` is
    turned off); `switches` are the fields of `Switches`. Raises TypeError for a switch there is not."""
    unknown = switches.keys() - set(Switches.__struct_fields__)
    if unknown:
        raise TypeError(f"no such switch: {', '.join(sorted(unknown))}")
    turned = Switches()
    for name, value in switches.items():
        setattr(turned, name, value)
    return DeltaTwinSimulator(world, turned, runs)
