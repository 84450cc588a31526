"""A simulated service on its sockets: what the simulate and demo commands share."""

import importlib.util
from types import ModuleType, TracebackType
from typing import Self, cast

from runtui.backends.registry import service_names, simulator_module
from runtui.model.errors import ConfigError, StorageError
from runtui.simulation.simulator import Simulator
from runtui.simulation.world import World


def simulated_services() -> tuple[str, ...]:
    """The services that can be simulated."""
    return tuple(name for name in service_names() if _has_simulator(name))


def demo_profile_name(service: str) -> str:
    """What a demo calls its connection to the service: a simulator's module may name it, as `DEMO_PROFILE`."""
    return str(getattr(simulator_module(service), "DEMO_PROFILE", service))


def create(service: str, world: World, *, runs: int | None = None) -> Simulator:
    """A simulator of the service. Raises ConfigError when there is none or when the packages it needs are missing."""
    if service not in simulated_services():
        raise ConfigError(
            f"there is no simulated service {service!r}",
            hint=f"Simulated services are: {', '.join(simulated_services())}.",
        )
    module = _simulator_module(service)
    return cast(Simulator, module.create_simulator(world, runs=runs))


class ServedSimulator:
    """A simulator whose addresses are known at once; requests wait in their sockets until it is entered.

    `port` is that of its main address, 0 for any free one. Raises ConfigError when it is taken.
    """

    def __init__(self, simulator: Simulator, *, port: int = 0) -> None:
        from runtui.simulation.server import SimulatorServer, listening_socket

        self.simulator = simulator
        try:
            first = SimulatorServer(simulator.application, listening_socket(port))
        except StorageError as error:
            raise ConfigError(error.message, hint=error.hint) from error
        further = {name: SimulatorServer(application) for name, application in simulator.extra_applications.items()}
        self.url = first.url
        self.extra_urls = {name: server.url for name, server in further.items()}
        self._servers = (first, *further.values())

    @property
    def announcement(self) -> dict[str, object]:
        """What a client has to know: the service, its address, and what it logs in with.

        Further addresses stand both beside the address and among the credentials.
        """
        credentials = {**self.simulator.credentials, **self.extra_urls}
        return {"service": self.simulator.service, "url": self.url, "credentials": credentials, **self.extra_urls}

    @property
    def profile_options(self) -> dict[str, object]:
        """The table of a profile that connects to it."""
        return self.simulator.profile_options(self.url, self.extra_urls)

    def start(self) -> None:
        """Serve until the program ends."""
        for server in self._servers:
            server.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.stop()
        self.simulator.close()


def _has_simulator(service: str) -> bool:
    return importlib.util.find_spec(f"runtui.backends.{service}.simulator") is not None


def check_demo_packages() -> None:
    """Raise ConfigError unless the packages that serve simulators are installed. Imports none of them."""
    if any(importlib.util.find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise ConfigError("simulated services need two more packages", hint="pip install 'runtui[demo]'")


def _simulator_module(service: str) -> ModuleType:
    check_demo_packages()
    return simulator_module(service)
