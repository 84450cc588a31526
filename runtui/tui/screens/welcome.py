"""The first screen of who has configured nothing yet."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.backends.registry import FoundProfile
from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config
from runtui.config.writer import write_profile
from runtui.model.errors import RuntuiError
from runtui.render.cell import Cell, Tone
from runtui.render.columns import Column, DrawContext, natural_key
from runtui.render.sanitise import one_line, safe_lines
from runtui.render.widths import truncate
from runtui.render.wrap import wrap
from runtui.styles_folder import style_sheets
from runtui.tui.ending import Ending
from runtui.tui.profile_examples import profile_examples
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.cell_lines import CellLines, Made
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter
from runtui.tui.widgets.row_view import RowView
from runtui.tui.widgets.rule import Rule
from runtui.tui.widgets.virtual_table import VirtualTable

_MARGIN = "   "

FOUND_COLUMNS: tuple[Column[FoundProfile], ...] = (
    Column(
        key="name",
        title="PROFILE",
        cell=lambda found, _: Cell(one_line(found.name), Tone.STRONG),
        sort_value=lambda found, _: natural_key(found.name),
        width=24,
        min_width=8,
    ),
    Column(
        key="service",
        title="SERVICE",
        cell=lambda found, _: Cell(one_line(found.service)),
        sort_value=lambda found, _: natural_key(found.service),
        width=12,
    ),
    Column(
        key="address",
        title="ADDRESS",
        cell=lambda found, _: Cell(one_line(_address(found))),
        sort_value=lambda found, _: _address(found),
        width=40,
        min_width=10,
        cut_middle=True,
    ),
    Column(
        key="origin",
        title="FOUND IN",
        cell=lambda found, _: Cell(one_line(found.origin), Tone.MUTED),
        sort_value=lambda found, _: found.origin,
        width=48,
        min_width=10,
        grows=True,
        cut_middle=True,
    ),
)


class FoundTable(VirtualTable[str, FoundProfile]):
    """What the services' own clients left on this machine, one line a profile that could be added."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_row", "add it", id="list.open", tooltip="add the marked, or the one under the cursor"),
    ]


