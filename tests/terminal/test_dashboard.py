"""The program on a real terminal: it starts, it answers, and it leaves everything as it was."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.simulation.faults import Fault
from tests.support.stage import Stage
from tests.support.terminal import ROOT, Terminal

TOKEN = "pl4nted-t0ken-0123456789"
LIST = ("-m", "runtui")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The sockets the simulators are served on."""
    opened = Stage()
    yield opened
    opened.close()


class Desk:
    """A home folder with a configuration, and what a program started there is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT),
            "RUNTUI_CONFIG": str(self.config),
            "RUNTUI_DATA_DIR": str(folder / "data"),
            "RUNTUI_CACHE_DIR": str(folder / "cache"),
        }

    def configure(self, name: str, service: str, **options: object) -> None:
        lines = [
            f"[profiles.{name}]",
            f'service = "{service}"',
            *(f"{key} = {json.dumps(options[key])}" for key in options),
        ]
        with self.config.open("a") as file:
            file.write("\n".join([*lines, "", ""]))
        self.config.chmod(0o600)

    def start(
        self, *words: str, size: tuple[int, int] = (100, 30), hears_of_hangups: bool = True, **environ: str
    ) -> Terminal:
        columns, lines = size
        return Terminal(
            words or LIST, {**self.environ, **environ}, columns=columns, lines=lines, cwd=self.folder,
            hears_of_hangups=hears_of_hangups,
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A home of somebody who has configured nothing."""
    return Desk(tmp_path)


@pytest.fixture
def connected(desk: Desk, stage: Stage) -> Iterator[Desk]:
    """A home with one profile, of a service in a world that stands still."""
    with stage.serving("deltatwin", runs=20) as served:
        desk.configure("destine", "deltatwin", **served.options)
        yield desk


def assert_left_as_it_was(terminal: Terminal) -> None:
    """The other screen is left, the cursor shown, mouse and pasting as before, lines edited and echoed again."""
    modes = terminal.modes
    assert modes[1049] is False
    assert modes[25] is True
    assert not [mode for mode in (1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004) if modes.get(mode)]
    assert terminal.is_keyboard_left
    assert not terminal.settings_changed


