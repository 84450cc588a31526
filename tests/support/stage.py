"""Simulators on loopback, one after another on the same few sockets: starting a server costs more than most tests."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from runtui.backends.registry import simulator_module
from runtui.simulation.faults import Application, FaultLine, Receive, Scope, Send, break_connection
from runtui.simulation.server import SimulatorServer
from runtui.simulation.simulator import Simulator
from runtui.simulation.world import World
from tests.support import local_stage

START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
"""When every staged world begins, so that each test sees the same story at any time of the day."""


class Slot:
    """An application that another one can be put into. What is asked of an empty slot is not answered."""

    def __init__(self) -> None:
        self.application: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if self.application is None:
            break_connection(scope)
            return
        await self.application(scope, receive, send)


class ServedSimulator:
    """One service's simulator in a world that moves only when it is moved, with the addresses it is asked at."""

    def __init__(self, simulator: Simulator, url: str, extra_urls: Mapping[str, str], slots: tuple[Slot, ...]) -> None:
        self.simulator = simulator
        self.world = simulator.world
        self.url = url
        self.extra_urls = extra_urls
        self._slots = slots

    @property
    def fault_lines(self) -> tuple[FaultLine, ...]:
        """What makes it misbehave, on its main address first."""
        return (self.simulator.application, *self.simulator.extra_applications.values())

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it is asked, in the order of its fault lines."""
        return (self.url, *(self.extra_urls[name] for name in self.simulator.extra_applications))

    @property
    def options(self) -> dict[str, object]:
        """The table of a profile that connects to it."""
        return dict(self.simulator.profile_options(self.url, self.extra_urls))

    @property
    def requests(self) -> list[str]:
        """`METHOD path?query` of all that it was asked since it last behaved again."""
        return [request for line in self.fault_lines for request in line.requests]

    def behave(self) -> None:
        """Behave again and forget what was asked."""
        for line in self.fault_lines:
            line.clear()
        self.stand_before()

    def stand_before(self, *reshapings: Application) -> None:
        """Answer with these applications in place of its own, one for each address; with none, with its own again."""
        for slot, application in zip(self._slots, reshapings or self.fault_lines, strict=True):
            slot.application = application


class Stage:
    """The sockets simulators are served on."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._free: list[tuple[Slot, str]] = []

    def close(self) -> None:
        """Serve no more."""
        self._stack.close()

    @contextmanager
    def serving(self, service: str, *, seed: int = 1, runs: int | None = None) -> Iterator[ServedSimulator]:
        """A new simulator of the service, in a world of its own that stands still, until the block is left.

        This machine has none: there real runs are what is looked at.
        """
        if service == local_stage.SERVICE:
            with local_stage.local_simulator(runs) as here:
                yield ServedSimulator(here, "", {}, (Slot(),))
            return
        world = World(seed=seed, speed=0, start=START)
        simulator: Simulator = simulator_module(service).create_simulator(world, runs=runs)
        taken = [self._take() for _ in range(1 + len(simulator.extra_applications))]
        slots = tuple(slot for slot, _ in taken)
        (_, url), *extra = taken
        extra_urls = {name: where for name, (_, where) in zip(simulator.extra_applications, extra, strict=True)}
        served = ServedSimulator(simulator, url, extra_urls, slots)
        served.behave()
        try:
            yield served
        finally:
            for slot in slots:
                slot.application = None
            self._free.extend(taken)
            simulator.close()

    @contextmanager
    def serving_application(self, application: Application) -> Iterator[str]:
        """Any application on loopback, until the block is left."""
        slot, url = self._take()
        slot.application = application
        try:
            yield url
        finally:
            slot.application = None
            self._free.append((slot, url))

    def _take(self) -> tuple[Slot, str]:
        if self._free:
            return self._free.pop()
        slot = Slot()
        return slot, self._stack.enter_context(SimulatorServer(slot)).url