class WelcomeScreen(RuntuiScreen):
    """The ways to begin: a command on this machine, the demo, a profile that was found, one that one writes oneself."""

    CSS_PATH = style_sheets("welcome")

    is_root = True
    AUTO_FOCUS = "#found"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "open_demo", "demo", id="welcome.demo", tooltip="see the demo on simulated services"),
        Binding("l", "start_here", "start something here", id="welcome.here", tooltip="run a command on this machine"),
        Binding("r", "read_again", "read again", id="welcome.read", tooltip="read the configuration file again"),
        Binding("y,c", "copy_examples", "copy", id="welcome.copy", tooltip="copy the examples"),
        Binding("q", "leave", "quit", id="screen.leave"),
        Binding("tab", "app.focus_next", "next pane", id="pane.next", show=False),
        Binding("shift+tab", "app.focus_previous", "pane before", id="pane.previous", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, FoundProfile] = {}
        self._examples: list[str] = []
        self._complaint: list[str] = []

    def compose(self) -> ComposeResult:
        """The demo, what was found, what could be written."""
        context = DrawContext(now=self.dashboard.now(), glyphs=self.dashboard.glyphs)
        yield DetailLine(id="head")
        yield DetailLine(id="here")
        yield DetailLine(id="demo")
        yield Rule("Found on this machine", id="found-rule")
        yield FoundTable(FOUND_COLUMNS, self._found.get, context, id="found")
        yield Rule(id="examples-rule")
        yield CellLines(self._example_lines, id="examples")
        yield KeyFooter(("list.open", "welcome.here", "welcome.demo", "welcome.read", "welcome.copy"), id="footer")

    def on_mount(self) -> None:
        """Say what there is to do, and look around."""
        nothing_yet = Cell("no profile is configured yet", Tone.MUTED)
        self.query_one("#head", DetailLine).show_facts(Cell("runtui", Tone.STRONG), nothing_yet)
        if self.dashboard.opening.profiles:
            here = "start something on this machine: any command, no account"
            self.add_class("-here")
            self.query_one("#here", DetailLine).show_facts((Cell("l  ", Tone.ACCENT), Cell(here)))
        else:
            self.query_one("#here", DetailLine).display = False
        demo = "see the demo: simulated services, no account, no network"
        if self.dashboard.opening.offers_demo:
            self.query_one("#demo", DetailLine).show_facts((Cell("d  ", Tone.ACCENT), Cell(demo)))
        else:
            line = Cell("`runtui demo` shows simulated services; it needs: pip install 'runtui[demo]'", Tone.MUTED)
            self.query_one("#demo", DetailLine).show_facts(line)
        title = f"Or write one into {_short(self.config_path)}; r reads it"
        self.query_one("#examples-rule", Rule).show_title(one_line(title))
        self.table.set_waiting(True, "Looking for what other programs left here …")
        self._look_around()

    @property
    def table(self) -> FoundTable:
        """The table of what was found."""
        return self.query_one(FoundTable)

    @property
    def config_path(self) -> Path:
        """The file profiles are read from."""
        return self.dashboard.opening.config.path

    def _complain(self, *sentences: str) -> None:
        """Say what went wrong above the examples, where there is room for all of it."""
        self._complaint = [line for sentence in sentences for line in safe_lines(sentence)]
        examples = self.query_one("#examples", CellLines)
        examples.make_again()
        examples.scroll_top(0)

    # what is on this machine

    @work(thread=True, group="look")
    def _look_around(self) -> None:
        found, examples = self.dashboard.opening.find_profiles(), profile_examples()
        self.show_from_thread(self._show_found, with_own_names(found), examples)

    def _show_found(self, found: list[FoundProfile], examples: list[str]) -> None:
        self._found.update((one.name, one) for one in found)
        self._examples = examples
        table = self.table
        table.set_waiting(False)
        table.set_empty("Nothing was found: no other client of these services has been used here.")
        table.show_keys([one.name for one in found])
        self.query_one("#examples", CellLines).make_again()
        self._fit_table()
        if not found:
            self.query_one("#examples", CellLines).focus()

    def on_resize(self) -> None:
        """Leave room for the examples."""
        self._fit_table()

    def _fit_table(self) -> None:
        self.table.styles.height = min(max(3, len(self._found) + 1), max(3, self.size.height // 2 - 3))

    def _example_lines(self, width: int) -> Made:
        room = width - 2 * len(_MARGIN)
        complaint = [wrapped for line in self._complaint for wrapped in wrap(line, room)]
        return [
            *((Cell(_MARGIN), Cell(line, Tone.ERROR)) for line in (*complaint, *([""] if complaint else []))),
            *((Cell(_MARGIN), *_toned(truncate(line, room))) for line in self._examples),
        ]

    # actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is offered is what can be done."""
        if action == "start_here":
            return bool(self.dashboard.opening.profiles)
        return action != "open_demo" or self.dashboard.opening.offers_demo

    def action_open_demo(self) -> None:
        """Open the dashboard on simulated services."""
        self.dashboard.end_with(Ending.DEMO)

    async def action_start_here(self) -> None:
        """Show the form for a command on this machine, and behind it the list of runs."""
        from runtui.tui.screens.runs import RunsScreen

        await self.app.switch_screen(RunsScreen())
        self.dashboard.action_run_command()

    @on(RowView.RowOpened, "#found")
    def _found_opened(self) -> None:
        names = self.table.marked_keys or ([self.table.cursor_key] if self.table.cursor_key else [])
        self._add([self._found[name] for name in names])

    @work(thread=True, exclusive=True, group="configuration")
    def _add(self, chosen: list[FoundProfile]) -> None:
        """Write the profiles into the configuration, and open the dashboard on them."""
        try:
            for found in chosen:
                write_profile(self.config_path, found.name, found.service, found.options)
        except RuntuiError as error:
            self.show_from_thread(self._complain, error.message, error.hint)
        else:
            self.show_from_thread(self.dashboard.end_with, Ending.REOPEN)

    @work(thread=True, exclusive=True, group="configuration")
    def action_read_again(self) -> None:
        """Read the configuration file, and open the dashboard once a profile is in it."""
        try:
            config = self._read_config()
        except RuntuiError as error:
            self.show_from_thread(self._complain, error.message, error.hint)
            return
        if config.profiles:
            self.show_from_thread(self.dashboard.end_with, Ending.REOPEN)
        else:
            self.show_from_thread(self._complain, f"There is no profile in {_short(self.config_path)}.")

    def _read_config(self) -> Config:
        opening = self.dashboard.opening
        return opening.config if opening.read_config is None else opening.read_config()

    def action_copy_examples(self) -> None:
        """Copy the examples to the terminal's clipboard."""
        self.app.copy_to_clipboard("\n".join(self._examples))
        self.notify("Copied the examples")


def with_own_names(found: Iterable[FoundProfile]) -> list[FoundProfile]:
    """The same, no two of one name: `-2` and so on is put behind those that would be."""
    taken: set[str] = set()
    named: list[FoundProfile] = []
    for one in found:
        name, number = one.name, 1
        while name in taken:
            number += 1
            name = f"{one.name}-{number}"
        taken.add(name)
        named.append(msgspec.structs.replace(one, name=name))
    return named


def _address(found: FoundProfile) -> str:
    origin = Origin(place=found.origin)
    return Profile(name=found.name, service=found.service, options=found.options, origin=origin).address


def _toned(line: str) -> list[Cell]:
    code, sign, comment = line.partition("   # ")
    return [Cell(code), Cell(f"{sign}{comment}", Tone.MUTED)]


def _short(path: Path) -> str:
    home = Path.home()
    return one_line(f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path), 60)
