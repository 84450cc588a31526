"""Output files as a tree."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.output_file import FileHash, FileListing, FilesWorld, OutputFile
from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Cell, Tone
from runtui.render.columns import DrawContext
from runtui.render.file_columns import file_columns
from runtui.render.file_filter import any_glob, file_filter
from runtui.render.file_tree import DEEPEST, FileOrder, FileTree, listing_summary, size_text
from runtui.render.glyphs import ASCII
from tests.support.sample_files import case_files, output_file
from tests.support.sample_runs import NOW

CONTEXT = DrawContext(NOW)
RUN = RunReference("hpc", "aBcDeF/13")
HOSTILE = ("../../etc/passwd", "/etc/passwd", "a//b", "a/", "x\x1b[2J/y\u202e", "", "/", "C:\\x", "./b", "a/b\n")


def drawn(tree: FileTree, opened: set[str] | None = None, order: FileOrder = FileOrder.NAME) -> list[str]:
    return ["  " * row.depth + row.name for row in tree.rows(opened, order)]


def tree_of(*paths: str) -> FileTree:
    return FileTree([output_file(path) for path in paths])


def test_folders_come_first_and_numbers_sort_as_numbers() -> None:
    tree = tree_of("log.10", "100/U", "20/U", "0/U", "log.9")
    assert drawn(tree, set()) == ["0/", "20/", "100/", "log.9", "log.10"]


def test_only_open_folders_show_what_they_hold() -> None:
    tree = tree_of("a/b/c", "a/d", "e")
    assert drawn(tree, {"a/"}) == ["a/", "  b/", "  d", "e"]
    assert drawn(tree, None) == ["a/", "  b/", "    c", "  d", "e"]
    assert drawn(tree, {"a/b/"}) == ["a/", "e"]


def test_a_folder_knows_what_is_below_it() -> None:
    newest = NOW - timedelta(hours=1)
    files = [
        output_file("a/b/x", 10, modified_at=NOW - timedelta(days=1)),
        output_file("a/y", 5, modified_at=newest),
        output_file("a/z", None),
    ]
    folder = FileTree(files).folder("a/")
    assert folder is not None
    assert (folder.size, folder.file_count, folder.unsized, folder.newest) == (15, 3, 1, newest)
    assert sorted(file.path for file in folder.all_files()) == ["a/b/x", "a/y", "a/z"]


def test_files_sort_by_size_and_by_time_either_way() -> None:
    files = [
        output_file("small", 1, modified_at=NOW),
        output_file("big", 9, modified_at=NOW - timedelta(days=1)),
        output_file("unknown", None),
    ]
    tree = FileTree(files)
    assert [row.name for row in tree.rows(order=FileOrder.SIZE, descending=True)] == ["big", "small", "unknown"]
    assert [row.name for row in tree.rows(order=FileOrder.MODIFIED, descending=True)] == ["small", "big", "unknown"]
    assert [row.name for row in tree.rows(order=FileOrder.NAME, descending=True)] == ["unknown", "small", "big"]


def test_a_folder_sorts_by_the_size_of_what_it_holds() -> None:
    tree = FileTree([output_file("a/x", 1), output_file("b/x", 9)])
    assert drawn(tree, set(), FileOrder.SIZE) == ["a/", "b/"]
    assert [row.name for row in tree.rows((), FileOrder.SIZE, descending=True)] == ["b/", "a/"]


def test_hostile_paths_are_shown_and_harmless() -> None:
    rows = FileTree([output_file(path) for path in HOSTILE]).rows(None)
    assert sum(row.file is not None for row in rows) == len(HOSTILE)
    assert all(row.name.isprintable() and row.name for row in rows)
    assert "⟨no name⟩/" in {row.name for row in rows}


def test_rows_of_different_things_have_different_keys() -> None:
    files = [
        output_file("a/b"),
        output_file("a"),
        OutputFile(id="a/", path="other"),
        output_file("/a"),
        output_file("//a"),
    ]
    keys = [row.key for row in FileTree(files).rows(None)]
    assert len(keys) == len(set(keys))


def test_a_path_of_thousands_of_folders_is_cut_to_a_depth() -> None:
    tree = tree_of("/" * 20_000, "x/" * 20_000 + "y")
    assert len(tree.folder_paths) == 2 * DEEPEST
    assert sum(row.file is not None for row in tree.rows(None)) == 2


@given(st.lists(st.lists(st.sampled_from(["a", "b", "..", "", "10", "9"]), max_size=5).map("/".join), max_size=12))
def test_every_file_is_shown_once_below_its_own_folders(paths: list[str]) -> None:
    files = [OutputFile(id=str(index), path=path, size=1) for index, path in enumerate(paths)]
    tree = FileTree(files)
    rows = tree.rows(None)
    assert sorted(row.file.id for row in rows if row.file is not None) == sorted(file.id for file in files)
    assert tree.root.file_count == tree.root.size == len(files)
    assert all(row.depth == row.within.count("/") for row in rows)


def test_an_empty_listing_has_no_rows() -> None:
    assert FileTree([]).rows(None) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("*.dat", ["a/forces.dat", "b/Coeffs.DAT"]),
        ("a/*", ["a/forces.dat", "a/U"]),
        ("*/U", ["a/U"]),
        ("force", ["a/forces.dat"]),
        ("!*.dat", ["a/U", "log"]),
        ("a/ !u", ["a/forces.dat"]),
        ("?og", ["log"]),
        ("[lU]*", ["a/U", "log"]),
        ("!", ["a/forces.dat", "b/Coeffs.DAT", "a/U", "log"]),
        ("nothing", []),
    ],
)
def test_a_filter_compares_globs_with_names_and_words_with_paths(text: str, wanted: list[str]) -> None:
    files = [output_file(path) for path in ("a/forces.dat", "b/Coeffs.DAT", "a/U", "log")]
    found = FileTree(files, file_filter(text)).rows(None)
    assert sorted(row.file.path for row in found if row.file is not None) == sorted(wanted)


def test_a_filtered_tree_counts_only_what_it_shows() -> None:
    tree = FileTree(case_files(200), file_filter("omega"))
    assert tree.root.file_count == 40
    assert all(row.folder is None or row.folder.file_count for row in tree.rows(None))


def test_a_path_may_fit_any_of_several_globs() -> None:
    fits = any_glob(["*.dat", "log"])
    assert fits is not None
    assert [path for path in ("x/a.dat", "log", "x/log", "b") if fits(path)] == ["x/a.dat", "log", "x/log"]
    assert any_glob([]) is None


def cells(file: OutputFile, transfer: Transfer | None = None) -> list[Cell]:
    row = FileTree([file]).rows(None)[-1]
    return [column.cell(row, CONTEXT) for column in file_columns(lambda _: transfer)]


def transfer_of(file: OutputFile, state: TransferState, **more: object) -> Transfer:
    return Transfer(**{"id": 1, "run": RUN, "file": file, "target": Path("U"), "state": state} | more)  # type: ignore[arg-type]


def test_a_file_shows_name_size_age_and_hash() -> None:
    file = output_file(
        "100/U",
        298_400,
        modified_at=NOW - timedelta(days=2),
        hashes=(FileHash("x\x1b", "0" * 32), FileHash("md5", "1")),
    )
    assert [text for text, _ in cells(file)] == ["    U", "298 KB", "", "2d", "output", "x␛ 00000000… +1"]


def test_a_file_shows_how_far_it_is_on_its_way() -> None:
    file = output_file("U", 1000)
    assert cells(file, transfer_of(file, TransferState.DONE, verified="md5"))[2] == ("md5 ✔", Tone.SUCCEEDED)
    half = transfer_of(file, TransferState.ACTIVE, received=500, size=1000)
    assert cells(file, half)[2] == ("████░░░░ 50%", Tone.RUNNING)
    assert cells(file, transfer_of(file, TransferState.FAILED))[2] == ("✖ failed", Tone.FAILED)
    assert cells(file, transfer_of(file, TransferState.QUEUED))[2] == ("waits", Tone.MUTED)


def test_files_of_one_path_are_told_apart() -> None:
    files = [output_file("a/U", 1, id="one"), output_file("a/U", 2, id="two")]
    rows = FileTree(files).rows(None)
    assert [row.size for row in rows] == [3, 1, 2]
    assert len({row.key for row in rows}) == 3


def test_files_sort_by_kind_and_by_hash() -> None:
    files = [
        output_file("one", kind="report", hashes=(FileHash("md5", "2"),)),
        output_file("two", kind="log", hashes=(FileHash("md5", "1"),)),
        output_file("three", kind="log"),
    ]
    tree = FileTree(files)
    assert drawn(tree, None, FileOrder.KIND) == ["three", "two", "one"]
    assert drawn(tree, None, FileOrder.HASH) == ["three", "two", "one"]


def test_a_folder_shows_whether_it_is_open_and_what_is_known_of_its_size() -> None:
    tree = FileTree([output_file("a/x", 4_900), output_file("a/y", None)])
    name, size, _, modified, kind, checked = file_columns()
    closed, opened = tree.rows()[0], tree.rows(None)[0]
    assert name.cell(closed, CONTEXT).text == "▸ a/"
    assert name.cell(opened, CONTEXT).text == "▾ a/"
    assert name.cell(opened, DrawContext(NOW, glyphs=ASCII)).text == "v a/"
    assert size.cell(closed, CONTEXT).text == "≥ 4.9 KB"
    assert [one.cell(closed, CONTEXT).text for one in (modified, kind, checked)] == ["", "", ""]


def test_what_is_not_known_of_a_file_is_not_made_up() -> None:
    assert [text for text, _ in cells(output_file("U", None))] == ["  U", "-", "", "", "output", ""]
    assert size_text(None, is_partial=True) == "-"


@pytest.mark.parametrize(
    ("listing", "text"),
    [
        (FileListing(), "0 files · finished run"),
        (FileListing(files=(output_file("a", 5),), world=FilesWorld.GAP), "1 file · 5 B · last known listing"),
        (
            FileListing(files=(output_file("a", 5), output_file("b", None)), world=FilesWorld.RUNNING),
            "2 files · ≥ 5 B · work folder of the running run",
        ),
    ],
)
def test_a_listing_is_summed_up(listing: FileListing, text: str) -> None:
    assert listing_summary(listing) == text