def test_it_starts_answers_keys_takes_another_size_and_quits(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        assert terminal.modes[1049] is True
        terminal.press("5")
        terminal.until(lambda: "succeeded" not in terminal.text.split("STATUS")[1], "failed runs alone")
        terminal.press("l")
        terminal.shows("stderr")
        terminal.resize(60, 16)
        terminal.until(lambda: "? help" in terminal.text.splitlines()[-1], "the footer of a smaller screen")
        terminal.press("q")
        terminal.shows("STATUS")
        terminal.resize(130, 40)
        terminal.until(lambda: "? help" in terminal.text.splitlines()[-1], "the footer of a larger screen")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.last_words == ""
        assert_left_as_it_was(terminal)


@pytest.mark.parametrize("last_list", [None, {"view": {"sort": "took"}}])
def test_keys_typed_before_anything_is_drawn_act_on_the_runs_that_are_known(
    connected: Desk, last_list: dict[str, object] | None
) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        terminal.press("q")
        assert terminal.ended() == 0
    if last_list is not None:
        (connected.folder / "data" / "last-list.json").write_text(json.dumps(last_list))
    with connected.start() as terminal:
        terminal.press("l")
        terminal.shows("F follow")
        terminal.press("q")
        terminal.shows("1 All 20")


def test_keys_that_arrive_in_one_piece_are_acted_on_in_turn(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        terminal.type_at_once("/rotat\r")
        terminal.until(lambda: "/ rotat" in terminal.text and "of 20" in terminal.text, "the list of what was typed")
        terminal.press("escape")
        terminal.until(lambda: "/ rotat" not in terminal.text, "the whole list")
        terminal.type_at_once("5l")
        terminal.shows("stderr")


def test_control_c_twice_quits(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        terminal.press("ctrl+c")
        terminal.shows("Press again to quit")
        terminal.press("ctrl+c")
        assert terminal.ended() == 0
        assert_left_as_it_was(terminal)


def until_taken(terminal: Terminal, times: int) -> None:
    """Wait until it has begun so many times to read keys as they are typed."""
    terminal.until(lambda: terminal.sent.count(b"\x1b[?2004h") == times, f"the terminal taken {times} times")


@pytest.mark.parametrize("hears_of_hangups", [True, False])
def test_it_ends_and_leaves_nothing_behind_when_its_terminal_vanishes(connected: Desk, hears_of_hangups: bool) -> None:
    scratch = connected.folder / "scratch"
    scratch.mkdir()
    with connected.start(hears_of_hangups=hears_of_hangups, TMPDIR=str(scratch)) as terminal:
        terminal.shows("1 All 20")
        terminal.press("5", "l")
        terminal.shows("stderr")
        assert terminal.vanish() == 1
    assert not list(scratch.iterdir())


def test_it_ends_when_its_terminal_vanishes_after_it_was_suspended(connected: Desk) -> None:
    with connected.start(hears_of_hangups=False) as terminal:
        for number in range(1, 3):
            terminal.shows("1 All 20")
            terminal.press("ctrl+z")
            terminal.until(lambda: terminal.is_stopped, "being stopped")
            terminal.tell_to_end(signal.SIGCONT)
            until_taken(terminal, number + 1)
        terminal.press("5", "l")
        terminal.shows("stderr")
        assert terminal.vanish() == 1


def test_after_a_stop_nobody_asked_it_for_keys_act_and_it_ends_as_usual(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        for number in range(1, 3):
            terminal.tell_to_end(signal.SIGSTOP)
            terminal.until(lambda: terminal.is_stopped, "being stopped")
            terminal.tell_to_end(signal.SIGCONT)
            until_taken(terminal, number + 1)
        terminal.press("5", "l")
        terminal.shows("stderr")
        terminal.press("q", "q")
        assert terminal.ended() == 0
        assert_left_as_it_was(terminal)


def test_a_download_goes_on_when_its_terminal_vanishes_and_the_next_dashboard_shows_it(
    desk: Desk, stage: Stage
) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        desk.configure("destine", "deltatwin", **served.options)
        hanging = served.simulator.application.add(Fault(match="download", hang=True))
        with desk.start(size=(120, 30)) as terminal:
            terminal.shows("1 All 20")
            terminal.press("4")
            terminal.until(lambda: "failed" not in terminal.text.split("STATUS")[1], "succeeded runs alone")
            terminal.press("f")
            terminal.shows("Asking for the beginning")  # of the file under the cursor
            terminal.press("d")
            terminal.shows("Downloads")
            assert terminal.vanish() == 1
        with desk.start(size=(120, 30)) as terminal:
            terminal.shows("1 All 20")
            terminal.press("T")
            terminal.shows("process ")
            hanging.times, hanging.released = 0, True
            terminal.shows("1 done")
            terminal.press("q", "q")
            assert terminal.ended() == 0


def test_it_closes_as_usual_when_it_is_told_to_end(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        terminal.tell_to_end(signal.SIGTERM)
        assert terminal.ended() == 1
        assert_left_as_it_was(terminal)


def test_without_colour_no_code_of_a_colour_is_sent(connected: Desk) -> None:
    with connected.start(NO_COLOR="1") as terminal:
        terminal.shows("1 All 20")
        terminal.press("5", "l")
        terminal.shows("stderr")
        terminal.press("?")
        terminal.shows("that work now")
        terminal.press("q")
        terminal.shows("stderr")
        terminal.press("q")
        terminal.shows("STATUS")
        terminal.press(":")
        terminal.shows("Search for commands")
        terminal.press("escape")
        terminal.until(lambda: "Search for commands" not in terminal.text, "the list")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.colours == set()


def test_with_colour_statuses_have_some(connected: Desk) -> None:
    with connected.start() as terminal:
        terminal.shows("1 All 20")
        assert terminal.colours


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_told_so_in_a_sentence(connected: Desk, term: str) -> None:
    with connected.start(TERM=term) as terminal:
        assert terminal.ended() == 2
        assert "this terminal cannot draw the dashboard" in terminal.text
        assert b"\x1b" not in terminal.sent


def test_a_wrong_configuration_is_told_before_the_terminal_is_touched(desk: Desk) -> None:
    desk.config.write_text("[profiles.x]\nservce = 1\n")
    with desk.start() as terminal:
        assert terminal.ended() == 2
        assert f"{desk.config.name}:1" in terminal.text.replace("\n", "")
        assert b"\x1b" not in terminal.sent


def test_a_chosen_key_that_is_none_is_told_before_the_terminal_is_touched(connected: Desk) -> None:
    with connected.config.open("a") as file:
        file.write('[keys]\n"runs.filter" = "contrl+f"\n')
    with connected.start() as terminal:
        assert terminal.ended() == 2
        assert "which is not a key" in terminal.text.replace("\n", " ")
        assert b"\x1b" not in terminal.sent


# nothing configured yet


def test_what_was_found_on_this_machine_is_one_key_away(desk: Desk, stage: Stage) -> None:
    with stage.serving("carrot", runs=5) as served:
        folder = desk.folder / ".carrot_cli"
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({"carrot_server_address": served.url}))
        with desk.start() as terminal:
            terminal.shows(".carrot_cli")
            terminal.press("enter")
            terminal.shows("1 All 5")
            terminal.press("q")
            assert terminal.ended() == 0
            assert_left_as_it_was(terminal)
    assert served.url in desk.config.read_text()


def test_the_demo_is_one_key_away(desk: Desk) -> None:
    with desk.start() as terminal:
        terminal.shows("see the demo")
        terminal.press("d")
        terminal.until(lambda: re.search(r"1 All \d{2,}", terminal.text), "runs of the demo")
        terminal.press("q")
        assert terminal.ended() == 0
        assert_left_as_it_was(terminal)
    assert not desk.config.exists()


# crashes

SESSION_CRASH = f"""
import sys
from runtui.cli.main import run
from runtui.services.feed import Feed

async def broken(self):
    password = "{TOKEN}"
    raise RuntimeError("planted fault")

Feed.poll = broken
sys.exit(run([]))
"""
SCREEN_CRASH = f"""
import sys
from runtui.cli.main import run
from runtui.tui.screens.runs import RunsScreen

def broken(self):
    password = "{TOKEN}"
    raise RuntimeError("planted fault")

RunsScreen.action_edit_filter = broken
sys.exit(run([]))
"""


@pytest.mark.parametrize("program", [SESSION_CRASH, SCREEN_CRASH], ids=["session", "screen"])
def test_a_bug_ends_with_our_report_which_holds_no_secret(connected: Desk, program: str) -> None:
    connected.configure("planted", "rescale", url="http://127.0.0.1:9", token=TOKEN)
    with connected.start("-c", program, RESCALE_API_KEY=TOKEN) as terminal:
        if program is SCREEN_CRASH:
            terminal.shows("1 All 20")
            terminal.press("/")
        assert terminal.ended() == 1
        assert_left_as_it_was(terminal)
        assert "a bug in runtui: RuntimeError" in terminal.last_words
        assert "Traceback" not in terminal.last_words
        assert TOKEN.encode() not in terminal.sent
    (report,) = (connected.folder / "cache").glob("crash-*.txt")
    assert "planted fault" in report.read_text()
    assert "in broken" in report.read_text()
    assert TOKEN not in report.read_text().replace(f'password = "{TOKEN}"', "")
    assert report.stat().st_mode & 0o077 == 0
