"""Finding runs with the filters `GET /runs` has itself."""

from collections.abc import Mapping
from typing import Final

from runtui.backends.deltatwin.api import DeltaTwinApi
from runtui.backends.deltatwin.run_listing import SCOPE, RunListing
from runtui.backends.protocol import RunBatch
from runtui.model.run import Run
from runtui.model.run_filter import RunFilter, read_filters, whole_number

RUN_FILTERS: Final = (
    RunFilter(name="component", help="the whole name of a component"),
    RunFilter(name="status", help="one of the service's words, such as error"),
    RunFilter(name="limit", help="how many at most"),
    RunFilter(name="offset", help="without the first so many"),
)
_NUMBERS: Final = ("limit", "offset")


class RunFinding:
    """Asks the service, and reads what it finds page by page."""

    def __init__(self, api: DeltaTwinApi, listing: RunListing, page_size: int) -> None:
        self._api = api
        self._listing = listing
        self._page_size = page_size

    async def found(self, filters: Mapping[str, str]) -> RunBatch:
        """The runs that fit, each once. Raises InputError."""
        given = read_filters(filters, RUN_FILTERS, _value, service="DeltaTwin")
        limit = int(given["limit"]) if "limit" in given else None
        skip = int(given.get("offset", 0))
        runs: dict[str, Run] = {}
        problems: list[str] = []
        while limit is None or len(runs) < limit:
            top = self._page_size if limit is None else min(self._page_size, limit - len(runs))
            page = await self._api.runs(
                top=top, skip=skip, status=given.get("status", ""), deltatwin_name=given.get("component", "")
            )
            fresh = [run for run in map(self._listing.noted, page.items) if run.id not in runs]
            runs |= {run.id: run for run in fresh}
            problems += page.problems
            # a short page means nothing: the service may give fewer rows than were asked for
            if not fresh and not page.problems:
                break
            skip += len(page.items) + len(page.problems)
        return RunBatch(scope=SCOPE, runs=list(runs.values()), problems=problems)


def _value(name: str, text: str) -> str:
    """The text as it is: words of status are the service's to judge. Raises ValueError for what is no number."""
    if name in _NUMBERS:
        whole_number(text)
    return text
