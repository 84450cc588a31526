"""A service on loopback and a transport to it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Protocol

import pytest

from runtui.model.clock import Clock
from runtui.simulation.faults import FaultLine
from runtui.simulation.server import SimulatorServer
from runtui.transport.auth import Auth
from runtui.transport.client import Explain, Timeouts, Transport
from runtui.transport.limits import RateBudget
from runtui.transport.retry import RetryPolicy
from tests.support.sample_service import SampleService

AT_ONCE = RetryPolicy(first_pause=0.0)


class OpenTransport(Protocol):
    """Opens a transport to the sample service that is closed after the test."""

    def __call__(
        self,
        *,
        url: str = ...,
        auth: Auth | None = ...,
        clock: Clock | None = ...,
        budget: RateBudget | None = ...,
        retry: RetryPolicy = ...,
        timeouts: Timeouts | None = ...,
        explain: Explain | None = ...,
        read_only: bool = ...,
    ) -> Transport: ...


@pytest.fixture(scope="package")
def _service_and_server() -> Iterator[tuple[SampleService, SimulatorServer]]:
    service = SampleService()
    with SimulatorServer(service.faults) as server:
        yield service, server


@pytest.fixture
def service(_service_and_server: tuple[SampleService, SimulatorServer]) -> SampleService:
    """The service, as good as new."""
    _service_and_server[0].reset()
    return _service_and_server[0]


@pytest.fixture
def faults(service: SampleService) -> FaultLine:
    """What makes the service misbehave, and what it was asked."""
    return service.faults


@pytest.fixture
def service_url(_service_and_server: tuple[SampleService, SimulatorServer]) -> str:
    """Where the service is asked."""
    return _service_and_server[1].url + "/api"


@pytest.fixture(scope="package")
def _elsewhere() -> Iterator[tuple[SampleService, SimulatorServer]]:
    other = SampleService()
    with SimulatorServer(other.faults) as server:
        yield other, server


@pytest.fixture
def elsewhere(_elsewhere: tuple[SampleService, SimulatorServer]) -> FaultLine:
    """Another origin: what it was asked."""
    _elsewhere[0].reset()
    return _elsewhere[0].faults


@pytest.fixture
def elsewhere_url(_elsewhere: tuple[SampleService, SimulatorServer]) -> str:
    """Where the other origin is asked."""
    return _elsewhere[1].url


@pytest.fixture
async def open_transport(service: SampleService, service_url: str) -> AsyncIterator[OpenTransport]:
    """Opens transports to the service."""
    async with AsyncExitStack() as stack:

        def opened(
            *,
            url: str = service_url,
            auth: Auth | None = None,
            clock: Clock | None = None,
            budget: RateBudget | None = None,
            retry: RetryPolicy = AT_ONCE,
            timeouts: Timeouts | None = None,
            explain: Explain | None = None,
            read_only: bool = False,
        ) -> Transport:
            transport = Transport(
                "lab",
                url,
                auth=auth,
                clock=clock,
                budget=budget,
                retry=retry,
                timeouts=timeouts,
                explain=explain,
                read_only=read_only,
            )
            stack.push_async_callback(transport.aclose)
            return transport

        yield opened


@pytest.fixture
def transport(open_transport: Callable[[], Transport]) -> Transport:
    """A transport to the service that retries at once."""
    return open_transport()
