"""Finding runs with CARROT's own filters (`GET /pipelines|templates|tests/{id}/runs`)."""

from collections.abc import Mapping

from runtui.backends.carrot.api import NEWEST_FIRST, CarrotApi
from runtui.backends.carrot.lookups import Lookups
from runtui.backends.carrot.run_listing import RunListing
from runtui.backends.carrot.service_filters import PLACES, run_params
from runtui.backends.carrot.wire import RunWire
from runtui.backends.protocol import RunBatch
from runtui.model.clock import Clock
from runtui.model.errors import InputError, InputProblem
from runtui.transport.decoding import Item

Place = tuple[str, str]


class RunFinding:
    """Asks CARROT, and reads what it finds page by page."""

    def __init__(self, api: CarrotApi, listing: RunListing, lookups: Lookups, clock: Clock, page_size: int) -> None:
        self._api = api
        self._listing = listing
        self._lookups = lookups
        self._clock = clock
        self._page_size = page_size

    async def found(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs that fit, each once. Raises InputError."""
        params = self._params(filters)
        place = await self._place(filters)
        places = [place] if place else [("pipelines", one) for one in self._lookups.pipelines]
        rows: dict[str, Item[RunWire]] = {}
        problems: list[str] = []
        for folder, parent_id in places:
            await self._read(folder, parent_id, params, rows, problems)
        return RunBatch(scope="", runs=await self._listing.mapped(list(rows.values())), problems=problems)

    async def query(self, filters: Mapping[str, str]) -> tuple[Place, dict[str, str | int]]:
        """Where to look and what for, in CARROT's form. Raises InputError, also when no place is named."""
        params = self._params(filters)
        place = await self._place(filters)
        if place is None:
            raise InputError.of([InputProblem("pipeline", "a pipeline, a template or a test must be named")])
        return place, params

    async def _read(
        self, folder: str, parent_id: str, params: dict[str, str | int], rows: dict[str, Item[RunWire]], said: list[str]
    ) -> None:
        offset, left = int(params.get("offset", 0)), params.get("limit")
        while left is None or int(left) > 0:
            size = self._page_size if left is None else min(self._page_size, int(left))
            page = await self._api.runs(folder, parent_id, {**params, "limit": size, "offset": offset})
            rows.update({item.value.run_id: item for item in page.items})
            said += page.problems
            count = len(page.items) + len(page.problems)
            if count < size:
                return
            offset += count
            left = None if left is None else int(left) - count

    def _params(self, filters: Mapping[str, str]) -> dict[str, str | int]:
        """The filters as CARROT takes them. An empty value is none."""
        params = run_params(filters, self._clock.now())
        return {"sort": NEWEST_FIRST} | {name: value for name, value in params.items() if name not in PLACES}

    async def _place(self, filters: Mapping[str, str]) -> Place | None:
        named = [(name, filters[name].strip()) for name in PLACES if filters.get(name, "").strip()]
        await self._lookups.ensure()
        if not named:
            return None
        name, written = named[-1]
        ids = self._lookups.ids_named(PLACES[name], written)
        if len(ids) != 1:
            said = f"several are called {written!r}: write the id" if ids else f"CARROT has none called {written!r}"
            raise InputError.of([InputProblem(name, said)])
        return PLACES[name], ids[0]
