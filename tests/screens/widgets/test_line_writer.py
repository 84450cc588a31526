"""Lines in as few runs as possible, and where two lines begin and end to differ."""

from rich.style import Style
from textual.strip import Strip

from runtui.render.cell import Cell, Tone
from runtui.render.palette import DARK
from runtui.tui.widgets.line_writer import LineWriter

GROUND = Style(color="#d0d0d0", bgcolor="#101010")
RED = Style(color="#ff0000")
BAR = Style(bgcolor="#333333")


def texts(strip: Strip) -> list[str]:
    return [segment.text for segment in strip]


def test_blanks_go_with_what_stands_before_them() -> None:
    writer = LineWriter(GROUND)
    writer.pad(2)
    writer.write("a")
    writer.pad(3)
    writer.write("b", RED)
    assert texts(writer.strip(10)) == ["  a   ", "b   "]


def test_blanks_between_two_texts_of_one_style_do_not_part_them() -> None:
    writer = LineWriter(GROUND)
    writer.write("a", RED)
    writer.pad(2)
    writer.write("b", RED)
    assert texts(writer.strip(4)) == ["a  b"]


def test_blanks_beside_a_text_with_a_background_are_not_coloured_by_it() -> None:
    writer = LineWriter(GROUND)
    writer.pad(1)
    writer.write("x", BAR)
    writer.pad(1)
    writer.write("y", BAR)
    strip = writer.strip(6)
    assert [(segment.text, segment.style.bgcolor == BAR.bgcolor) for segment in strip if segment.style] == [
        (" ", False),
        ("x", True),
        (" ", False),
        ("y", True),
        ("  ", False),
    ]


def test_blanks_of_an_underlined_text_are_not_underlined() -> None:
    writer = LineWriter(GROUND)
    writer.write("x", Style(underline=True))
    writer.pad(2)
    assert texts(writer.strip(3)) == ["x", "  "]


def test_on_a_reversed_line_blanks_do_not_take_another_colour() -> None:
    writer = LineWriter(Style(color="default", bgcolor="default", reverse=True))
    writer.write(">", Style(color="cyan"))
    writer.pad(2)
    assert texts(writer.strip(3)) == [">", "  "]


def test_a_line_is_as_wide_as_asked_whatever_the_characters() -> None:
    writer = LineWriter(GROUND)
    writer.write_cells([Cell("翼型 "), Cell("🚀", Tone.ERROR), Cell("x")], DARK.styles)
    assert writer.strip(20).cell_length == 20


def test_an_empty_line_is_blank() -> None:
    assert texts(LineWriter(GROUND).strip(5)) == ["     "]
