"""How much of an allowance is used."""

import pytest

from runtui.model.capability import Capability
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.USAGE)


async def test_every_allowance_is_named_once_and_not_negative(still: Scene) -> None:
    lines = await still.connection.with_usage.usage()
    assert lines
    assert len({line.name for line in lines}) == len(lines)
    assert all(line.used >= 0 and (line.limit is None or line.limit >= 0) for line in lines)
