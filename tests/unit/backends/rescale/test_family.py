"""Optimisations with their iterations and cases."""

from runtui.backends.rescale.family import family_of
from runtui.model.run import Run
from runtui.model.status import Status


def run(number: str, kind: str, parent: str | None = None, status: Status = Status.SUCCEEDED) -> Run:
    return Run(
        profile="hpc", service="rescale", id=f"job/{number}", status=status, extra={"type": kind},
        parent_id=None if parent is None else f"job/{parent}",
    )  # fmt: skip


def test_what_is_below_a_run_follows_it_one_deeper_and_nothing_else_does() -> None:
    runs = [
        run("1", "optimization"), run("3", "case", "2"), run("2", "iteration", "1"),
        run("4", "iteration", "1"), run("5", "case", "4", Status.FAILED), run("9", "case"),
    ]  # fmt: skip
    nodes = family_of(runs[0], runs)
    assert [(node.id, node.parent_id, node.depth) for node in nodes] == [
        ("1", None, 0), ("2", "1", 1), ("3", "2", 2), ("4", "1", 1), ("5", "4", 2),
    ]  # fmt: skip
    assert nodes[-1].status is Status.FAILED
    assert [node.id for node in family_of(runs[3], runs)] == ["4", "5"]


def test_runs_that_hold_each_other_are_shown_once() -> None:
    one, two = run("1", "iteration", "2"), run("2", "iteration", "1")
    assert [node.id for node in family_of(one, [one, two])] == ["1", "2"]


def test_a_case_is_its_own_only_node() -> None:
    case = run("7", "case")
    assert [node.name for node in family_of(case, [])] == ["case 7"]
