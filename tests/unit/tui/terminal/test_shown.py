"""Whatever is drawn in whatever order, a terminal that got only the differences shows what one does that got all."""

from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field

import pyte
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyte import screens
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from wcwidth import wcwidth

from runtui.tui.terminal.cell_texts import BLANK, TAIL, cells_of
from runtui.tui.terminal.shown import RowMove, Shown, Stretch
from tests.support.terminal import seen

Cell = tuple[str, Style]
Row = MutableMapping[int, screens.Char]
PLAIN = Style()
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""To look for the smallest failing case takes minutes."""


@dataclass
class Frame:
    """What is drawn at once. Texts may reach over the edge: then they are cut."""

    stretches: list[tuple[int, int, list[Segment]]]
    moves: list[RowMove] = field(default_factory=list)
    disturbance: str = ""
    """What something else has written on the terminal before."""


class Wanted:
    """What should be on the screen, cell by cell, and a terminal that was sent all of it in the simplest way."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.lines: list[list[Cell]] = [[(BLANK, PLAIN)] * width for _ in range(height)]

    def draw(self, frame: Frame) -> None:
        for move in frame.moves:
            rows = self.lines[move.rows.start : move.rows.stop]
            bare: list[list[Cell]] = [[(BLANK, PLAIN)] * self.width for _ in range(min(abs(move.by), len(rows)))]
            kept = rows[move.by :] + bare if move.by > 0 else bare + rows[: len(rows) + move.by]
            self.lines[move.rows.start : move.rows.stop] = kept[: len(rows)]
        for row, column, segments in frame.stretches:
            for text, style, _ in segments:
                for cell in cells_of(text):
                    self._put(row, column, cell, style or PLAIN)
                    column += 1
            self._without_halves(row)

    def stretches(self) -> list[Stretch]:
        """All of it."""
        return [Stretch(row, 0, [Segment(*cell) for cell in line]) for row, line in enumerate(self.lines)]

    def _put(self, row: int, column: int, cell: str, style: Style) -> None:
        if column < self.width:
            self.lines[row][column] = (cell, style)

    def _without_halves(self, row: int) -> None:
        line = self.lines[row]
        for at, (cell, style) in enumerate(line):
            is_wide = len(cells_of(cell)) == 2
            if is_wide and (at + 1 == self.width or line[at + 1][0] != TAIL):
                line[at] = (BLANK, style)
            if cell == TAIL and (at == 0 or len(cells_of(line[at - 1][0])) != 2):
                line[at] = (BLANK, style)

    def terminal(self, colours: ColorSystem) -> pyte.Screen:
        screen, stream = a_terminal(self.width, len(self.lines))
        for row, line in enumerate(self.lines):
            strip = Strip([Segment(cell, style) for cell, style in line])
            drawn = (Strip.render_style(style or PLAIN, text, colours) for text, style, _ in strip if text)
            stream.feed(f"\x1b[{row + 1};1H{''.join(drawn)}")
        return screen


class Halves(pyte.Screen):
    """Blanks what is left of a wide character half of which is written over, as tmux does: not where it is erased."""

    def draw(self, data: str) -> None:
        for character in data:
            width = screens.wcwidth(character)
            if width > 0 and self.cursor.x < self.columns:
                self._blank(self.buffer[self.cursor.y], self.cursor.x, width)
            super().draw(character)

    def _blank(self, row: Row, at: int, width: int) -> None:
        end = at + width
        while end < self.columns and row[end].data == TAIL:
            row[end] = self.default_char
            end += 1
        if row[at].data == TAIL:
            while at and row[at].data == TAIL:
                at -= 1
            row[at] = self.default_char


def a_terminal(width: int, height: int) -> tuple[pyte.Screen, pyte.Stream]:
    screen = Halves(width, height)
    screen.reset_mode(7, private=True)
    return screen, pyte.Stream(screen)


