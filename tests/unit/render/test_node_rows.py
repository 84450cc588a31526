"""Nodes as indented lines."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.node import Node
from runtui.model.status import Status
from runtui.render.glyphs import ASCII
from runtui.render.node_rows import group_status, in_order, node_bar, node_rows, run_span
from tests.support.sample_runs import NOW


def node(
    name: str, status: Status = Status.SUCCEEDED, *, at: float | None = None, until: float | None = None, **more: object
) -> Node:
    started = None if at is None else NOW + timedelta(seconds=at)
    ended = None if until is None else NOW + timedelta(seconds=until)
    return Node(**{"id": name, "name": name, "status": status, "started_at": started, "ended_at": ended} | more)  # type: ignore[arg-type]


def drawn(nodes: list[Node], opened: tuple[str, ...] = ()) -> list[str]:
    return [f"{row.guide}{row.name} {row.shards}".rstrip() for row in node_rows(nodes, opened)]


def test_a_node_comes_after_those_it_needs_and_else_where_the_service_put_it() -> None:
    nodes = [node("solve", needs=("mesh",)), node("report"), node("mesh"), node("sample", needs=("solve",))]
    assert [each.name for each in in_order(nodes)] == ["mesh", "solve", "report", "sample"]


def test_needs_in_a_circle_lose_no_node() -> None:
    nodes = [node("a", needs=("b",)), node("b", needs=("a",)), node("c", needs=("c", "nothing"))]
    assert sorted(each.name for each in in_order(nodes)) == ["a", "b", "c"]


def test_a_chain_of_thousands_of_needs_is_ordered() -> None:
    nodes = [node(str(index), needs=(str(index + 1),)) for index in range(5_000)]
    assert [each.name for each in in_order(nodes)][:2] == ["4999", "4998"]


def test_children_are_indented_below_their_parent() -> None:
    nodes = [node("main"), node("a", parent_id="main"), node("b", parent_id="main"), node("a1", parent_id="a")]
    assert drawn(nodes) == ["main", "├ a", "│ └ a1", "└ b"]


def test_a_depth_without_a_parent_indents_too() -> None:
    assert drawn([node("main"), node("call", depth=1)]) == ["main", "  call"]


def test_shards_are_one_line_until_they_are_opened() -> None:
    nodes = [
        node("scatter", id="s0", shard=0),
        node("scatter", Status.FAILED, id="s1", shard=1),
        node("scatter", Status.RUNNING, id="s2", shard=2),
        node("gather"),
    ]
    assert drawn(nodes) == ["scatter 2/3", "gather"]
    row = node_rows(nodes)[0]
    assert (row.status, row.note, row.node.id, row.is_group) == (Status.FAILED, "1 failed", "s1", True)
    assert drawn(nodes, (row.key,)) == ["scatter 2/3", "├ scatter [0]", "├ scatter [1]", "└ scatter [2]", "gather"]


def test_a_single_shard_and_a_second_attempt_are_named() -> None:
    assert drawn([node("scatter", shard=3), node("call", attempt=2), node("other", attempt=1)]) == [
        "scatter [3]",
        "call #2",
        "other",
    ]


@pytest.mark.parametrize(
    ("statuses", "together"),
    [
        ([Status.SUCCEEDED, Status.SUCCEEDED], Status.SUCCEEDED),
        ([Status.SUCCEEDED, Status.RUNNING], Status.RUNNING),
        ([Status.RUNNING, Status.FAILED], Status.FAILED),
        ([Status.SUCCEEDED, Status.QUEUED], Status.QUEUED),
        ([Status.SUCCEEDED, Status.ENDED], Status.ENDED),
        ([], Status.UNKNOWN),
    ],
)
def test_several_nodes_succeed_only_together(statuses: list[Status], together: Status) -> None:
    assert group_status(statuses) is together


def test_a_bad_exit_and_an_unknown_word_are_noted() -> None:
    rows = node_rows([node("a", exit_code=1), node("b", exit_code=0), node("c", Status.UNKNOWN, status_text="Odd\n")])
    assert [row.note for row in rows] == ["exit 1", "", "Odd␊"]


def test_a_bar_stands_where_the_node_stood_in_its_run() -> None:
    nodes = [node("a", at=0, until=10), node("b", Status.RUNNING, at=10), node("c", Status.QUEUED)]
    now = NOW + timedelta(seconds=20)
    whole = run_span(nodes, now)
    assert whole is not None
    bars = [node_bar(row, whole, 12, now).text for row in node_rows(nodes)]
    assert bars == ["▕█████▏     ", "     ▕██████", " " * 12]
    assert [row.took_cell(now).text for row in node_rows(nodes)] == ["00:10", "00:10", "-"]


def test_nothing_started_has_no_span() -> None:
    assert run_span([node("a", Status.QUEUED)], NOW) is None


def test_names_are_made_safe() -> None:
    assert drawn([node("a\x1b[2J")]) == ["a␛[2J"]


def test_guides_and_signs_have_an_ascii_form() -> None:
    nodes = [node("main"), node("a", parent_id="main")]
    rows = node_rows(nodes, glyphs=ASCII)
    assert [row.guide + row.status_cell(ASCII).text for row in rows] == ["+", "`-+"]


_IDS = st.sampled_from(["1", "2", "3", "4", "5"])


@given(
    st.lists(
        st.builds(
            Node,
            id=_IDS,
            name=st.sampled_from(["a", "b"]),
            parent_id=st.none() | _IDS,
            needs=st.lists(_IDS, max_size=2).map(tuple),
            shard=st.none() | st.integers(0, 2),
            depth=st.integers(0, 3),
        ),
        max_size=8,
    )
)
def test_whatever_the_service_says_every_node_is_shown_once(nodes: list[Node]) -> None:
    keys = {row.key for row in node_rows(nodes)}
    rows = [row for row in node_rows(nodes, keys) if not row.is_group]
    shown = [id(row.node) for row in rows]
    assert len(shown) == len(set(shown))
    assert set(shown) <= {id(each) for each in nodes}
    assert {id(each) for row in node_rows(nodes) for each in row.nodes} | set(shown) == {id(each) for each in nodes}


def test_a_node_that_runs_says_what_it_uses() -> None:
    extra = {"cpu": "187%", "memory": "1.2 GB", "pid": "7"}
    running = Node(id="a", name="a", status=Status.RUNNING, extra=extra)
    done = Node(id="b", name="b", status=Status.SUCCEEDED, extra=extra)
    assert [row.note for row in node_rows([running, done])] == ["187% 1.2 GB", ""]
