"""Changes a busy reader has not taken yet, as one."""

from hypothesis import given
from hypothesis import strategies as st

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.services.store import Subscription

_IDS = st.sampled_from(["1", "2", "3"])


def run(run_id: str, message: str = "") -> Run:
    return Run(profile="p", service="s", id=run_id, message=message)


def delta(*changed: Run, removed: tuple[str, ...] = ()) -> Delta:
    return Delta(
        changed={each.reference: each for each in changed},
        removed=frozenset(RunReference("p", each) for each in removed),
    )


def applied(runs: dict[RunReference, Run], change: Delta) -> dict[RunReference, Run]:
    kept = {reference: each for reference, each in runs.items() if reference not in change.removed}
    return kept | change.changed


def merged(*changes: Delta) -> Delta:
    """What a reader is given who took none of them."""
    reader = Subscription(Delta(), lambda _: None)
    for change in changes:
        reader.add(change)
    return reader.take()


def test_of_two_values_the_later_counts() -> None:
    both = merged(delta(run("1", "old"), run("2")), delta(run("1", "new")))
    assert both == delta(run("1", "new"), run("2"))


def test_a_run_that_came_and_went_is_only_removed() -> None:
    assert merged(delta(run("1")), delta(removed=("1",))) == delta(removed=("1",))


def test_a_run_that_went_and_came_back_is_only_changed() -> None:
    assert merged(delta(removed=("1",)), delta(run("1"))) == delta(run("1"))


def test_the_latest_health_of_each_profile_is_kept() -> None:
    old, new = (ProfileHealth(profile="p", service="s", run_count=count) for count in (1, 2))
    other = ProfileHealth(profile="q", service="s")
    both = merged(Delta(health={"p": old, "q": other}), Delta(health={"p": new}))
    assert both.health == {"p": new, "q": other}


deltas = st.builds(
    lambda changed, removed: delta(
        *(run(run_id, message) for run_id, message in changed.items()), removed=tuple(removed - changed.keys())
    ),
    st.dictionaries(_IDS, st.sampled_from("ab"), max_size=3),
    st.sets(_IDS, max_size=3),
)


@given(st.dictionaries(_IDS, st.just("z")), st.lists(deltas, max_size=5))
def test_merged_changes_have_the_effect_of_each_in_turn(start: dict[str, str], changes: list[Delta]) -> None:
    runs = {each.reference: each for each in (run(run_id, message) for run_id, message in start.items())}
    in_turn, together = runs, merged(*changes)
    for change in changes:
        in_turn = applied(in_turn, change)
    assert applied(runs, together) == in_turn
    assert not together.removed & together.changed.keys()


def test_what_is_merged_leaves_the_changes_themselves_as_they_were() -> None:
    first = delta(run("1", "old"))
    assert merged(first, delta(run("1", "new"), removed=("2",))) != first
    assert first == delta(run("1", "old"))


def test_what_was_taken_stays_as_it_was_when_more_comes() -> None:
    reader = Subscription(delta(run("1")), lambda _: None)
    taken = reader.take()
    reader.add(delta(run("2"), removed=("1",)))
    assert taken == delta(run("1"))
    assert reader.take() == delta(run("2"), removed=("1",))