def looks_of(screen: pyte.Screen) -> list[list[Hashable]]:
    return [[seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


CHARACTERS = st.sampled_from(
    [BLANK * 7, BLANK, BLANK, *"abc01", "é", "─", "●", "✔", "漢", "字", "e\u0301", "🚀"]
)  # fmt: skip
TEXTS = st.lists(CHARACTERS, min_size=1, max_size=12).map("".join)
GROUNDS = st.sampled_from(["", "on red", "on bright_blue", "on #101318", "on color(200)", "on default"])
COLOURS = st.sampled_from(["", "red", "bright_blue", "#123456", "color(200)", "default"])
ATTRIBUTES = st.sampled_from(["", "bold", "italic", "underline", "reverse", "strike", "dim", "blink", "bold underline"])
STYLES = st.builds(lambda *words: Style.parse(" ".join(words)).copy(), ATTRIBUTES, COLOURS, GROUNDS)
SEGMENTS = st.lists(st.builds(Segment, TEXTS, st.one_of(st.none(), STYLES)), min_size=1, max_size=5)


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, int, list[Frame]]:
    """A terminal of some size, and what is drawn on it in turn."""
    width, height = draw(st.sampled_from([(12, 3), (40, 5)]))
    row, column = st.integers(0, height - 1), st.one_of(st.just(0), st.integers(0, width - 1))
    stretch = st.tuples(row, column, SEGMENTS)
    move = st.builds(
        lambda start, count, by: RowMove(range(start, min(height, start + count)), by),
        st.integers(0, height - 2), st.integers(2, height), st.sampled_from([-2, -1, 1, 2]),
    )  # fmt: skip
    disturbance = st.sampled_from(["", "", "", "\x1b[2J", "\x1b[H\x1b[31mwall\x1b[m"])
    frame = st.builds(Frame, st.lists(stretch, max_size=4), st.lists(move, max_size=1), disturbance)
    return width, height, draw(st.lists(frame, min_size=1, max_size=4))


@pytest.mark.parametrize("erases_in_colour", [True, False])
@given(history=histories(), colours=st.sampled_from(list(ColorSystem)[:4]))
@settings(
    suppress_health_check=list(HealthCheck),
    deadline=None,
    max_examples=100,
    phases=UNSHRUNK,
)
def test_a_terminal_shows_what_it_should_after_every_frame(
    erases_in_colour: bool, history: tuple[int, int, list[Frame]], colours: ColorSystem
) -> None:
    width, height, drawn = history
    wanted = Wanted(width, height)
    screen, stream = a_terminal(width, height)
    shown = Shown(erases_in_colour=erases_in_colour)
    stream.feed(shown.change(width, height, wanted.stretches(), colours=colours))
    for frame in drawn:
        stretches = [Stretch(*stretch) for stretch in frame.stretches]
        wanted.draw(frame)
        if frame.disturbance:
            stream.feed(frame.disturbance)
            shown.forget()
            stretches += wanted.stretches()
        stream.feed(shown.change(width, height, stretches, colours=colours, moves=frame.moves))
        assert looks_of(screen) == looks_of(wanted.terminal(colours))
        assert shown.change(width, height, wanted.stretches(), colours=colours) == ""


def _of_other_widths(character: str) -> int:
    """As terminals count that know no emoji, and draw both letters of a flag."""
    if character in "\U0001f1e6\U0001f1fe":
        return 2
    return 1 if character == "🚀" else wcwidth(character)


ODD_TEXTS = st.lists(
    st.sampled_from(["🚀", "🇦🇾", "e\u0301", "👍🏽", "漢", BLANK, "a", "b─"]), min_size=1, max_size=8
).map("".join)
ODD_SEGMENTS = st.lists(st.builds(Segment, ODD_TEXTS, st.one_of(st.none(), STYLES)), min_size=1, max_size=4)
ODD_FRAMES = st.lists(st.tuples(st.just(0), st.integers(0, 15), ODD_SEGMENTS), max_size=3)


@pytest.mark.parametrize("erases_in_colour", [True, False])
@given(frames=st.lists(ODD_FRAMES, min_size=2, max_size=4))
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150, phases=UNSHRUNK)
def test_a_terminal_that_counts_cells_otherwise_shows_what_it_does_when_all_is_drawn_anew(
    erases_in_colour: bool, frames: list[list[tuple[int, int, list[Segment]]]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pyte.screens.wcwidth", _of_other_widths)
        wanted = Wanted(16, 1)
        screen, stream = a_terminal(16, 1)
        shown = Shown(erases_in_colour=erases_in_colour)
        stream.feed(shown.change(16, 1, wanted.stretches()))
        for frame in frames:
            wanted.draw(Frame(frame))
            stream.feed(shown.change(16, 1, [Stretch(*stretch) for stretch in frame]))
            after = looks_of(screen)
            shown.forget()
            stream.feed(shown.change(16, 1, wanted.stretches()))
            assert after == looks_of(screen)


def sent(*lines: list[Segment], before: str = "", width: int = 30) -> str:
    """What is sent for lines on a terminal that shows a text in its first line, and nothing else."""
    shown = Shown(erases_in_colour=True)
    wiped = [Stretch(row, 0, [Segment(before.ljust(width) if row == 0 else " " * width)]) for row in range(3)]
    shown.change(width, 3, wiped)
    return shown.change(width, 3, [Stretch(row, 0, line) for row, line in enumerate(lines)])


RED, GREEN = Style.parse("#ff0000"), Style.parse("#00ff00")


@pytest.mark.parametrize(
    ("lines", "before", "expected"),
    [
        ([[Segment("abc")]], "abc", ""),
        ([[Segment("abd")]], "abc", "\x1b[1;3Hd"),
        ([[Segment("xbcdefy")]], "abcdefg", "\x1b[1Hx\x1b[5Cy"),
        ([[Segment("xbcy")]], "abcd", "\x1b[1Hxbcy"),
        ([[Segment(" " * 30)]], "a text that goes", "\x1b[1H\x1b[K"),
        ([[Segment(" " * 20 + "bc")]], "a_text_that_goes    bc", "\x1b[1H\x1b[16X"),
        ([[Segment("a")], [Segment("b")]], "", "\x1b[1Ha\r\nb"),
        ([[Segment("   a"), Segment(" ", RED)]], "   b", "\x1b[1;4Ha"),
        (
            [[Segment("ab", RED), Segment("cd", GREEN), Segment("ef", RED), Segment("gh", GREEN)]],
            "",
            "\x1b[1H\x1b[38;2;255;0;0mab\x1b[2Cef\x1b[3G\x1b[38;2;0;255;0mcd\x1b[2Cgh\x1b[m",
        ),
        ([[Segment(" " * 10 + "xy")]], "a_text_of漢y", "\x1b[1H\x1b[9X\x1b[9C x"),
        ([[Segment("🚀ab")]], "", "\x1b[1H  \r🚀\x1b[3Gab"),
        ([[Segment("🇦🇾a")]], "", "\x1b[1H  \r🇦🇾\x1b[3Ga "),
    ],
    ids=[
        "nothing that stands there", "one cell", "around what stays", "over a few that stay", "an end erased",
        "a middle erased", "on to the next line", "blanks that look the same", "a row by its looks",
        "half of a wide one, written and not erased", "odd widths",
        "a flag at once",
    ],
)  # fmt: skip
def test_what_is_sent(lines: list[list[Segment]], before: str, expected: str) -> None:
    assert sent(*lines, before=before) == expected
