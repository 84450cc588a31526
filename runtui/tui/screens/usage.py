"""How much of each allowance is used, profile by profile."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from runtui.model.errors import RuntuiError, UnsupportedError
from runtui.model.usage import Usage
from runtui.render.cell import Cell, Tone
from runtui.render.sanitise import one_line
from runtui.render.units import age_of
from runtui.render.usage_lines import usage_lines
from runtui.styles_folder import style_sheets
from runtui.tui.screens.base import RuntuiScreen
from runtui.tui.widgets.cell_lines import CellLines, Made
from runtui.tui.widgets.detail_line import DetailLine
from runtui.tui.widgets.key_footer import KeyFooter

Answer = tuple[Usage, ...] | RuntuiError


class UsageScreen(RuntuiScreen):
    """A bar for each allowance that has a limit; a sentence where a service does not tell."""

    CSS_PATH = style_sheets("usage")

    AUTO_FOCUS = "#usage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+r", "fetch", "refresh", id="usage.refresh", tooltip="ask again"),
    ]

    def __init__(self, profile: str | None = None) -> None:
        """`profile` comes first."""
        super().__init__()
        self._first = profile
        self._answers: dict[str, Answer] = {}
        self._asked_at: datetime | None = None

    def compose(self) -> ComposeResult:
        """What this is, the bars, the footer."""
        yield DetailLine(id="head")
        yield CellLines(self._lines, id="usage")
        yield KeyFooter(("usage.refresh", "screen.back"), id="footer")

    def on_mount(self) -> None:
        """Ask every profile."""
        self.action_fetch()

    @property
    def profiles(self) -> Sequence[str]:
        """All profiles, the one that was looked at first."""
        return sorted(self.dashboard.index.health, key=lambda name: name != self._first)

    def action_fetch(self) -> None:
        """Ask every profile anew; what is known stays in sight until then."""
        self._asked_at = self.dashboard.now()
        for profile in self.profiles:
            self._fetch(profile)
        self._show()

    @work(group="usage")
    async def _fetch(self, profile: str) -> None:
        try:
            self._answers[profile] = await self.ask(lambda session: session.usage(profile))
        except RuntuiError as error:
            self._answers[profile] = error
        self._show()

    def time_passed(self, now: datetime) -> None:
        """The answer grows older."""
        self._show_head()

    def _show(self) -> None:
        self._show_head()
        self.query_one(CellLines).make_again()

    def _show_head(self) -> None:
        asked = f"asked {age_of(self._asked_at, self.dashboard.now())} ago"
        self.query_one("#head", DetailLine).show_facts(Cell("Usage", Tone.STRONG), Cell(asked, Tone.MUTED))

    def _lines(self, width: int) -> Made:
        lines: list[Sequence[Cell]] = []
        if not self.profiles:
            lines.append((Cell("   No profile is configured.", Tone.MUTED),))
        for profile in self.profiles:
            lines += [(Cell(f" {one_line(profile)}", Tone.ACCENT),), *self._answer_lines(profile, width), ()]
        return lines

    def _answer_lines(self, profile: str, width: int) -> list[Sequence[Cell]]:
        answer = self._answers.get(profile)
        if answer is None:
            return [(Cell("   asking …", Tone.MUTED),)]
        if isinstance(answer, RuntuiError):
            tone = Tone.MUTED if isinstance(answer, UnsupportedError) else Tone.WARNING
            said = [(Cell(f"   {one_line(answer.message)}", tone),)]
            return [*said, (Cell(f"   {one_line(answer.hint)}", Tone.MUTED),)] if answer.hint else list(said)
        return usage_lines(answer, width, self.dashboard.glyphs)
