"""The help, and what it is made from: every key of every screen."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.screen import Screen

from runtui.model.status import Status
from runtui.render.widths import cell_width
from runtui.tui.actions import GROUPS, LiveAction, grouped, live_actions
from runtui.tui.key_help import help_lines
from runtui.tui.keymap import action_ids, all_bindings
from runtui.tui.palette import screen_commands
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.screens.help import HelpScreen
from runtui.tui.screens.profiles import ProfilesScreen
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.screens.transfers import TransfersScreen
from runtui.tui.screens.welcome import WelcomeScreen
from runtui.tui.widgets.key_names import key_words
from tests.support.dashboard import Dashboard, dashboard
from tests.support.stage import ServedSimulator
from tests.support.ways import to_facts, to_files, to_help, to_log, to_preview, to_profiles, to_run, to_transfers

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]


async def _stay(dash: Dashboard) -> None:
    pass


async def _to_preview(dash: Dashboard) -> None:
    run = dash.run_with(Status.SUCCEEDED)
    listing = await dash.app.ask(lambda session: session.output_files(run))
    await to_preview(dash, run, listing.files[0].path)


WAYS: dict[str, Callable[[Dashboard], Awaitable[Any]]] = {
    "runs": _stay,
    "run": to_run,
    "log": to_log,
    "files": to_files,
    "preview": _to_preview,
    "facts": to_facts,
    "transfers": to_transfers,
    "profiles": to_profiles,
    "help": to_help,
}


def bound_on(screen: Screen[Any]) -> dict[str, set[str]]:
    """The ids of what each key is bound to, by whichever of the screen's widgets has the focus, the app left out."""
    bound: dict[str, set[str]] = {}
    for widget in [*screen.focus_chain, screen]:
        for node in widget.ancestors_with_self:
            if node is screen.app:
                break
            for key, binding in node._bindings:
                if binding.id is not None and screen.app._check_action_state(binding.action, node):
                    bound.setdefault(f"{type(widget).__name__} {key}", set()).add(binding.id)
    return bound


# every key of every screen


@pytest.mark.parametrize("name", WAYS)
async def test_no_two_actions_of_a_screen_share_a_key(services: Services, name: str) -> None:
    async with dashboard({"destine": services["destine"]}) as dash:
        await WAYS[name](dash)
        shared = {key: ids for key, ids in bound_on(dash.screen).items() if len(ids) > 1}
        allowed = {"screen.back", "screen.leave", "log.copy"}
        assert {key: ids for key, ids in shared.items() if not ids & allowed} == {}


@pytest.mark.parametrize("name", WAYS)
async def test_every_key_that_works_is_in_the_help_and_the_palette(services: Services, name: str) -> None:
    async with dashboard({"destine": services["destine"]}) as dash:
        await WAYS[name](dash)
        screen = dash.screen
        actions = live_actions(dash.app, screen)
        working = {
            active.binding.id
            for active in screen.active_bindings.values()
            if active.binding.id is not None and active.enabled
        }
        assert {action.id for action in actions} == working
        titles = [command.title for command in screen_commands(dash.app, screen)]
        lines = "\n".join("".join(cell.text for cell in line) for line in help_lines(grouped(actions), 300))
        for action in actions:
            assert action.words[:1].upper() + action.words[1:] in titles
            assert action.words in lines
            assert all(key in lines for key in action.keys)


@pytest.mark.parametrize("name", WAYS)
async def test_the_keys_of_the_app_work_on_every_screen(services: Services, name: str) -> None:
    async with dashboard({"destine": services["destine"]}) as dash:
        await WAYS[name](dash)
        ids = {action.id for action in live_actions(dash.app, dash.screen)}
        assert {"app.palette", "app.transfers", "app.profiles", "app.refresh", "app.quit"} <= ids
        assert "app.help" in ids or name == "help"


def test_every_action_has_an_id_words_and_a_heading() -> None:
    bindings = [binding for each in all_bindings() for _, binding in each]
    assert len(bindings) > 100
    nameless = [(binding.key, binding.action) for binding in bindings if not (binding.id and binding.description)]
    assert nameless == []
    assert {binding.id.partition(".")[0] for binding in bindings if binding.id} <= GROUPS.keys()
    assert "runs.filter" in action_ids()


# the screen


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_keys_stand_in_as_many_columns_as_there_is_room_for(
    destine: Services, width: int, height: int
) -> None:
    async with dashboard(destine, size=(width, height)) as dash:
        await to_help(dash)
        dash.matches_frame(f"help_{width}x{height}")


