"""The parts of the simulated service, together."""

from datetime import timedelta

from runtui.backends.deltatwin.simulator_drive import Drive
from runtui.backends.deltatwin.simulator_json import Writer
from runtui.backends.deltatwin.simulator_logs import SimulatedLogs
from runtui.backends.deltatwin.simulator_outputs import SimulatedOutputs
from runtui.backends.deltatwin.simulator_runs import SimulatedRuns
from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.backends.deltatwin.simulator_tokens import Tokens
from runtui.simulation.world import World

PASSWORDS = {"alice": "wonderland", "bob": "builder"}
"""Who can log in, and with what."""


class SimulatedService:
    """What the routes answer from."""

    def __init__(self, world: World, switches: Switches, runs: int | None) -> None:
        self.world = world
        self.switches = switches
        self.tokens = Tokens(world, switches, PASSWORDS)
        self.runs = SimulatedRuns(world, switches, runs)
        self.logs = SimulatedLogs(world)
        self.outputs = SimulatedOutputs(world)
        self.writer = Writer(switches, self.outputs)
        self.drive = Drive(world, switches, self.runs, self.outputs)

    def published(self, version: str) -> str:
        """When a version of a component was published: dates of components do carry a fraction."""
        days = 400 - 40 * sum(int(part) for part in version.split("."))
        return (self.world.start - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
