"""Widgets that are given what to show before they are on a screen."""

from textual.app import ComposeResult
from textual.widget import Widget

from runtui.model.lines import StaticLines
from runtui.render.cell import Cell
from runtui.render.file_tree import FileTree
from runtui.render.status_cells import status_chips
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.file_tree_view import FileTreeView
from runtui.tui.widgets.log_view import LogView
from runtui.tui.widgets.nodes_pane import NodesPane
from runtui.tui.widgets.profile_badges import ProfileBadges
from runtui.tui.widgets.status_chips import StatusChips
from runtui.tui.widgets.text_pane import TextPane
from runtui.tui.widgets.variables_pane import VariablesPane
from tests.support.frames import drawn, frame_of
from tests.support.gallery import CONTEXT, COUNTS, healths, nodes, output_files, variables
from tests.support.table_app import NOW
from tests.support.wire import WeighedApp


class ManyApp(WeighedApp):
    """Widgets one below the other."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets

    def compose(self) -> ComposeResult:
        yield from self.widgets


async def test_what_they_were_given_is_shown_once_they_are() -> None:
    badges, chips, facts = ProfileBadges(), StatusChips(), DetailLine()
    badges.show_profiles(healths(), NOW)
    chips.show_chips(status_chips(COUNTS))
    facts.show_facts(Cell("a fact"))
    tree, pane, steps = FileTreeView(CONTEXT), VariablesPane(CONTEXT), NodesPane(CONTEXT)
    tree.show_tree(FileTree(output_files()))
    tree.mark_files([file for file in output_files() if file.id == "log"])
    pane.show_variables(variables())
    steps.show_nodes(nodes())
    steps.set_context(CONTEXT)
    log, text = LogView(), TextPane("first")
    log.set_source(StaticLines(["a log line"]), follow=True)
    log.set_hits([0])
    text.show_text("another text")
    app = ManyApp(badges, chips, facts, tree, pane, steps, log, text)
    async with app.run_test(size=(100, 50)) as pilot:
        await drawn(pilot)
        frame = frame_of(app)
        shown = (
            "destine ●",
            "All 1276",
            "a fact",
            "airFoil2D/",
            "x_velocity",
            "decompose",
            "a log line",
            "another text",
        )
        assert [each for each in shown if each not in frame] == []
        assert log.state.is_following
