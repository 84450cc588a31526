"""Answers whose JSON is not quite what the documents say: unknown fields, wrong types, items twice or not at all."""

from collections.abc import Callable

import pytest

from runtui.model.status import Status
from tests.support.asking import JSON_PARAMETERS, Asking, Subject, outcome_of
from tests.support.reshaping import Change, Reshaping, in_every_object, in_every_text
from tests.support.scene import Scene

pytestmark = pytest.mark.over_http

WRONG: list[object] = [None, 7, -1, 1.5, "text", "", True, [], {}, [None], {"a": {}}, "1e999", "\ufffd\x1b[31m"]
HOSTILE = "\x1b]0;gone\x07\u202e../../\x00"


def reshape(scene: Scene, change: Change) -> None:
    """Let every address of the service answer with changed JSON."""
    scene.served.stand_before(*(Reshaping(line, change) for line in scene.served.fault_lines))


async def keys_seen(scene: Scene, asking: Asking, subject: Subject) -> list[str]:
    """The names of all fields in the answers to a question."""
    seen: dict[str, None] = {}

    def note(value: dict[str, object]) -> dict[str, object]:
        seen.update(dict.fromkeys(value))
        return value

    reshape(scene, in_every_object(note))
    await asking.ask(scene, subject)
    return list(seen)


async def test_fields_nobody_knows_are_kept_and_secrets_among_them_masked(small: Scene, subject: Subject) -> None:
    news = {"zz_new": "kept-1", "zz_api_token": "planted-1", "zz_deep": {"password": "planted-1", "n": 1}}
    reshape(small, in_every_object(lambda value: {**value, **news}))
    run = await small.backend.fetch_run(subject.done.id)
    assert run.status is subject.done.status
    assert run.extra.get("zz_new") == "kept-1"
    listed = await small.listed()
    assert listed.problems == []
    assert "planted-1" not in repr(run) + repr(listed)


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_fields_nobody_knows_disturb_nothing(small: Scene, subject: Subject, asking: Asking) -> None:
    reshape(small, in_every_object(lambda value: {**value, "zz_new": [1, {"x": None}]}))
    await asking.ask(small, subject)


def replacing(key: str, value: object) -> Callable[[dict[str, object]], dict[str, object]]:
    """A change of the field of that name."""
    return lambda old: old | {key: value} if key in old else old


def without(key: str) -> Callable[[dict[str, object]], dict[str, object]]:
    """A change that takes the field of that name away."""
    return lambda old: {name: value for name, value in old.items() if name != key}


async def some_of(scene: Scene, asking: Asking, subject: Subject, most_requests: int = 100) -> int:
    """How many times a question can be asked without taking long."""
    cost, _ = await scene.cost(asking.ask(scene, subject))
    return max(12, most_requests // max(1, cost))


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_no_field_of_another_type_makes_anything_crash(small: Scene, subject: Subject, asking: Asking) -> None:
    keys = await keys_seen(small, asking, subject)
    times = await some_of(small, asking, subject)
    # every field, with values that change from one to the next; all values for each where there are few fields
    pairs = [(key, WRONG[(index + turn) % len(WRONG)]) for turn in range(len(WRONG)) for index, key in enumerate(keys)]
    for key, value in pairs[: max(times, len(keys))]:
        reshape(small, in_every_object(replacing(key, value)))
        await outcome_of(small, asking, subject)


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_no_missing_field_makes_anything_crash(small: Scene, subject: Subject, asking: Asking) -> None:
    for key in await keys_seen(small, asking, subject):
        reshape(small, in_every_object(without(key)))
        await outcome_of(small, asking, subject)


@pytest.mark.parametrize("asking", JSON_PARAMETERS)
async def test_hostile_texts_make_nothing_crash(small: Scene, subject: Subject, asking: Asking) -> None:
    reshape(small, in_every_text(lambda text: text + HOSTILE))
    await outcome_of(small, asking, subject)
    reshape(small, in_every_text(lambda text: HOSTILE))
    await outcome_of(small, asking, subject)


async def test_a_status_nobody_knows_is_shown_as_it_came(small: Scene) -> None:
    known = {run.status_text for run in (await small.listed()).runs.values() if run.status is Status.RUNNING}
    reshape(small, in_every_text(lambda text: "frobnicating" if text in known else text))
    strange = [run for run in (await small.listed()).runs.values() if run.status_text == "frobnicating"]
    assert strange
    assert all(run.status is Status.UNKNOWN or run.reason for run in strange)


def with_the_first_item_twice(value: object) -> object:
    """Every list of objects gives its first one twice, as a service does that joins its tables carelessly."""
    if isinstance(value, dict):
        return {key: with_the_first_item_twice(inner) for key, inner in value.items()}
    if isinstance(value, list):
        inner = [with_the_first_item_twice(item) for item in value]
        return [*inner[:1], *inner] if inner and isinstance(inner[0], dict) else inner
    return value


async def test_items_that_come_twice_are_given_once(small: Scene) -> None:
    whole = await small.listed()
    reshape(small, with_the_first_item_twice)
    listed = await small.listed()
    assert listed.runs.keys() == whole.runs.keys()
    for batch in listed.batches:
        assert len({run.id for run in batch.runs}) == len(batch.runs)


BAD_ITEMS: list[object] = [7, None, {"zz": 1}, [], "text"]


def with_a_bad_run(ids: frozenset[str]) -> Change:
    """The objects that are these runs are none any more."""

    def changed(value: object) -> object:
        if isinstance(value, dict):
            return {key: changed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [BAD_ITEMS[index % 5] if is_bad(item) else changed(item) for index, item in enumerate(value)]
        return value

    def is_bad(item: object) -> bool:
        return isinstance(item, dict) and any(value in ids for key, value in item.items() if key.endswith("id"))

    return changed


async def test_a_bad_item_is_reported_with_its_place_and_costs_no_other(small: Scene) -> None:
    whole = await small.listed()
    bad = {run.id for run in list(whole.runs.values())[:: max(1, len(whole.runs) // 5)]}
    reshape(small, with_a_bad_run(frozenset({*bad, *(one.rpartition("/")[2] for one in bad)})))
    listed = await small.listed()
    assert listed.problems
    assert all("$" in problem for problem in listed.problems)
    assert len(whole.runs.keys() - listed.runs.keys()) <= len(listed.problems)
    assert [batch.error for batch in listed.batches if batch.error] == []


async def test_a_run_whose_item_cannot_be_read_for_once_is_not_taken_for_gone(small: Scene) -> None:
    await small.feed(full=True)
    before = small.fed
    bad = list(before)[:: max(1, len(before) // 5)]
    reshape(small, with_a_bad_run(frozenset({*bad, *(one.rpartition("/")[2] for one in bad)})))
    listed = await small.feed(full=True)
    assert listed.problems
    assert small.fed.keys() == before.keys()
