"""CARROT for the tests of this folder."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.carrot_service import CarrotService, Connected


@pytest.fixture(scope="module")
def sockets() -> Iterator[CarrotService]:
    """The sockets of a module."""
    with CarrotService() as service:
        yield service


@pytest.fixture
def service(sockets: CarrotService) -> CarrotService:
    """The service with a new world on it."""
    sockets.begin()
    return sockets


@pytest.fixture
async def lab(service: CarrotService) -> AsyncIterator[Connected]:
    """A backend on it."""
    async with service.connected() as connected:
        yield connected
