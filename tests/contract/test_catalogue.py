"""What a service keeps beside jobs and runs."""

import pytest

from runtui.model.capability import Capability
from runtui.model.errors import NotFoundError
from tests.support.scene import Scene

pytestmark = pytest.mark.needs(Capability.CATALOGUE)


async def test_every_table_has_a_name_of_its_own_says_what_it_holds_and_gives_entries(still: Scene) -> None:
    kept = still.connection.with_catalogue
    tables = kept.catalogue_tables()
    assert len({table.name for table in tables}) == len(tables) > 0
    for table in tables:
        assert table.help
        entries = await kept.catalogue(table.name)
        assert entries
        assert len({entry.id for entry in entries}) == len(entries)
        assert all(all(entry.facts.values()) for entry in entries)


async def test_what_belongs_to_an_entry_is_found_by_its_id_and_is_among_all_there_is(still: Scene) -> None:
    kept = still.connection.with_catalogue
    tables = {table.name: table for table in kept.catalogue_tables()}
    for table in tables.values():
        if not table.below:
            continue
        every = {entry.id for entry in await kept.catalogue(table.below)}
        held = [
            {entry.id for entry in await kept.catalogue(table.below, one.id)}
            for one in await kept.catalogue(table.name)
        ]
        assert all(held)
        assert set().union(*held) == every


async def test_a_table_and_a_thing_there_is_not_are_not_found(still: Scene) -> None:
    kept = still.connection.with_catalogue
    with pytest.raises(NotFoundError, match="no-such-table"):
        await kept.catalogue("no-such-table")
    for table in kept.catalogue_tables():
        if table.of:
            with pytest.raises(NotFoundError, match=f"no {table.of} called 'nobody'"):
                await kept.catalogue(table.name, "nobody")
