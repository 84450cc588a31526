"""Ids as short as they are unique, among runs that come and go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.render.run_columns import short_run_ids
from runtui.render.short_ids import ShortIds

IDS = st.sets(st.text("ab1/", min_size=1, max_size=12), max_size=40)


def references(ids: set[str], profile: str = "p") -> list[RunReference]:
    return [RunReference(profile, run_id) for run_id in ids]


@given(IDS, IDS)
def test_they_are_those_made_of_all_runs_at_once(first: set[str], second: set[str]) -> None:
    short = ShortIds()
    short.add(references(first))
    short.add(references(second - first))
    short.add(references(first, "other"))
    runs = [Run(profile="p", service="s", id=run_id) for run_id in first | second]
    runs += [Run(profile="other", service="s", id=run_id) for run_id in first]
    assert dict(short) == short_run_ids(runs)


@given(IDS, IDS)
def test_when_runs_are_gone_the_others_may_be_shorter(ids: set[str], gone: set[str]) -> None:
    short = ShortIds()
    short.add(references(ids))
    dict(short)
    short.remove(references(gone))
    assert dict(short) == short_run_ids(Run(profile="p", service="s", id=run_id) for run_id in ids - gone)


def test_a_run_that_is_not_there_has_none() -> None:
    short = ShortIds()
    short.add(references({"abcdefgh"}))
    with pytest.raises(KeyError):
        short[RunReference("p", "abcdefg")]
    assert short.get(RunReference("q", "abcdefgh"), "whole") == "whole"
