"""Runs kept small are the runs they were made of."""

import gc
import pickle
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.kept_run import KeptRun, keep_in_block
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.model.variable_path import value_getter, variable_getter
from tests.support.sample_runs import NOW, sweep_runs

_MOMENTS = st.none() | st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(0), "UTC too")])
)
_VALUES = (
    st.none()
    | st.floats(allow_nan=False)
    | st.integers(-(2**63), 2**64 - 1)
    | st.booleans()
    | st.sampled_from(["fine", "coarse", ""])
)
_TEXTS = st.sampled_from(["", "1", "1.0", "shown"])
_VARIABLES = st.builds(Variable, name=st.just("Cd"), role=st.just(Role.RESULT), value=_VALUES, text=_TEXTS) | st.builds(
    Variable,
    name=st.just("Cd"),
    role=st.just(Role.RESULT),
    value=st.floats(allow_nan=False),
    text=st.none().map(str),
    type=st.sampled_from(["", "float"]),
    default=st.sampled_from([None, "0"]),
    file_id=st.sampled_from([None, "f1"]),
)
_RUNS = st.builds(
    Run,
    profile=st.just("hpc"),
    service=st.just("rescale"),
    id=st.text(max_size=4),
    status=st.sampled_from(list(Status)),
    created_at=_MOMENTS,
    started_at=_MOMENTS,
    ended_at=_MOMENTS,
    variables=st.tuples(_VARIABLES, _VARIABLES),
)


def kept(runs: Sequence[Run]) -> list[KeptRun]:
    """The same runs, in one block."""
    made = [KeptRun.of(run) for run in runs]
    keep_in_block(made, lambda text: text)
    return made


def kinds(run: Run) -> list[type]:
    return [variable.value.__class__ for variable in run.variables]


def find_last(variables: Sequence[Variable]) -> Variable | None:
    return variables[-1] if variables else None


@given(st.lists(_RUNS, min_size=1, max_size=20))
def test_every_field_comes_out_as_it_went_in(runs: list[Run]) -> None:
    for run, small in zip(runs, kept(runs), strict=True):
        assert msgspec.structs.asdict(small.whole()) == msgspec.structs.asdict(run)
        assert kinds(small) == kinds(run)
        assert [moment and moment.tzinfo for moment in (small.created_at, small.ended_at)] == [
            moment and moment.tzinfo for moment in (run.created_at, run.ended_at)
        ]


@given(st.lists(_RUNS, min_size=1, max_size=20))
def test_lists_are_sorted_and_filtered_by_the_same_values(runs: list[Run]) -> None:
    find, value_of = variable_getter("cd"), value_getter("Cd")
    for run, small in zip(runs, kept(runs), strict=True):
        assert small.sort_moment == run.sort_moment
        assert small.sort_stamp == run.sort_stamp
        assert small.took_seconds(NOW) == run.took_seconds(NOW)
        assert find(small) == find(run)
        assert (value_of(small), value_of(small).__class__) == (value_of(run), value_of(run).__class__)
        assert small.chosen_variable(find_last) == run.variables[-1]


def test_a_kept_run_is_equal_to_the_whole_one_from_either_side() -> None:
    whole = sweep_runs(20)
    small = kept(whole)
    for one, other in zip(whole, small, strict=True):
        assert one == other
        assert other == one
        assert not one != other  # noqa: SIM202  this operator is asked for itself
        assert not other != one  # noqa: SIM202
    assert whole[0] != small[1]
    assert small[0] != whole[1]
    assert small[0] == kept(whole[:9])[0]
    assert small[0] != "hpc:aBc0000/0"


def test_a_field_that_is_replaced_is_no_longer_that_of_the_block() -> None:
    small = next(run for run in kept(sweep_runs(20)) if run.started_at is not None)
    later = msgspec.structs.replace(
        small, started_at=None, ended_at=NOW, variables=(), status=Status.SUCCEEDED, pending="stop"
    )
    assert (later.started_at, later.ended_at, later.variables) == (None, NOW, ())
    assert later.created_at == small.created_at
    assert later.took_seconds(NOW) is None
    assert later.sort_moment == small.created_at
    assert later.sort_stamp == small.sort_stamp
    assert later.chosen_variable(find_last) is None
    assert later.chosen_value(find_last) is None
    again = msgspec.structs.replace(small, ended_at=NOW, status=Status.SUCCEEDED)
    assert again.started_at is not None
    assert again.took_seconds(NOW) == (NOW - again.started_at).total_seconds()


def test_an_answer_is_filled_from_a_kept_run() -> None:
    (whole, *_), (small, *_) = sweep_runs(20), kept(sweep_runs(20))
    listed = msgspec.structs.replace(whole, variables=(), message="")
    assert listed.filled_from(small) == whole.filled_from(whole)


def test_a_secret_is_never_what_runs_are_found_by() -> None:
    secret = Variable(name="key", role=Role.INPUT, value=5.0, text="***", secret=True)
    runs = [Run(profile="p", service="s", id=str(number), variables=(secret,)) for number in range(9)]
    runs += [
        Run(
            profile="p", service="s", id="x", variables=(msgspec.structs.replace(secret, value=float(number)),)
        )
        for number in range(20)
    ]  # fmt: skip
    value_of = value_getter("key")
    assert {value_of(run) for run in (*runs, *kept(runs))} == {None}


def test_a_name_chooses_anew_in_each_block() -> None:
    def runs(*names: str) -> list[Run]:
        variables = [Variable(name=name, role=Role.RESULT, value=f"value of {name}") for name in names]
        return [Run(profile="p", service="s", id=str(number), variables=tuple(variables)) for number in range(3)]

    value_of, other_of = value_getter("b"), value_getter("a")
    mixed = [run for pair in zip(kept(runs("a", "b")), kept(runs("b")), kept(runs("c")), strict=True) for run in pair]
    assert [value_of(run) for run in mixed] == ["value of b", "value of b", None] * 3
    assert [other_of(run) for run in mixed] == ["value of a", None, None] * 3


def test_a_kept_run_is_pickled_and_shown_as_any() -> None:
    (whole, *_), (small, *_) = sweep_runs(20), kept(sweep_runs(20))
    assert pickle.loads(pickle.dumps(small)) == whole
    assert repr(small) == repr(whole)


def test_no_run_can_be_changed() -> None:
    small = kept(sweep_runs(9))[0]
    for field in ("variables", "created_at", "row"):
        with pytest.raises(AttributeError):
            setattr(small, field, None)


def test_no_search_for_garbage_looks_at_kept_runs() -> None:
    assert not gc.is_tracked(kept(sweep_runs(9))[0])


def test_what_differs_from_run_to_run_is_made_when_asked_for_and_what_is_equal_is_held_once() -> None:
    small = kept(sweep_runs(256))
    assert small[0].variables[2] is not small[0].variables[2]
    assert small[0].variables[1] is small[0].variables[1]


def test_moments_in_a_block_are_exact_to_the_microsecond_in_every_year() -> None:
    moments = [datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) for year in (1, 1969, 2026, 9999)]
    runs = [Run(profile="p", service="s", id="1", created_at=moment) for moment in moments]
    assert [run.created_at for run in kept(runs)] == moments
