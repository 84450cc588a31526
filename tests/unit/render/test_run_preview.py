"""A run in a narrow pane."""

import msgspec
import pytest

from runtui.model.node import Node
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.render.columns import DrawContext
from runtui.render.run_preview import Preview, preview_lines
from runtui.render.widths import cell_width
from tests.support.inert import assert_inert
from tests.support.sample_runs import NOW, number, sweep_runs

RUN = msgspec.structs.replace(sweep_runs(8)[3], status=Status.FAILED, message="Divergence\nat t = 240", exit_code=1)
NODES = tuple(Node(id=name, name=name, status=Status.SUCCEEDED) for name in ("mesh", "solve", "sample"))
LOG = tuple(f"Time = {number}" for number in range(40))


def texts(preview: Preview, width: int = 40, height: int = 30) -> list[str]:
    lines = preview_lines(preview, width, height, DrawContext(NOW))
    return ["".join(cell.text for cell in line) for line in lines]


def test_it_tells_how_the_run_stands_its_variables_its_nodes_and_the_end_of_its_log() -> None:
    lines = texts(Preview(RUN, nodes=NODES, log_name="solve · stdout", log=LOG))
    assert lines[0] == "hpc:aBc0000/3"
    assert any("failed" in line and "exit 1" in line for line in lines)
    assert "Divergence" in lines
    assert lines[lines.index("Variables") + 1].split() == ["x_velocity", "23.0000"]
    assert lines[lines.index("Nodes") + 2].split()[1] == "solve"
    assert lines[lines.index("solve · stdout") + 1 :] == list(LOG[-(30 - lines.index("solve · stdout") - 1) :])


def test_before_anybody_looked_it_shows_what_the_list_knew() -> None:
    lines = texts(Preview(RUN))
    assert "Variables" in lines
    assert "Nodes" not in lines


def test_what_failed_stands_where_it_would_be() -> None:
    lines = texts(Preview(RUN, nodes_note="no such node", log_note="the log is on a disk elsewhere"))
    assert lines[lines.index("Nodes") + 1] == "no such node"
    assert lines[lines.index("Log") + 1] == "the log is on a disk elsewhere"


def test_times_in_front_of_every_line_give_way_to_the_text() -> None:
    stamped = tuple(f"[2026-01-29T10:00:00Z]: {line}" for line in LOG)
    assert texts(Preview(RUN, log_name="log", log=stamped))[-1] == LOG[-1]
    assert texts(Preview(RUN, log_name="log", log=(*stamped, "no time")))[-2].startswith("[2026")


@pytest.mark.parametrize(("width", "height"), [(46, 36), (20, 8), (8, 4), (60, 3)])
def test_two_hundred_variables_and_hostile_texts_of_any_length_stay_in_their_room(width: int, height: int) -> None:
    run = Run(
        profile="p",
        service="s",
        id="x" * 10_000,
        job="翼型 掃引 " * 2000,
        status=Status.FAILED,
        status_text="w" * 500,
        message="\x1b]0;owned\x07" * 900,
        variables=tuple(number(f"\u202e翼{place}" * 500, place) for place in range(200)),
    )
    lines = texts(Preview(run, nodes=NODES, log_name="log", log=("\x1b[2J" * 300, "翼" * 900)), width, height)
    assert len(lines) <= height
    for line in lines:
        assert_inert(line)
    assert all(cell_width(line) <= width for line in lines if not line.startswith(("✖", "x")) and "failed" not in line)
