"""What is fetched of a file to look into it, and what it is shown as."""

import gzip
import io
import json
import random
import tarfile
import zipfile

import pytest

from runtui.model.lines import LineSource
from runtui.render.file_contents import (
    ArchiveContent,
    EmptyContent,
    HexContent,
    ImageContent,
    NoticeContent,
    OutlineContent,
    TableContent,
    TextContent,
)
from runtui.render.hex_lines import PAGE
from runtui.tui.file_look import LARGEST_DOCUMENT, LARGEST_IMAGE, PACKED, START, STEP, UNASKED, UNPACKED
from tests.support.held_file import HeldFile

LINES = b"".join(b"line %07d of a text\n" % number for number in range(40_000))


def texts(source: LineSource, first: int = 0, count: int = 5) -> list[str]:
    return [line.content.decode() for line in source.lines(first, count)]


def zip_of(count: int, name: str = "folder/file_{}.dat") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(count):
            archive.writestr(name.format(number), random.Random(number).randbytes(300))
    return made.getvalue()


def tar_of(count: int, size: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for number in range(count):
            entry = tarfile.TarInfo(f"case/{'long' * number}/{number}")
            entry.size = size
            archive.addfile(entry, io.BytesIO(bytes(size)))
    return made.getvalue()


# text


async def test_of_a_long_text_the_beginning_is_fetched_and_more_where_one_goes_on() -> None:
    held = HeldFile("run.log", LINES)
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    assert held.spans == [(0, START)]
    assert texts(content.window, 0, 1) == ["line 0000000 of a text"]
    assert await look.go_on()
    assert held.spans[1:] == [(START, START + STEP)]
    count = content.window.line_count
    assert texts(content.window, count - 2, 1) == [LINES.decode().splitlines()[count - 2]]


async def test_a_text_is_read_to_its_last_line_and_no_further() -> None:
    held = HeldFile("run.log", LINES[:100_007])
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    while await look.go_on():
        pass
    assert held.fetched == 100_007
    assert texts(content.window, 0, 10_000) == LINES[:100_007].decode().splitlines()
    assert not await look.go_on()
    assert held.fetched == 100_007


async def test_the_end_of_a_text_is_shown_without_what_lies_between() -> None:
    held = HeldFile("run.log", LINES)
    look = held.look()
    await look.begin()
    assert await look.go_to_end()
    assert held.spans[1:] == [(len(LINES) - STEP, len(LINES))]
    content = look.content
    assert isinstance(content, TextContent)
    window = content.window
    assert texts(window, window.line_count - 1) == ["line 0039999 of a text"]
    first = texts(window, 0, 1)
    before = await look.go_back()
    assert texts(window, before, 1) == first
    assert texts(window, before - 1, 1) == [f"line {int(first[0][5:12]) - 1:07} of a text"]
    assert look.go_to_start()
    assert isinstance(look.content, TextContent)
    assert texts(look.content.window, 0, 1) == ["line 0000000 of a text"]


async def test_without_ranges_a_text_is_read_again_from_its_beginning_to_go_on() -> None:
    held = HeldFile("run.log", LINES[:150_000], size=None, gives_ranges=False)
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    while await look.go_on():
        pass
    assert texts(content.window, 0, 10_000) == LINES[:150_000].decode().splitlines()
    assert {start for start, _ in held.spans} == {0}


async def test_a_file_that_changes_while_one_looks_is_said_to() -> None:
    held = HeldFile("run.log", LINES)
    look = held.look()
    await look.begin()
    assert not look.has_changed
    held.etag = "two"
    await look.go_on()
    assert look.has_changed


async def test_source_text_is_coloured_line_by_line() -> None:
    held = HeldFile("solve.py", b"def solve():\n    return 1\n")
    content = await held.look().begin()
    assert isinstance(content, TextContent)
    assert content.language == "Python"
    assert texts(content.window)[0].startswith("\x1b[35mdef\x1b[0m")


async def test_an_empty_file_is_empty() -> None:
    assert isinstance(await HeldFile("empty.dat", b"").look().begin(), EmptyContent)
    assert isinstance(await HeldFile("empty.dat", b"", size=None).look().begin(), EmptyContent)


# JSON and tables


async def test_json_is_laid_out_and_its_blocks_can_be_shut() -> None:
    held = HeldFile("a.json", json.dumps({"mesh": {"cells": [1, 2.50]}, "done": True}).encode())
    content = await held.look().begin()
    assert isinstance(content, OutlineContent)
    assert content.lines.line_count == 9
    assert content.lines.toggle(1) == 1
    assert content.lines.line_count == 4
    assert "… }" in texts(content.lines, 1, 1)[0].replace("\x1b[0m", "")


async def test_of_large_json_the_beginning_is_laid_out_and_more_where_one_goes_on() -> None:
    held = HeldFile("a.json", json.dumps([{"n": number} for number in range(50_000)]).encode())
    look = held.look()
    content = await look.begin()
    assert isinstance(content, OutlineContent)
    assert held.fetched == START
    count = content.lines.line_count
    assert await look.go_on()
    assert content.lines.line_count > 2 * count


async def test_what_is_no_json_is_shown_as_text() -> None:
    content = await HeldFile("a.json", b'{"a": [1, 2}\n').look().begin()
    assert isinstance(content, TextContent)


async def test_separated_values_are_a_table_that_goes_on() -> None:
    rows = "".join(f"{number},{number / 7:.4f},name {number}\n" for number in range(9000))
    held = HeldFile("out.csv", ("time,value,note\n" + rows).encode())
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TableContent)
    assert content.rows.titles == ("time", "value", "note")
    assert [content.rows.is_numeric(column) for column in range(3)] == [True, True, False]
    assert held.fetched == START
    assert await look.go_on()
    longer = look.content
    assert isinstance(longer, TableContent)
    assert len(longer.rows.rows) > len(content.rows.rows)
    assert longer.rows.rows[len(content.rows.rows)][0] == str(len(content.rows.rows))


