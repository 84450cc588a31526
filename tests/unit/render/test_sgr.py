"""Select-graphic-rendition sequences read into looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.sgr import PLAIN, Sgr, apply_sgr


@pytest.mark.parametrize(
    ("parameters", "look"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("31", Sgr(colour=1)),
        ("97", Sgr(colour=15)),
        ("44;1", Sgr(background=4, bold=True)),
        ("107", Sgr(background=15)),
        ("38;5;208", Sgr(colour=208)),
        ("48;2;1;2;3", Sgr(background=(1, 2, 3))),
        ("38:2::1:2:3", Sgr(colour=(1, 2, 3))),
        ("38:2:1:2:3", Sgr(colour=(1, 2, 3))),
        ("4:3", Sgr(underline=True)),
        ("4;24", PLAIN),
        ("4:0", PLAIN),
        ("2;3;7;9", Sgr(dim=True, italic=True, reverse=True, strike=True)),
        ("1;22;3;23;7;27;9;29", PLAIN),
        ("31;39;41;49", PLAIN),
        ("31;0;1", Sgr(bold=True)),
        ("5", PLAIN),
        ("8", PLAIN),
        ("38;5;999", PLAIN),
        ("38;2;1;2", PLAIN),
        ("38", PLAIN),
        ("77", PLAIN),
    ],
)
def test_parameters_give_a_look(parameters: str, look: Sgr) -> None:
    assert apply_sgr(PLAIN, parameters) == look


def test_a_sequence_changes_only_what_it_names() -> None:
    assert apply_sgr(Sgr(colour=1, bold=True), "4") == Sgr(colour=1, bold=True, underline=True)


@given(st.text("0123456789;:", max_size=40))
def test_any_parameters_are_read_without_an_error(parameters: str) -> None:
    assert isinstance(apply_sgr(PLAIN, parameters), Sgr)


def test_equal_colours_are_given_up() -> None:
    assert Sgr(colour=3, background=3, bold=True).visible == Sgr(bold=True)
    assert Sgr(colour=3, background=4).visible == Sgr(colour=3, background=4)
