"""Header, chips, facts, footer: what they say at each width, and what they cost."""

from datetime import timedelta

import msgspec
import pyte
import pytest
from textual._compositor import CompositorUpdate
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from runtui.model.delta import FeedState
from runtui.model.status import Status
from runtui.render.cell import Cell, Tone
from runtui.render.status_cells import status_chips
from runtui.tui.terminal.terminal_app import LeastUpdate
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine
from runtui.tui.widgets.profile_badges import ProfileBadges
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.status_chips import StatusChips
from runtui.tui.widgets.themes import THEMES
from tests.support.frames import drawn, frame_of
from tests.support.gallery import COUNTS, GalleryApp, healths
from tests.support.table_app import NOW
from tests.support.wire import WeighedApp

GAUGE = Cell("↓ 3 of 12  41%  8.2 MB/s", Tone.ACCENT)


class LineApp(WeighedApp):
    """One widget, and what it said."""

    BINDINGS = [  # noqa: RUF012  # Textual's own shape of bindings
        Binding("a", "first", "first", id="x.first"),
        Binding("b", "second", "second thing", id="x.second"),
        Binding("c,d", "third", "third", id="x.third", key_display="C"),
        Binding("e", "hidden", "not shown", id="x.hidden", show=False),
        Binding("f", "off", "does not work", id="x.off"),
        Binding("question_mark", "help", "help", id="app.help", key_display="?"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = "runtui-dark"
        self.widgets = widgets
        self.heard: list[object] = []
        self.is_off = True

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "off" and self.is_off)

    def action_second(self) -> None:
        self.heard.append("second")

    def on_status_chips_chip_chosen(self, message: StatusChips.ChipChosen) -> None:
        self.heard.append(message.chip.label)

    def on_profile_badges_profile_clicked(self, message: ProfileBadges.ProfileClicked) -> None:
        self.heard.append(message.profile)


async def said(widget: OneLine, width: int) -> str:
    """The widget's line at a width."""
    app = LineApp(widget)
    async with app.run_test(size=(width, 3)) as pilot:
        await drawn(pilot)
        return frame_of(app).splitlines()[0]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, " runtui   destine ● <1m   hpc ● <1m   carrot ▲ offline 12m   local ○"),
        (70, " runtui   destine ● <1m   hpc ● <1m   carrot ▲ offline 12m   local ○"),
        (62, " runtui   destine ●   hpc ●   carrot ▲ offline 12m   local ○"),
        (42, " runtui   carrot ▲ offline 12m   3 ●"),
        (34, " carrot ▲ offline 12m   3 ●"),
        (10, " carrot ▲"),
    ],
)
async def test_badges_say_less_where_there_is_less_room_but_never_hide_trouble(width: int, line: str) -> None:
    badges = ProfileBadges()
    badges.show_profiles(healths(), NOW)
    assert (await said(badges, width)).startswith(line)


async def test_the_gauge_stands_at_the_right_end() -> None:
    badges = ProfileBadges()
    badges.show_profiles(healths(), NOW)
    badges.show_gauge(GAUGE)
    line = await said(badges, 120)
    assert line.endswith(GAUGE.text)
    assert len(line) == 119


async def test_a_click_on_a_badge_names_its_profile() -> None:
    badges = ProfileBadges()
    app = LineApp(badges)
    async with app.run_test(size=(120, 3)) as pilot:
        badges.show_profiles(healths(), NOW)
        await drawn(pilot)
        await pilot.click(badges, offset=(frame_of(app).index("carrot"), 0))
        assert app.heard == ["carrot"]


async def test_a_profile_that_needs_a_person_says_so() -> None:
    badges = ProfileBadges()
    health = msgspec.structs.replace(healths()[0], state=FeedState.NEEDS_LOGIN)
    badges.show_profiles([health], NOW)
    assert "destine ▲ log in" in await said(badges, 60)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (
            120,
            " 1 All 1276   2 ● Running 12   3 ○ Queued 4   4 ✔ Succeeded 1190"
            "   5 ✖ Failed 61   6 ■ Stopped 9   7 ◇ Ended 0",
        ),
        (80, " 1 All 1276   2 ● 12   3 ○ 4   4 ✔ 1190   5 ✖ Failed 61   6 ■ 9   7 ◇ 0"),
        (64, " 1 All 1276  2 ● 12  3 ○ 4  4 ✔ 1190  5 ✖ Failed 61  6 ■ 9"),
    ],
)
async def test_chips_lose_their_words_before_their_numbers(width: int, line: str) -> None:
    chips = StatusChips()
    chips.show_chips(status_chips(COUNTS), "5")
    assert await said(chips, width) == line


async def test_a_chip_is_chosen_by_key_and_by_click() -> None:
    chips = StatusChips()
    app = LineApp(chips)
    async with app.run_test(size=(120, 3)) as pilot:
        chips.show_chips(status_chips(COUNTS))
        await drawn(pilot)
        assert chips.choose("2")
        assert not chips.choose("9")
        await pilot.click(chips, offset=(frame_of(app).index("Failed"), 0))
        await drawn(pilot)
        assert app.heard == ["Running", "Failed"]
        assert chips.active == "5"


