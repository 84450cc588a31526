"""A status as a person sees it."""

import pytest

from runtui.model.status import Status
from runtui.render.cell import Tone
from runtui.render.glyphs import ASCII, UNICODE, Glyphs
from runtui.render.status_cells import service_word, status_cell, status_chips
from runtui.render.widths import cell_width


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_sign_of_one_cell_and_its_word_and_tone(status: Status, glyphs: Glyphs) -> None:
    cell = status_cell(status, glyphs=glyphs)
    sign, word = cell.text.split(" ")
    assert (cell_width(sign), word, cell.tone) == (1, status.value, Tone(status.value))


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_no_two_statuses_share_a_sign(glyphs: Glyphs) -> None:
    assert len(set(glyphs.status.values())) == len(Status)


def test_the_ascii_set_is_ascii() -> None:
    texts = [text for text in (getattr(ASCII, name) for name in ASCII.__struct_fields__) if isinstance(text, str)]
    assert all(text.isascii() for text in [*texts, *ASCII.status.values()])


def test_a_word_we_do_not_know_is_shown_as_it_came_but_safe() -> None:
    assert status_cell(Status.UNKNOWN, "Pau\x1bsed").text == "? Pau␛sed"


@pytest.mark.parametrize(
    ("status", "text", "word"),
    [
        (Status.ENDED, "Completed", "Completed"),
        (Status.RUNNING, "Running", ""),
        (Status.FAILED, "", ""),
        (Status.UNKNOWN, "Paused", ""),
        (Status.STOPPED, "Force\nStop", "Force␊Stop"),
    ],
)
def test_the_services_word_stands_beside_ours_when_it_says_more(status: Status, text: str, word: str) -> None:
    assert service_word(status, text) == word


def test_chips_count_every_run_once() -> None:
    counts = {Status.RUNNING: 11, Status.STOPPING: 1, Status.QUEUED: 4, Status.FAILED: 61}
    assert [chip.text for chip in status_chips(counts)] == [
        "1 All 77",
        "2 ● Running 12",
        "3 ○ Queued 4",
        "4 ✔ Succeeded 0",
        "5 ✖ Failed 61",
        "6 ■ Stopped 0",
        "7 ◇ Ended 0",
    ]


def test_unknown_statuses_get_a_chip_once_there_are_any() -> None:
    assert status_chips({Status.UNKNOWN: 2})[-1].text == "8 ? Unknown 2"


def test_each_status_is_let_through_by_exactly_one_chip_besides_all() -> None:
    chips = status_chips({Status.UNKNOWN: 1})[1:]
    assert sorted(status for chip in chips for status in chip.statuses) == sorted(Status)
