"""What stands in the cells of a terminal."""

import pytest
from rich.cells import cell_len
from wcwidth import wcwidth

from runtui.tui.terminal.cell_texts import TAIL, cells_of, is_agreed_on

LAST = 0x1FB00
"""Behind it there are only rare ideographs, and what nobody draws."""


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", ["a", "b", "c"]),
        ("漢x", ["漢", TAIL, "x"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👩\u200d🚀.", ["👩\u200d🚀", TAIL, "."]),
        ("", []),
    ],
)
def test_wide_characters_take_two_cells_and_combining_ones_none(text: str, cells: list[str]) -> None:
    assert cells_of(text) == cells


def test_no_control_character_stands_in_a_cell() -> None:
    controls = "".join(map(chr, [*range(1, 32), *range(127, 160)]))
    assert "".join(cells_of(f"a{controls}漢{controls}b")) == "a漢b"


def test_there_are_as_many_cells_as_the_framework_counts() -> None:
    for number in range(32, LAST):
        character = chr(number)
        if cell_len(character) and not "\x7f" <= character < "\xa0":
            assert len(cells_of(character)) == cell_len(character), hex(number)


def test_what_all_terminals_are_said_to_agree_on_has_the_width_that_others_give_it_too() -> None:
    odd = [
        hex(number)
        for number in range(32, LAST)
        if is_agreed_on(chr(number)) and not cell_len(chr(number)) == wcwidth(chr(number)) == len(cells_of(chr(number)))
    ]
    assert odd == []


@pytest.mark.parametrize("text", ["🚀", "e\u0301", "⌚", "✔\ufe0f", "a🚀b"])
def test_emoji_and_what_is_put_on_characters_are_not_agreed_on(text: str) -> None:
    assert not is_agreed_on(text)


@pytest.mark.parametrize("text", ["abc", "○ ● ◐ ✔ ✖ ■ ◇ ▌▐ ★ ▾▸ ← … ─│ ▁▂█ ▕", "漢字カナ한글", "é ß Ω Ж"])
def test_signs_and_letters_are_agreed_on(text: str) -> None:
    assert is_agreed_on(text)