async def test_the_help_explains_the_screen_it_was_opened_from(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await to_log(dash)
        await dash.press("f1")
        await dash.opened(HelpScreen)
        assert "save the log's exact bytes" in dash.frame
        assert "sort by the next column" not in dash.frame


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1"])
async def test_it_closes_with_the_keys_one_tries(destine: Services, key: str) -> None:
    async with dashboard(destine) as dash:
        await to_help(dash)
        await dash.press(key)
        await dash.opened(RunsScreen)


async def test_a_help_too_long_for_the_screen_is_scrolled(destine: Services) -> None:
    async with dashboard(destine, size=(60, 16)) as dash:
        await to_help(dash)
        last = "suspend"
        assert last not in dash.frame
        await dash.press("G")
        assert last in dash.frame
        await dash.press("g")
        assert "Runs" in dash.frame
        await dash.press("pagedown", "pageup")
        assert "Runs" in dash.frame


async def test_while_one_types_the_help_is_at_f1_and_shows_the_prompts_keys(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await dash.press("slash")
        assert "F1 help" in dash.frame
        assert "/ filter" not in dash.frame.splitlines()[-1]
        await dash.press("question_mark")
        screen = dash.screen
        assert isinstance(screen, RunsScreen)
        assert screen.filter_line.text == "?"
        await dash.press("f1")
        await dash.opened(HelpScreen)
        assert "take it" in dash.frame
        assert "mark a range" not in dash.frame


async def test_other_screens_can_be_gone_to_from_the_help(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await to_help(dash)
        await dash.press("T")
        await dash.opened(TransfersScreen)


async def test_the_first_screen_has_its_keys_in_the_help_too() -> None:
    async with dashboard({}, offers_demo=True) as dash:
        await dash.opened(WelcomeScreen)
        await dash.press("question_mark")
        await dash.shows("see the demo on simulated services")


# the layout


def an_action(number: int, group: str = "runs", **fields: object) -> LiveAction:
    given: dict[str, Any] = {"words": f"do {number}", "keys": (f"{number}",), "action": "x", "node": RuntuiScreen()}
    return LiveAction(id=f"{group}.{number}", **{**given, **fields})


def text_of(lines: list[tuple[Any, ...]]) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


async def test_there_are_as_many_columns_as_fit_and_headings_keep_their_order() -> None:
    groups = {heading: [an_action(number) for number in range(4)] for heading in ("A", "B", "C", "D", "E", "F")}
    one, two, three = (text_of(help_lines(groups, width)) for width in (17, 21, 40))
    assert [len(lines) for lines in (one, two, three)] == [6 * 6 - 1, 3 * 6 - 1, 2 * 6 - 1]
    assert three[0].split() == ["A", "C", "E"]
    assert three[1].split() == ["0", "do", "0", "0", "do", "0", "0", "do", "0"]
    assert all(cell_width(line) <= 21 for line in two)


async def test_long_words_go_on_in_the_next_line_below_themselves() -> None:
    actions = [an_action(1, words="a story that is far too long for one line of a column"), an_action(2)]
    assert text_of(help_lines({"A": actions, "B": [an_action(3)]}, 60)) == [
        f"{' A':30}B",
        f"{' 1  a story that is far too':30}3  do 3",
        "    long for one line of a",
        "    column",
        " 2  do 2",
    ]


async def test_what_is_called_the_same_stands_there_once_with_all_its_keys() -> None:
    lines = text_of(
        help_lines({"A": [an_action(1, words="back", keys=("Esc",)), an_action(2, words="back", keys=("q",))]}, 60)
    )
    assert lines == [" A", " Esc  q  back"]


async def test_actions_that_differ_in_a_number_stand_in_one_line() -> None:
    views = [
        LiveAction(f"views.open_{number}", f"saved view {number}", (f"F{number + 1}",), "x", RuntuiScreen())
        for number in range(1, 12)
    ]
    lines = text_of(help_lines({"A": [an_action(0, words="views"), *views]}, 60))
    assert lines == [" A", " 0          views", " F2 to F12  saved view 1 to 11"]
    assert text_of(help_lines({"A": views[:2]}, 60)) == [" A", " F2  saved view 1", " F3  saved view 2"]


async def test_an_action_without_a_key_is_left_out() -> None:
    assert help_lines({"A": [an_action(1, keys=())]}, 60) == []


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("enter", "Enter"), ("space", "Space"), ("escape", "Esc"), ("ctrl+s", "^s"), ("question_mark", "?"),
        ("slash", "/"), ("shift+tab", "Shift+Tab"), ("down", "↓"), ("f1", "F1"), ("G", "G"), ("pagedown", "PgDn"),
        ("number_sign", "#"), ("no_key", ""),
    ],
)  # fmt: skip
def test_keys_are_written_as_a_person_reads_them(key: str, words: str) -> None:
    assert key_words(key) == words


def test_in_ascii_arrows_are_words() -> None:
    assert key_words("down", ascii_only=True) == "Down"


# the palette


async def choose(dash: Dashboard, typed: str) -> None:
    """Type into the palette until one hit is shown, and take it."""
    await dash.press("colon")
    await dash.until(lambda: isinstance(dash.app.screen, CommandPalette))
    await dash.paste(typed)
    await dash.until(lambda: typed.casefold() in dash.frame.casefold().partition("\n")[2])
    await dash.idle()
    await dash.press("enter")
    await dash.until(lambda: not isinstance(dash.app.screen, CommandPalette))


async def test_the_palette_does_what_its_words_say(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await choose(dash, "Profiles")
        await dash.opened(ProfilesScreen)


async def test_the_palette_finds_runs_by_any_part_of_their_name(destine: Services) -> None:
    async with dashboard(destine) as dash:
        run = dash.run_with(Status.FAILED)
        await choose(dash, run.id[:13])
        await dash.until(lambda: getattr(dash.app.screen, "reference", None) == run.reference)


async def test_the_palette_lists_every_action_with_its_key(destine: Services) -> None:
    async with dashboard(destine) as dash:
        titles = {command.title: command.help for command in screen_commands(dash.app, dash.screen)}
        assert titles["Filter"] == "Runs: /"
        assert titles["Copy the run's reference"] == "Runs: y or c"
        await dash.press("ctrl+p")
        await dash.until(lambda: isinstance(dash.app.screen, CommandPalette))