async def test_choosing_a_chip_moves_none_of_them() -> None:
    chips = StatusChips()
    app = LineApp(chips)
    async with app.run_test(size=(120, 3)) as pilot:
        chips.show_chips(status_chips(COUNTS))
        await drawn(pilot)
        before = frame_of(app)
        chips.choose("4")
        await drawn(pilot)
        assert frame_of(app) == before


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (90, " hpc:aBcDeF/13   airfoil sweep   ✖ failed 2m ago   took 02:11                      ? help"),
        (70, " hpc:aBcDeF/13   airfoil sweep   ✖ failed 2m ago   took 02:11"),
        (50, " hpc:aBcDeF/13   airfoil sweep   ✖ failed 2m ago"),
        (12, " hpc:aBcDe…"),
    ],
)
async def test_the_last_facts_are_left_out_first(width: int, line: str) -> None:
    facts = DetailLine()
    facts.show_facts(
        Cell("hpc:aBcDeF/13", Tone.STRONG),
        Cell("airfoil sweep"),
        Cell(""),
        [Cell("✖ failed", Tone.FAILED), Cell(" 2m ago", Tone.MUTED)],
        Cell("took 02:11"),
        right=Cell("? help"),
    )
    assert await said(facts, width) == line


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (60, " b second thing   a first   C third   ? help"),
        (40, " b second thing   a first   ? help"),
        (28, " b second thing   ? help"),
        (16, " ? help"),
    ],
)
async def test_the_footer_shows_the_most_useful_keys_that_fit_and_cuts_none(width: int, line: str) -> None:
    assert await said(KeyFooter(("x.second",)), width) == line


async def test_the_footer_hears_when_other_keys_work() -> None:
    footer = KeyFooter()
    app = LineApp(footer)
    async with app.run_test(size=(80, 3)) as pilot:
        await drawn(pilot)
        assert "does not work" not in frame_of(app)
        app.is_off = False
        app.refresh_bindings()
        await drawn(pilot)
        assert "f does not work" in frame_of(app)


async def test_a_click_on_a_hint_presses_its_key() -> None:
    footer = KeyFooter()
    app = LineApp(footer)
    async with app.run_test(size=(80, 3)) as pilot:
        await drawn(pilot)
        await pilot.click(footer, offset=(frame_of(app).index("second"), 0))
        await drawn(pilot)
        assert app.heard == ["second"]


async def test_the_footer_names_a_remapped_key() -> None:
    footer = KeyFooter()
    app = LineApp(footer)
    app.set_keymap({"x.third": "z"})
    async with app.run_test(size=(80, 3)) as pilot:
        await drawn(pilot)
        assert "z third" in frame_of(app)


async def test_a_rule_is_as_wide_as_its_place() -> None:
    rule = Rule()
    rule.show_title("Nodes", Cell("3 of 7", Tone.MUTED))
    assert await said(rule, 30) == "── Nodes ─────────── 3 of 7 ──"
    assert await said(Rule("a title that is longer than its place"), 20) == "── a title that … ──"


async def test_seconds_that_pass_cost_nothing_and_an_age_that_grew_draws_the_header_up_to_it() -> None:
    badges = ProfileBadges()
    app = LineApp(badges)
    async with app.run_test(size=(120, 3)) as pilot:
        badges.show_profiles(healths(), NOW)
        await drawn(pilot)
        app.sent = 0
        for second in range(1, 30):
            badges.show_profiles(healths(), NOW + timedelta(seconds=second))
            await drawn(pilot)
        assert app.sent == 0
        badges.show_profiles(healths(), NOW + timedelta(minutes=1))
        await drawn(pilot)
        assert 0 < app.sent <= 400


async def test_what_did_not_change_costs_nothing() -> None:
    badges, chips, facts, footer = ProfileBadges(), StatusChips(), DetailLine(), KeyFooter()
    app = LineApp(badges, chips, facts, footer)
    async with app.run_test(size=(120, 6)) as pilot:
        for _ in range(2):
            badges.show_profiles(healths(), NOW)
            chips.show_chips(status_chips(COUNTS))
            facts.show_facts(Cell("a fact"))
            await drawn(pilot)
            last, app.sent = app.sent, 0
        assert last == 0


async def test_a_count_that_grew_draws_the_chips_up_to_it() -> None:
    app = GalleryApp("runs")
    async with app.run_test(size=(120, 24)) as pilot:
        await drawn(pilot)
        app.sent = 0
        chips = app.screen.query_one(StatusChips)
        chips.show_chips(status_chips({**COUNTS, Status.RUNNING: 13, Status.QUEUED: 3}))
        await drawn(pilot)
        assert 0 < app.sent <= 400


class Words(OneLine):
    """Says some words."""

    said = "one and some more words two"

    def write_line(self, writer: LineWriter, width: int) -> None:
        writer.write(self.said, self.inks.ground)


class SeenApp(LineApp):
    """An app whose terminal is looked at."""

    def on_load(self) -> None:
        self.terminal = pyte.Screen(40, 3)
        self.stream = pyte.Stream(self.terminal)

    def least(self, update: CompositorUpdate) -> LeastUpdate:
        least = super().least(update)
        self.stream.feed(least.sequence)
        return least


async def test_what_changes_after_a_line_was_to_be_drawn_again_and_before_it_was_reaches_the_terminal() -> None:
    words = Words()
    app = SeenApp(words)
    async with app.run_test(size=(40, 3)) as pilot:
        await drawn(pilot)
        words.said = "ONE and some more words two"
        words.redraw()
        words.said = "ONE and some more words TWO"  # nobody says so until the line is drawn
        await drawn(pilot)
        words.redraw()
        await drawn(pilot)
        assert app.terminal.display[0].rstrip() == "ONE and some more words TWO"
