"""What changed, and two changes as one."""

from hypothesis import given
from hypothesis import strategies as st

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run

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


def test_nothing_changed_is_empty() -> None:
    assert Delta().is_empty
    assert not delta(run("1")).is_empty
    assert not delta(removed=("1",)).is_empty
    assert not Delta(health={"p": ProfileHealth(profile="p", service="s")}).is_empty


def test_of_two_values_the_later_counts() -> None:
    both = delta(run("1", "old"), run("2")).then(delta(run("1", "new")))
    assert both == delta(run("1", "new"), run("2"))


def test_a_run_that_came_and_went_is_only_removed() -> None:
    assert delta(run("1")).then(delta(removed=("1",))) == delta(removed=("1",))


def test_a_run_that_went_and_came_back_is_only_changed() -> None:
    assert delta(removed=("1",)).then(delta(run("1"))) == delta(run("1"))


def test_the_latest_health_of_each_profile_is_kept() -> None:
    old, new = (ProfileHealth(profile="p", service="s", run_count=count) for count in (1, 2))
    other = ProfileHealth(profile="q", service="s")
    both = Delta(health={"p": old, "q": other}).then(Delta(health={"p": new}))
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
    in_turn, together = runs, Delta()
    for change in changes:
        in_turn, together = applied(in_turn, change), together.then(change)
    assert applied(runs, together) == in_turn
    assert not together.removed & together.changed.keys()


def test_in_pieces_it_is_the_same_and_how_profiles_do_comes_last() -> None:
    runs = [Run(profile="p", service="s", id=str(number)) for number in range(7)]
    gone = frozenset({RunReference("p", "gone")})
    health = {"p": ProfileHealth(profile="p", service="s")}
    whole = Delta(changed={run.reference: run for run in runs}, removed=gone, health=health)
    pieces = list(whole.pieces(3))
    assert [len(piece.changed) for piece in pieces] == [3, 3, 1]
    assert [bool(piece.health or piece.removed) for piece in pieces] == [False, False, True]
    together = Delta()
    for piece in pieces:
        together = together.then(piece)
    assert together == whole


def test_a_small_delta_is_its_own_only_piece() -> None:
    delta = Delta(removed=frozenset({RunReference("p", "gone")}))
    assert list(delta.pieces(3)) == [delta]
