"""The shortest way from one look to the next."""

import pytest
from rich.color import ColorSystem
from rich.style import Style

from runtui.tui.terminal.looks import Looks

ON_DARK = "on #101318"


def look(words: str) -> str:
    return Looks().of(Style.parse(words).copy(), ColorSystem.TRUECOLOR)


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("none", "none", ""),
        ("none", "bold", "\x1b[1m"),
        ("bold", "none", "\x1b[m"),
        (f"red {ON_DARK}", f"#0a0b0c {ON_DARK}", "\x1b[38;2;10;11;12m"),
        (f"bold red {ON_DARK}", f"red {ON_DARK}", "\x1b[22m"),
        (f"bold dim {ON_DARK}", f"dim {ON_DARK}", "\x1b[22;2m"),
        (f"underline red {ON_DARK}", f"reverse red {ON_DARK}", "\x1b[24;7m"),
        (f"bold italic underline red {ON_DARK}", "red", "\x1b[0;31m"),
        (f"red {ON_DARK}", ON_DARK, "\x1b[39m"),
        ("color(200) on color(17)", "color(200) on bright_red", "\x1b[101m"),
        ("default on default", "none", ""),
    ],
)
def test_only_what_differs_is_said_unless_it_is_shorter_to_begin_anew(old: str, new: str, sequence: str) -> None:
    assert Looks().way(look(old), look(new)) == sequence


def test_a_link_begins_and_ends() -> None:
    looks = Looks()
    linked = looks.of(Style(link="http://here"), ColorSystem.TRUECOLOR)
    assert looks.way(look("none"), linked) == "\x1b]8;;http://here\x1b\\"
    assert looks.way(linked, look("none")) == "\x1b]8;;\x1b\\"
    assert looks.way(linked, look("bold")) == "\x1b]8;;\x1b\\\x1b[1m"


def test_styles_that_look_the_same_are_one_look() -> None:
    plain = Style(color="red")
    assert look("red") == Looks().of(plain + Style(meta={"@click": "open"}), ColorSystem.TRUECOLOR)
    assert look("none") == look("default on default")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("red on blue", "bold green on blue", True),
        ("red", "none", True),
        ("red on blue", "red", False),
        ("reverse red", "red", False),
        ("underline", "none", False),
        ("strike on blue", "strike on blue", True),
    ],
)
def test_a_blank_shows_its_ground_and_lines_through_it(one: str, other: str, alike: bool) -> None:
    assert Looks().are_alike_blank(look(one), look(other)) is alike


def test_more_looks_than_are_kept_are_still_told_apart() -> None:
    looks = Looks()
    before = looks.of(Style(color="#000000"), ColorSystem.TRUECOLOR)
    for number in range(9000):
        looks.of(Style(color=f"#{number:06x}"), ColorSystem.TRUECOLOR)
    assert looks.of(Style(color="#000000"), ColorSystem.TRUECOLOR) == before
