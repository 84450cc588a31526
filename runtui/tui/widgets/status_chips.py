"""How many runs have which status, and which of them the list shows."""

from collections.abc import Sequence
from typing import Final

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message

from runtui.render.cell import Cell, Tone
from runtui.render.status_cells import StatusChip
from runtui.render.units import count
from runtui.tui.widgets.line_writer import LineWriter
from runtui.tui.widgets.one_line import OneLine, cells_width

_CHIP_WORDS: Final = ("all", "running", "queued", "succeeded", "failed", "stopped", "ended", "unknown")
CHIP_KEYS: Final = tuple(
    Binding(str(number), f"choose_chip('{number}')", f"list {word} runs", id=f"runs.chip_{number}", show=False)
    for number, word in enumerate(_CHIP_WORDS, start=1)
)
"""Bindings for the screen the chips stand on; its action hands the key to `StatusChips.choose`."""


def chip_word(key: str) -> str:
    """What the chip of a key lets through, in a word: `all`, or a status."""
    return _CHIP_WORDS[int(key) - 1]


def chip_key(word: str) -> str:
    """The key of the chip that lets this through; that of all for a word no chip has."""
    return str(_CHIP_WORDS.index(word) + 1 if word in _CHIP_WORDS else 1)


class StatusChips(OneLine):
    """`1 All 1284   2 ● Running 12 …`. The active chip stands out; a chip without runs is grey.

    Where there is little room the words go first, then the chips without runs.
    """

    class ChipChosen(Message):
        """A chip was clicked, or its key pressed."""

        def __init__(self, chip: StatusChip) -> None:
            super().__init__()
            self.chip = chip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chips: tuple[StatusChip, ...] = ()
        self._active = "1"
        self._places: list[tuple[int, int, StatusChip]] = []

    @property
    def active(self) -> str:
        """The key of the active chip."""
        return self._active

    @property
    def active_chip(self) -> StatusChip | None:
        """The active chip; None while none is shown."""
        return next((chip for chip in self._chips if chip.key == self._active), None)

    def show_chips(self, chips: Sequence[StatusChip], active: str | None = None) -> None:
        """Show these chips. `active` is the key of the one whose runs are listed; None leaves it."""
        self._chips = tuple(chips)
        self._active = self._active if active is None else active
        self.redraw()

    def set_active(self, key: str) -> None:
        """Make the chip of this key the active one without saying so, though it may not be there yet."""
        self._active = key
        self.redraw()

    def choose(self, key: str) -> bool:
        """Make the chip of this key the active one and say so. Tells whether there is one."""
        chip = next((chip for chip in self._chips if chip.key == key), None)
        if chip is None:
            return False
        self._active = key
        self.redraw()
        self.post_message(self.ChipChosen(chip))
        return True

    def write_line(self, writer: LineWriter, width: int) -> None:
        """The chips, each between two blanks, so that nothing moves when another one becomes active."""
        texts, gap = self._fitting(width)
        self._places = []
        for chip, cells in texts:
            start = writer.width
            style = self._chip_style(chip)
            writer.write(" ", style)
            for cell in cells:
                writer.write(cell.text, self._cell_style(chip, cell))
            writer.write(" ", style)
            self._places.append((start, writer.width, chip))
            writer.pad(gap)

    def _chip_style(self, chip: StatusChip) -> Style | None:
        return self.inks.chosen if chip.key == self._active else None

    def _cell_style(self, chip: StatusChip, cell: Cell) -> Style:
        if chip.key != self._active:
            return self.inks.tones[cell.tone]
        tones = self.inks.cursor_tones
        return tones[cell.tone] + self.inks.chosen if cell.tone is Tone.TEXT else self.inks.chosen + tones[cell.tone]

    def _fitting(self, width: int) -> tuple[list[tuple[StatusChip, list[Cell]]], int]:
        """The fullest way to say it that fits, and the blanks between two chips."""
        with_words = [(chip, _cells(chip, words=True)) for chip in self._chips]
        short = [(chip, _cells(chip, words=self._is_kept(chip))) for chip in self._chips]
        fewest = [(chip, cells) for chip, cells in short if chip.count or self._is_kept(chip)]
        for texts, gap in ((with_words, 1), (with_words, 0), (short, 1), (short, 0), (fewest, 0)):
            if sum(cells_width(cells) + 2 + gap for _, cells in texts) - gap <= width:
                return texts, gap
        return fewest, 0

    def _is_kept(self, chip: StatusChip) -> bool:
        return chip.key == self._active or not chip.glyph

    def on_click(self, event: events.Click) -> None:
        """Choose the chip clicked."""
        for start, end, chip in self._places:
            if start <= event.x < end:
                self.choose(chip.key)


def _cells(chip: StatusChip, *, words: bool) -> list[Cell]:
    """The key in grey, the sign in its colour, the word, the number."""
    tone = Tone.TEXT if chip.count else Tone.FAINT
    parts = [Cell(f"{chip.key} ", Tone.FAINT)]
    if chip.glyph:
        parts.append(Cell(f"{chip.glyph} ", chip.tone if chip.count else Tone.FAINT))
    if words:
        parts.append(Cell(f"{chip.label} ", tone))
    return [*parts, Cell(count(chip.count), tone)]