# bytes


async def test_bytes_are_fetched_where_one_looks() -> None:
    content = random.Random(1).randbytes(1_000_000)
    held = HeldFile("mesh.bin", content)
    look = held.look()
    shown = await look.begin()
    assert isinstance(shown, HexContent)
    assert shown.lines.line_count == 62_500
    row = 60_000
    assert texts(shown.lines, row, 1) == [f"{row * 16:08x}  ..."]
    assert held.pages == [row * 16 // PAGE]
    await look.fetch_pages(held.pages[0], held.pages[0])
    assert content[row * 16 : row * 16 + 8].hex(" ") in texts(shown.lines, row, 1)[0]
    assert held.fetched == START + PAGE


async def test_the_bytes_of_anything_can_be_shown() -> None:
    look = HeldFile("run.log", b"text\n").look()
    await look.begin()
    shown = look.show_bytes()
    assert isinstance(shown, HexContent)
    assert texts(shown.lines)[0].endswith("text.")
    assert isinstance(await look.shown_anew(), TextContent)


# archives


async def test_a_zip_is_listed_from_its_end() -> None:
    held = HeldFile("results.zip", zip_of(400))
    content = await held.look().begin()
    assert isinstance(content, ArchiveContent)
    assert content.is_whole
    assert len(content.entries) == 400
    assert content.entries[7][:2] == ("folder/file_7.dat", 300)
    assert held.fetched < UNASKED


async def test_the_list_of_a_zip_that_is_longer_than_its_end_is_fetched_too() -> None:
    held = HeldFile("results.zip", zip_of(1200, "a_rather_long_name_of_a_folder/and_of_a_file_{}.dat"))
    content = await held.look().begin()
    assert isinstance(content, ArchiveContent)
    assert len(content.entries) == 1200
    assert len(held.spans) == 3
    assert held.fetched < UNASKED


async def test_a_zip_with_too_long_a_list_says_how_many_it_holds() -> None:
    held = HeldFile("results.zip", zip_of(4000))
    content = await held.look().begin()
    assert isinstance(content, NoticeContent)
    assert "4000 entries" in content.sentences[0]
    assert content.sentences[1].startswith("Enter ")
    assert held.fetched < UNASKED
    whole = await held.look(shows_large=True).begin()
    assert isinstance(whole, ArchiveContent)
    assert len(whole.entries) == 4000


async def test_a_zip_that_is_cut_off_says_so() -> None:
    content = await HeldFile("results.zip", zip_of(400)[:-60_000]).look().begin()
    assert isinstance(content, NoticeContent)


async def test_a_tar_is_listed_by_hopping_over_what_its_files_hold() -> None:
    held = HeldFile("case.tar", tar_of(12, 500_000))
    content = await held.look().begin()
    assert isinstance(content, ArchiveContent)
    assert [entry.size for entry in content.entries] == [500_000] * 12
    assert content.entries[3].path == "case/longlonglong/3"
    assert content.is_whole
    assert held.fetched < UNASKED


async def test_of_a_long_tar_as_much_is_listed_as_may_be_fetched() -> None:
    held = HeldFile("case.tar", tar_of(80, 60_000))
    content = await held.look().begin()
    assert isinstance(content, ArchiveContent)
    assert not content.is_whole
    assert 20 < len(content.entries) < 80
    assert held.fetched <= UNASKED


async def test_a_packed_tar_and_a_packed_log_are_unpacked() -> None:
    content = await HeldFile("case.tar.gz", gzip.compress(tar_of(30, 1000))).look().begin()
    assert isinstance(content, ArchiveContent)
    assert (len(content.entries), content.is_whole) == (30, True)
    text = await HeldFile("run.log.gz", gzip.compress(LINES)).look().begin()
    assert isinstance(text, TextContent)
    assert texts(text.window, 1, 1) == ["line 0000001 of a text"]


async def test_one_goes_on_in_a_packed_text_to_its_very_end() -> None:
    noise = random.Random(4)
    text = "".join(f"{number} {noise.random()}\n" for number in range(60_000))
    held = HeldFile("run.log.gz", gzip.compress(text.encode()))
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    assert held.fetched == PACKED < len(held.content)
    while await look.go_on():
        pass
    assert texts(content.window, 0, 100_000) == text.splitlines()
    assert held.fetched == len(held.content)


async def test_the_end_of_a_packed_text_is_reached_through_all_of_it() -> None:
    text = random.Random(5).randbytes(400_000).hex("\n", 40) + " the end"
    held = HeldFile("hex.txt.gz", gzip.compress(text.encode()))
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    assert await look.go_to_end()
    assert texts(content.window, content.window.line_count - 1)[0].endswith(" the end")


async def test_a_packed_text_that_is_cut_short_or_damaged_is_shown_so_far_and_says_so() -> None:
    text = random.Random(5).randbytes(300_000).hex("\n", 40).encode()
    packed = gzip.compress(text)
    broken = packed[:200_000] + bytes(1000) + packed[201_000:]
    for content, what in ((packed[:-2000], "cut short"), (broken, "cannot be unpacked")):
        look = HeldFile("hex.txt.gz", content).look()
        shown = await look.begin()
        assert isinstance(shown, TextContent)
        while await look.go_on():
            pass
        assert what in look.damage
        assert texts(shown.window, 0, 3) == text.decode().split("\n")[:3]


async def test_packed_tables_and_documents_are_shown_as_such() -> None:
    table = await HeldFile("a.csv.gz", gzip.compress(b"a,b\n1,2\n")).look().begin()
    assert isinstance(table, TableContent)
    assert (table.rows.titles, table.rows.rows) == (("a", "b"), [("1", "2")])
    outline = await HeldFile("a.json.gz", gzip.compress(b'{"a": [1, 2]}')).look().begin()
    assert isinstance(outline, OutlineContent)


async def test_of_a_packed_bomb_only_some_is_unpacked() -> None:
    content = await HeldFile("bomb.gz", gzip.compress(bytes(30_000_000))).look().begin()
    assert isinstance(content, HexContent)
    assert content.lines.byte_count == UNPACKED


async def test_a_table_is_fetched_whole_to_be_sorted_when_it_is_small() -> None:
    rows = b"".join(b"%d,%d\n" % (number, number * 7919 % 10007) for number in range(30_000))
    held = HeldFile("a.csv", b"a,b\n" + rows)
    look = held.look()
    await look.begin()
    assert await look.hold_all()
    assert isinstance(look.content, TableContent)
    assert len(look.content.rows.rows) == 30_000
    assert held.fetched == len(held.content)


async def test_a_large_table_is_not_fetched_to_be_sorted() -> None:
    held = HeldFile("a.csv", b"1234567,89\n" * 500_000)
    assert len(held.content) > LARGEST_DOCUMENT
    look = held.look()
    await look.begin()
    assert not await look.hold_all()
    assert held.fetched == START


# text of two bytes a character


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
async def test_one_goes_on_in_a_text_in_utf_16_to_its_end_and_back(codec: str) -> None:
    text = "".join(f"{number} Strömung 🌊 翼\r\n" for number in range(20_000))
    held = HeldFile("run.txt", text.encode(codec))
    look = held.look()
    content = await look.begin()
    assert isinstance(content, TextContent)
    assert await look.go_on()
    assert held.spans[1:] == [(START, START + STEP)]
    assert texts(content.window, 0, 2000) == text.splitlines()[:2000]
    assert await look.go_to_end()
    assert held.fetched == START + 2 * STEP
    tail = look.content
    assert isinstance(tail, TextContent)
    assert texts(tail.window, tail.window.line_count - 1) == text.splitlines()[-1:]
    await look.go_back()
    last = texts(tail.window, 0, 10_000)
    assert last == text.splitlines()[-len(last) :]


async def test_a_table_in_utf_16_is_a_table() -> None:
    content = await HeldFile("a.csv", "länge,b\n1,2\n".encode("utf-16")).look().begin()
    assert isinstance(content, TableContent)
    assert content.rows.titles == ("länge", "b")


# images


async def test_an_image_is_decoded() -> None:
    content = await HeldFile("p.png", a_png(64, 32)).look().begin()
    assert isinstance(content, ImageContent)
    assert (content.picture.full_width, content.picture.full_height, content.picture.format) == (64, 32, "PNG")


def a_png(width: int, height: int) -> bytes:
    images = pytest.importorskip("PIL.Image")
    made = io.BytesIO()
    noise = random.Random(2).randbytes(width * height * 3)
    images.frombytes("RGB", (width, height), noise).save(made, "PNG")
    return made.getvalue()


async def test_a_large_image_is_fetched_only_when_it_is_asked_for() -> None:
    held = HeldFile("p.png", a_png(400, 300))
    content = await held.look().begin()
    assert isinstance(content, NoticeContent)
    assert held.fetched == START
    assert isinstance(await held.look(shows_large=True).begin(), ImageContent)


async def test_an_image_that_says_it_is_huge_is_not_fetched() -> None:
    held = HeldFile("p.png", a_png(8, 8) + bytes(LARGEST_IMAGE))
    content = await held.look(shows_large=True).begin()
    assert isinstance(content, NoticeContent)
    assert held.fetched == START


async def test_a_damaged_image_is_said_to_be_and_its_bytes_can_be_shown() -> None:
    look = HeldFile("p.png", a_png(64, 64)[:3000]).look()
    content = await look.begin()
    assert isinstance(content, NoticeContent)
    assert "damaged" in content.sentences[0]
    assert isinstance(look.show_bytes(), HexContent)
