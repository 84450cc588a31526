"""Runs as tables for spreadsheets."""

import csv
import io
import zipfile

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.scene import Scene, unknown_like

pytestmark = pytest.mark.needs(Capability.TABLES)


async def tables_of(scene: Scene, runs: list[Run]) -> dict[str, list[dict[str, str]]]:
    """The rows of each table, by its name."""
    packed = await scene.connection.exporting.run_tables(runs)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


async def some_runs(scene: Scene) -> list[Run]:
    return (await scene.listed()).some(Status.SUCCEEDED, Status.FAILED, Status.RUNNING)[:6]


async def test_every_run_has_one_row_in_each_table_in_the_order_asked_for(still: Scene) -> None:
    runs = await some_runs(still)
    tables = await tables_of(still, runs)
    assert tables
    for name, rows in tables.items():
        assert [next(iter(row.values())) for row in rows] == [run.id for run in runs], name


async def test_several_runs_have_the_cells_each_has_alone_and_no_others(still: Scene) -> None:
    runs = (await some_runs(still))[:3]
    together = await tables_of(still, runs)
    for index, run in enumerate(runs):
        for name, (alone,) in (await tables_of(still, [run])).items():
            assert {key: value for key, value in together[name][index].items() if value} == {
                key: value for key, value in alone.items() if value
            }


async def test_a_run_there_is_not_has_no_tables(still: Scene) -> None:
    runs = await some_runs(still)
    with pytest.raises(NotFoundError):
        await still.connection.exporting.run_tables([runs[0], unknown_like(runs[0])])
