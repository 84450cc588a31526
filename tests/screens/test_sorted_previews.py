"""Tables that are looked into, and sorted: all of a small one, the first rows of a large one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.config.profile import Origin, Profile
from runtui.tui.file_look import LARGEST_DOCUMENT
from runtui.tui.widgets.preview_table import PreviewTable
from tests.support.dashboard import LONG, Dashboard, dashboard
from tests.support.local_runs import LocalRuns, end_all_runs
from tests.support.ways import to_preview

ROWS = "import sys; print('a,b', *('%d,%d' % (n, n * 7919 % 10007) for n in range(int(sys.argv[1]))), sep=chr(10))"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[LocalRuns]:
    """Runs of this machine."""
    made = LocalRuns(tmp_path)
    yield made
    end_all_runs(made.folders.root)


async def profile_with_table(here: LocalRuns, rows: int) -> Profile:
    """A profile with one run that is over and left a table."""
    run = await here.start("sh", "-c", f'{sys.executable} -I -S -c "{ROWS}" {rows} > table.csv')
    assert here.ended(run).status == "succeeded"
    options = {"folder": str(here.folders.root), "refresh": LONG}
    return Profile(name="local", service="local", options=options, origin=Origin(place="a test"))


async def to_table(dash: Dashboard) -> PreviewTable[int, tuple[str, ...]]:
    (run,) = dash.app.index.runs.values()
    await to_preview(dash, run, "table.csv")
    await dash.shows("table of 2 columns")
    return dash.screen.query_one(PreviewTable)


async def test_all_rows_of_a_small_table_are_fetched_to_be_sorted(here: LocalRuns) -> None:
    profile = await profile_with_table(here, 20_000)
    async with dashboard({}, profiles=[profile], size=(100, 20)) as dash:
        table = await to_table(dash)
        await dash.shows("first 33 KB")
        assert len(table.keys) < 20_000
        await dash.press("greater_than_sign", "greater_than_sign", "S")
        await dash.until(lambda: len(table.keys) == 20_000, "all rows")
        await dash.shows("10006")
        assert "first" not in dash.frame
        top = max(range(20_000), key=lambda row: row * 7919 % 10007)
        assert table.keys[0] == top


async def test_of_a_large_table_it_says_that_the_first_rows_alone_are_sorted(here: LocalRuns) -> None:
    profile = await profile_with_table(here, 450_000)
    async with dashboard({}, profiles=[profile], size=(100, 20)) as dash:
        table = await to_table(dash)
        (run,) = dash.app.index.runs.values()
        assert here.path(run, "work", "table.csv").stat().st_size > LARGEST_DOCUMENT
        before = len(table.keys)
        await dash.press("s")
        await dash.shows("only the first 33 KB sorted")
        assert len(table.keys) == before
