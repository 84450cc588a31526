"""CARROT's run groups: the runs of one pull request, or those one query found."""

from collections.abc import Mapping
from typing import Any

import msgspec

from runtui.backends.carrot.api import CarrotApi, newest_page
from runtui.backends.carrot.variables import safe_text
from runtui.backends.carrot.wire import GroupWire, RunWire
from runtui.model.moment import parse_moment
from runtui.model.run_group import RunGroup
from runtui.transport.decoding import Item, Items

_COMMIT_LENGTH = 10
_OWN = frozenset({"run_group_id", "created_at"})


def group_of(wire: GroupWire, profile: str, service: str) -> RunGroup:
    """A group. Its `metadata` is an object with one key that says of which sort it is, or null."""
    sort, facts = next(iter((wire.metadata or {}).items()), ("", {}))
    known = {name: value for name, value in facts.items() if name not in _OWN} if isinstance(facts, Mapping) else {}
    return RunGroup(
        profile=profile,
        service=service,
        id=wire.run_group_id,
        created_at=parse_moment(wire.created_at),
        about=_about(sort, known),
        extra={name: _text(value) for name, value in known.items() if value is not None},
    )


async def rows_of_group(api: CarrotApi, group_id: str, page_size: int) -> Items[RunWire]:
    """The runs of a group, pipeline by pipeline, the newest first in each: CARROT has no list of all of them.

    Raises NotFoundError for a group CARROT does not know.
    """
    await api.group(group_id)
    pipelines = await api.pipelines()
    rows: Items[RunWire] = Items([], list(pipelines.problems))
    for pipeline in pipelines.items:
        more = await _rows_of_pipeline(api, pipeline.value.pipeline_id, group_id, page_size)
        rows.items.extend(more.items)
        rows.problems.extend(more.problems)
    return rows


async def _rows_of_pipeline(api: CarrotApi, pipeline: str, group_id: str, page_size: int) -> Items[RunWire]:
    found: dict[str, Item[RunWire]] = {}
    problems: list[str] = []
    offset = 0
    while True:
        page = await api.runs("pipelines", pipeline, newest_page(page_size, offset, run_group_id=group_id))
        found.update({item.value.run_id: item for item in page.items})
        problems.extend(page.problems)
        count = len(page.items) + len(page.problems)
        offset += count
        if count < page_size:
            return Items(list(found.values()), problems)


def _about(sort: str, facts: Mapping[str, Any]) -> str:
    if sort == "Github":
        base, head = (_text(facts.get(name))[:_COMMIT_LENGTH] for name in ("base_commit", "head_commit"))
        place = f"{_text(facts.get('owner'))}/{_text(facts.get('repo'))}#{_text(facts.get('issue_number'))}"
        return f"{place} of {_text(facts.get('author'))}, {base} to {head}"
    if sort == "Query":
        query = facts.get("query")
        asked = query.items() if isinstance(query, Mapping) else ()
        return "query " + (
            ", ".join(f"{name} {_text(value)}" for name, value in asked if value is not None) or "of all"
        )
    return _text(sort)


def _text(value: object) -> str:
    if value is None:
        return ""
    return safe_text(value if isinstance(value, str) else msgspec.json.encode(value).decode())
