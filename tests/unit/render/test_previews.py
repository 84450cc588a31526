"""What a file is told to be, and what its first bytes are made into."""

import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.render.archive_listing import tar_entries, zip_end, zip_entries
from runtui.render.columns import DrawContext
from runtui.render.delimited import read_delimited
from runtui.render.gzip_stream import GzipStream
from runtui.render.hex_lines import HexLines, row_for
from runtui.render.json_outline import json_outline
from runtui.render.preview_columns import value_columns
from runtui.render.preview_kind import PreviewKind, kind_of
from runtui.render.text_window import TextWindow
from tests.support.sample_runs import NOW


@pytest.mark.parametrize(
    ("path", "start", "kind"),
    [
        ("a.txt", b"words\n", PreviewKind.TEXT),
        ("a.csv", b"a,b\n1,2\n", PreviewKind.TABLE),
        ("a.json", b"{}", PreviewKind.JSON),
        ("a.json", b"\x00\x01\x02", PreviewKind.BINARY),
        ("a.png", b"no image at all", PreviewKind.TEXT),
        ("a.dat", b"\x89PNG\r\n\x1a\n\x00", PreviewKind.IMAGE),
        ("BM.txt", b"BM is a word", PreviewKind.TEXT),
        ("a", b"PK\x03\x04\x00", PreviewKind.ZIP),
        ("a", b"\x1f\x8b\x08", PreviewKind.GZIP),
        ("a", bytes(257) + b"ustar\x00", PreviewKind.TAR),
        ("a", "Strömung".encode("utf-16"), PreviewKind.TEXT),
        ("a", b"", PreviewKind.TEXT),
    ],
)
def test_what_the_bytes_say_goes_before_the_name(path: str, start: bytes, kind: PreviewKind) -> None:
    assert kind_of(path, start) is kind


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed(delimiter: str) -> None:
    read = read_delimited(f"name{delimiter}value\none{delimiter}1\ntwo{delimiter}2\n")
    assert (read.delimiter, read.titles, read.rows) == (delimiter, ("name", "value"), [("one", "1"), ("two", "2")])


def test_ragged_quoted_and_unclosed_rows_survive() -> None:
    read = read_delimited('a,b\n1\n"x, y",2,3\n4,"never closed\n5,6\n')
    assert read.rows[:2] == [("1",), ("x, y", "2", "3")]
    assert read.width == 3
    cells = [[column.cell(row, DrawContext(NOW)).text for column in value_columns(read)] for row in read.rows]
    assert cells[0] == ["1", "", ""]
    assert [column.title for column in value_columns(read)] == ["a", "b", "#3"]


def test_numbers_alone_have_no_titles() -> None:
    assert read_delimited("1,2\n3,4\n").titles == ()


def test_of_a_part_the_last_line_is_left_out() -> None:
    assert read_delimited("1,2\n3,4\n5", is_whole=False).rows == [("1", "2"), ("3", "4")]


@given(st.text(), st.booleans())
def test_no_text_breaks_a_table(text: str, is_whole: bool) -> None:
    read = read_delimited(text, "a.csv", is_whole=is_whole)
    for row in read.rows:
        for column in value_columns(read):
            shown = column.cell(row, DrawContext(NOW)).text
            assert "\x1b" not in shown
            assert "\n" not in shown


@given(st.text(), st.booleans())
def test_no_text_breaks_the_outline_of_json(text: str, is_whole: bool) -> None:
    for number, line in enumerate(json_outline(text, is_whole=is_whole) or []):
        assert line.closes_at is None or line.closes_at > number


@given(st.binary(max_size=3000))
def test_no_bytes_break_an_archives_list(content: bytes) -> None:
    for read in (
        lambda: tar_entries(content),
        lambda: zip_entries(content, 0, len(content)),
        lambda: GzipStream().feed(content, 10_000),
    ):
        with suppress(ValueError):  # and nothing else
            read()
    zip_end(content, len(content))


@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 400))
def test_pieces_before_and_after_make_the_same_lines(content: bytes, one: int, other: int) -> None:
    first, last = sorted((min(one, len(content)), min(other, len(content))))
    window = TextWindow(content[first:last], start=first, size=len(content))
    window.append(content[last:])
    while window.start:
        before = window.start
        window.prepend(content[: window.start])
        assert window.start < before
    whole = TextWindow(content)
    assert [line.content for line in window.lines(0, 1000)] == [line.content for line in whole.lines(0, 1000)]


_TWO_BYTES = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]) | st.just("\n"), max_size=200)
_CODECS = st.sampled_from(["utf-16-le", "utf-16-be"])


@given(_TWO_BYTES, st.integers(0, 400), st.integers(0, 400), _CODECS)
def test_pieces_of_two_byte_text_make_the_same_lines(text: str, one: int, other: int, codec: str) -> None:
    content = text.encode(codec)
    first, last = sorted((min(one, len(content)), min(other, len(content))))
    first -= first % 2
    window = TextWindow(content[first:last], start=first, size=len(content), codec=codec)
    for at in range(last, len(content), 3):
        window.append(content[at : at + 3])
    while window.start:
        begins = max(0, window.start - 10)
        window.prepend(content[begins if content[begins : window.start].count(10) > 1 else 0 : window.start])
    whole = TextWindow(content, size=len(content), codec=codec)
    assert [line.content for line in window.lines(0, 1000)] == [line.content for line in whole.lines(0, 1000)]


@given(st.text(max_size=100), _CODECS)
def test_a_character_that_comes_in_two_pieces_is_one(text: str, codec: str) -> None:
    content = text.encode(codec)
    window = TextWindow(b"", size=len(content), codec=codec)
    for at in range(len(content)):
        window.append(content[at : at + 1])
    whole = TextWindow(content, size=len(content), codec=codec)
    assert [line.content for line in window.lines(0, 1000)] == [line.content for line in whole.lines(0, 1000)]


def test_a_mark_before_a_text_is_not_part_of_it() -> None:
    for codec in ("utf-16-le", "utf-16-be", "utf-8"):
        assert TextWindow("\ufeffa\nb".encode(codec), codec=codec).lines(0, 1)[0].content == b"a"


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.integers(1, 50), st.integers(1, 100))
def test_a_gzip_is_unpacked_piece_by_piece(members: list[bytes], step: int, most: int) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    stream, content = GzipStream(), b""
    for at in range(0, len(packed), step):
        piece = stream.feed(packed[at : at + step], most)
        assert len(piece) <= most
        content += piece
        while stream.has_more and (piece := stream.feed(b"", most)):
            content += piece
    assert content == b"".join(members)
    assert stream.is_over
    assert not stream.has_more


@pytest.mark.parametrize(("width", "row"), [(61, 8), (77, 8), (79, 16), (200, 16)])
def test_a_row_of_bytes_is_as_long_as_there_is_room(width: int, row: int) -> None:
    lines = HexLines(20, lambda page: None, row=row_for(width))
    lines.put(0, bytes(range(65, 85)))
    shown = [line.content.decode() for line in lines.lines(0, 10)]
    assert all(len(line) <= width - 1 for line in shown)
    assert [line.rpartition("  ")[2] for line in shown] == [
        "ABCDEFGHIJKLMNOPQRSTU"[at : min(20, at + row)] for at in range(0, 20, row)
    ]
