"""What changed, and the same in pieces."""

from runtui.model.delta import Delta, ProfileHealth
from runtui.model.reference import RunReference
from runtui.model.run import Run


def run(run_id: str, message: str = "") -> Run:
    return Run(profile="p", service="s", id=run_id, message=message)


def delta(*changed: Run, removed: tuple[str, ...] = ()) -> Delta:
    return Delta(
        changed={each.reference: each for each in changed},
        removed=frozenset(RunReference("p", each) for each in removed),
    )


def test_nothing_changed_is_empty() -> None:
    assert Delta().is_empty
    assert not delta(run("1")).is_empty
    assert not delta(removed=("1",)).is_empty
    assert not Delta(health={"p": ProfileHealth(profile="p", service="s")}).is_empty


def test_in_pieces_it_is_the_same_and_how_profiles_do_comes_last() -> None:
    runs = [Run(profile="p", service="s", id=str(number)) for number in range(7)]
    gone = frozenset({RunReference("p", "gone")})
    health = {"p": ProfileHealth(profile="p", service="s")}
    whole = Delta(changed={run.reference: run for run in runs}, removed=gone, health=health)
    pieces = list(whole.pieces(3))
    assert [len(piece.changed) for piece in pieces] == [3, 3, 1]
    assert [bool(piece.health or piece.removed) for piece in pieces] == [False, False, True]
    assert [reference for piece in pieces for reference in piece.changed] == list(whole.changed)
    assert (pieces[-1].removed, pieces[-1].health) == (whole.removed, whole.health)


def test_a_small_delta_is_its_own_only_piece() -> None:
    delta = Delta(removed=frozenset({RunReference("p", "gone")}))
    assert list(delta.pieces(3)) == [delta]
