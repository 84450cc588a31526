"""A folder with runs of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.local_runs import LocalRuns, end_all_runs


@pytest.fixture
def here(tmp_path: Path) -> Iterator[LocalRuns]:
    """Nothing was run here yet. What is started and still runs ends with the test."""
    made = LocalRuns(tmp_path)
    yield made
    end_all_runs(made.folders.root)
