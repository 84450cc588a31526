"""Variables and nodes of a run."""

from datetime import timedelta

import msgspec
import pytest

from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from runtui.render.columns import DrawContext
from runtui.tui.widgets.nodes_pane import NodesPane
from runtui.tui.widgets.variables_pane import VariablesPane
from tests.support.frames import assert_frame, drawn, frame_of
from tests.support.gallery import CONTEXT, GalleryApp, nodes, variables
from tests.support.table_app import NOW


def variables_pane(app: GalleryApp) -> VariablesPane:
    return app.screen.query_one(VariablesPane)


def nodes_pane(app: GalleryApp) -> NodesPane:
    return app.screen.query_one(NodesPane)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_they_look_right(size: tuple[int, int]) -> None:
    app = GalleryApp("run")
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        assert_frame(app, f"widgets/run_{size[0]}x{size[1]}")


async def test_variables_are_narrowed_by_name_and_by_text() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 30)) as pilot:
        variables_pane(app).show_variables(variables(), "airfoil")
        await drawn(pilot)
        assert "mesh" in frame_of(app)
        assert "x_velocity" not in frame_of(app)
        assert len(variables_pane(app).keys) == 2


async def test_the_variable_under_the_cursor_is_known_and_a_title_is_none() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 30)) as pilot:
        variables_pane(app).focus()
        await drawn(pilot)
        assert variables_pane(app).variable() is None
        await pilot.press("down", "down")
        chosen = variables_pane(app).variable()
        assert chosen is not None
        assert chosen.name == "y_velocity"


async def test_variables_of_one_name_are_both_shown() -> None:
    twice = [Variable(name="mesh", role=Role.INPUT, text=text, value=text) for text in ("coarse", "fine")]
    app = GalleryApp("run")
    async with app.run_test(size=(120, 30)) as pilot:
        variables_pane(app).show_variables(twice)
        await drawn(pilot)
        assert "coarse" in frame_of(app)
        assert "fine" in frame_of(app)


async def test_a_secret_variable_is_never_shown() -> None:
    secret = Variable(name="token", role=Role.INPUT, secret=True, value="hunter2", text="hunter2")
    app = GalleryApp("run")
    async with app.run_test(size=(120, 30)) as pilot:
        variables_pane(app).show_variables([secret])
        await drawn(pilot)
        assert "hunter2" not in frame_of(app)


async def test_a_changed_value_keeps_the_cursor_on_its_variable() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 30)) as pilot:
        pane = variables_pane(app)
        pane.focus()
        await pilot.press("G")
        changed = [
            msgspec.structs.replace(each, text="0.2", value=0.2) if each.name == "Cl" else each for each in variables()
        ]
        pane.show_variables([Variable(name="new", role=Role.INPUT, text="1", value=1), *changed])
        await drawn(pilot)
        under = pane.variable()
        assert under is not None
        assert (under.name, under.text) == ("Cl", "0.2")


async def test_shards_open_and_close() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 40)) as pilot:
        pane = nodes_pane(app)
        await drawn(pilot)
        assert len(pane.keys) == 5
        await pilot.press("down", "enter")
        await drawn(pilot)
        assert len(pane.keys) == 13
        assert "▾ decompose" in frame_of(app)
        await pilot.press("left")
        assert len(pane.keys) == 5
        await pilot.press("right")
        assert len(pane.keys) == 13


async def test_enter_opens_a_node() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "enter")
        await drawn(pilot)
        assert app.opened == ["solve"]
        node = nodes_pane(app).node()
        assert node is not None
        assert node.exit_code == 1


async def test_a_running_node_s_time_goes_on() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        assert "04:35" in frame_of(app)
        nodes_pane(app).set_context(DrawContext(now=NOW + timedelta(seconds=3), zone=CONTEXT.zone))
        await drawn(pilot)
        assert "04:38" in frame_of(app)


async def test_a_node_that_ended_stays_under_the_cursor() -> None:
    app = GalleryApp("run")
    async with app.run_test(size=(120, 40)) as pilot:
        pane = nodes_pane(app)
        await pilot.press("down", "down")
        ended = [msgspec.structs.replace(each, status=Status.SUCCEEDED, ended_at=NOW) for each in nodes()]
        pane.show_nodes(ended)
        await drawn(pilot)
        assert pane.cursor_key == "solve"
