"""Hostile text becomes visible and inert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.sanitise import is_safe, log_line, one_line, safe_lines
from runtui.render.sgr import Sgr, SgrSpan
from runtui.render.widths import cell_width
from tests.support.inert import assert_inert

_SEQUENCES = ("\x1b[31m", "\x1b[0m", "\x9b2J", "\x1b]0;t\x07", "\x1b]52;c;eA==\x1b\\", "\x1bP1$r\x1b\\", "\r\n", "\t")
_CHARACTERS = ("\ud83d", "\u202e", "\u200d", "\ufeff", "\u0301" * 7, "\x00", "\u2028", "\x85", "\ufe0f", "日本")
_NASTY = st.sampled_from((*_SEQUENCES, *_CHARACTERS, "plain "))
hostile_text = st.lists(st.one_of(_NASTY, st.text(st.characters(), max_size=5)), max_size=12).map("".join)


@given(hostile_text)
def test_a_cell_never_holds_anything_a_terminal_could_obey(text: str) -> None:
    assert_inert(one_line(text))


@given(hostile_text)
def test_a_log_line_never_holds_anything_a_terminal_could_obey(text: str) -> None:
    line = log_line(text)
    assert_inert(line.plain)
    assert all(0 <= span.start < span.end <= len(line.plain) for span in line.spans)


@given(hostile_text)
def test_making_safe_twice_changes_nothing_more(text: str) -> None:
    once = one_line(text)
    assert is_safe(once)
    assert one_line(once, limit=len(once)) == once


@given(st.characters())
def test_every_single_character_is_made_inert(char: str) -> None:
    assert_inert(one_line(f"a{char}b"))


@given(hostile_text, st.integers(0, 20))
def test_a_cell_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit


@given(hostile_text)
def test_every_line_of_a_longer_text_is_inert(text: str) -> None:
    for line in safe_lines(text):
        assert_inert(line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Prüfung läuft: 日本語", "Prüfung läuft: 日本語"),
        ("one\ntwo\r\nthree\rfour", "one␊two␊three␍four"),
        ("\x1b[2Jgone", "␛[2Jgone"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("user\u202etxt.exe", "user⟨U+202E⟩txt.exe"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("\ud83d alone", "\ufffd alone"),
        ("del\x7f nul\x00", "del␡ nul␀"),
        ("\U000e0041tag", "⟨U+E0041⟩tag"),
        ("done ✔\ufe0f", "done ✔"),
    ],
)
def test_what_is_dangerous_is_shown_by_a_sign_or_its_number(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_clean_text_comes_back_as_the_same_object() -> None:
    text = "airfoil sweep"
    assert one_line(text) is text


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 50, limit=10) == "x" * 9 + "…"


def test_a_stack_of_combining_marks_is_cut_and_counted() -> None:
    assert one_line("e" + "\u0301" * 10) == "e" + "\u0301" * 4 + "⟨+6 marks⟩"


def test_ordinary_accents_stay() -> None:
    assert one_line("re\u0301sume\u0301") == "re\u0301sume\u0301"


def test_a_leading_mark_gets_something_to_sit_on() -> None:
    assert one_line("\u0301x") == "◌\u0301x"


def test_a_longer_text_keeps_its_lines_and_loses_trailing_empty_ones() -> None:
    assert safe_lines("Model failed\r\n\tNode Id: 2\n\n") == ["Model failed", "        Node Id: 2"]
    assert safe_lines(" \n") == []


def test_colours_of_a_log_line_become_spans() -> None:
    line = log_line("\x1b[1;31mERROR\x1b[0m after \x1b[38;5;208m12\x1b[39m s\n")
    assert line.plain == "ERROR after 12 s"
    assert line.spans == (SgrSpan(0, 5, Sgr(colour=1, bold=True)), SgrSpan(12, 14, Sgr(colour=208)))


def test_eight_bit_colour_sequences_are_read_too() -> None:
    assert log_line("\x9b32mok\x9bm!").spans == (SgrSpan(0, 2, Sgr(colour=2)),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Aup", "␛[2Aup"),
        ("\x1b[Kerased\x1b[0K", "erased"),
        ("\x1b]8;;http://x\x1b\\link", "␛]8;;http://x␛\\link"),
        ("10%\r20%\r\n", "10%␍20%"),
        ("\x1b[31", "␛[31"),
        ("\x1b[?25lm", "␛[?25lm"),
    ],
)
def test_other_sequences_in_a_log_line_are_shown_or_without_effect(text: str, shown: str) -> None:
    assert log_line(text).plain == shown


def test_tabs_stop_at_every_eighth_cell_also_after_wide_characters_and_colours() -> None:
    assert log_line("a\tb").plain == "a       b"
    assert log_line("日本\tb").plain == "日本    b"
    assert cell_width(log_line("\x1b[31m12345678\x1b[0m\tb").plain) == 17


def test_text_the_log_tries_to_hide_can_be_read() -> None:
    assert log_line("\x1b[30;40mhidden\x1b[0m \x1b[8msecret\x1b[0m") == ("hidden secret", ())


def test_a_log_line_does_not_blink() -> None:
    assert log_line("\x1b[5;6malarm").spans == ()


def test_a_stack_built_across_colours_is_cut_and_the_colours_given_up() -> None:
    line = log_line("e" + "\x1b[31m\u0301" * 9)
    assert line == ("e" + "\u0301" * 4 + "⟨+5 marks⟩", ())


def test_a_very_long_log_line_is_cut() -> None:
    assert log_line("x" * 100, limit=10).plain == "x" * 10 + "…"
