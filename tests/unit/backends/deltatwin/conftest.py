"""DeltaTwin for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.support.deltatwin_service import DeltaTwinServer


@pytest.fixture(scope="module")
def served() -> Iterator[DeltaTwinServer]:
    """One server a module."""
    with DeltaTwinServer() as server:
        yield server


@pytest.fixture
def server(served: DeltaTwinServer) -> DeltaTwinServer:
    """The server with a new simulator on it."""
    served.begin()
    return served
