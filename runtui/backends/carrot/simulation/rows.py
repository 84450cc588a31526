"""Tables of few rows: filters, order and pages for everything that is not a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.carrot.simulation.query_text import (
    QueryTextError,
    Reader,
    anything,
    naive_moment,
    read_query,
    sorted_rows,
    uuid_text,
    whole,
)
from runtui.backends.carrot.simulation.routing import error_response, json_response, text_response

Row = dict[str, Any]

REFUSED: Final = "Encountered the following error while trying to process your request: "
"""What CARROT says before the text of an error it has no words of its own for."""

PAGING: Final[dict[str, Reader]] = {"sort": anything, "limit": whole, "offset": whole}
DATES: Final[dict[str, Reader]] = {"created_before": naive_moment, "created_after": naive_moment}
FINISHED: Final[dict[str, Reader]] = {"finished_before": naive_moment, "finished_after": naive_moment}


def reader_for(field: str) -> Reader:
    """How a field's filter is read: ids are UUIDs, the rest text."""
    return uuid_text if field.endswith("_id") and field != "cromwell_job_id" else anything


class Table:
    """Answers lists of rows. `columns` are the fields that filter and sort; `hidden` filter without being shown."""

    def __init__(self, empty: tuple[str, str], fields: Mapping[str, Reader], hidden: Sequence[str] = ()) -> None:
        self._empty = empty
        self._fields = {**fields, **PAGING}
        self._hidden = frozenset(hidden)

    def answer(self, request: Request, rows: Sequence[Row]) -> Response:
        """The page of the rows a request asks for; 404 when there is none."""
        try:
            query = read_query(request.scope["query_string"].decode("latin-1"), self._fields)
        except QueryTextError as error:
            return text_response(f"Query deserialize error: {error}", 400)
        refused = negative_page(query)
        if refused is not None:
            return refused
        page = self.page(rows, query)
        if not page:
            return error_response(404, *self._empty)
        return json_response([{name: row[name] for name in row if name not in self._hidden} for row in page])

    def page(self, rows: Sequence[Row], query: Mapping[str, Any]) -> list[Row]:
        """The rows that fit, in order, cut to the page."""
        fitting = [row for row in rows if all(_fits(row, name, value) for name, value in query.items())]
        ordered = sorted_rows(fitting, query.get("sort", ""), self._value_of)
        offset, limit = query.get("offset", 0), query.get("limit")
        return ordered[offset : None if limit is None else offset + limit]

    def _value_of(self, key: str) -> Any:
        if key in PAGING or not (key in self._fields or key in ("created_at", "finished_at")):
            return None
        return lambda row: _sortable(row.get(key))


def negative_page(query: Mapping[str, Any]) -> Response | None:
    """CARROT's answer to a negative limit or offset, which PostgreSQL refuses; None for a page there can be."""
    for name in ("limit", "offset"):
        if query.get(name, 0) < 0:
            return error_response(
                500, "Server error", f'{REFUSED}DatabaseError(__Unknown, "{name.upper()} must not be negative")'
            )
    return None


def _fits(row: Row, name: str, value: Any) -> bool:
    if name in PAGING:
        return True
    base, _, bound = name.rpartition("_")
    if bound in ("before", "after") and isinstance(value, datetime):
        moment = parsed(row.get(f"{base}_at" if f"{base}_at" in row else f"{base}"))
        if moment is None:
            return False
        return moment < value if bound == "before" else moment > value
    return bool(row.get(name) == value)


def _sortable(value: Any) -> Any:
    return str(value) if isinstance(value, dict | list) else value


def parsed(text: str | None) -> datetime | None:
    """A moment as CARROT writes it, naive."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None)
