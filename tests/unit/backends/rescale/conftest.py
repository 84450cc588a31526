"""Rescale for the tests of this folder."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from runtui.backends.rescale.backend import RescaleBackend
from tests.support.rescale_service import RescaleServer


@pytest.fixture(scope="module")
def served() -> Iterator[RescaleServer]:
    """One server a module."""
    with RescaleServer() as server:
        yield server


@pytest.fixture
def server(served: RescaleServer) -> RescaleServer:
    """The server with a new simulator on it."""
    served.begin()
    return served


@pytest.fixture(autouse=True)
async def _closing(served: RescaleServer) -> AsyncIterator[None]:
    yield
    await served.close_backends()


@pytest.fixture
def backend(server: RescaleServer) -> RescaleBackend:
    """A backend on it that reads no logs while it lists. Every backend is closed after its test."""
    return server.backend(log_checks=0)


@pytest.fixture
def client(server: RescaleServer) -> Iterator[httpx.Client]:
    """A raw client of version 2, closed after the test."""
    with server.client() as opened:
        yield opened
