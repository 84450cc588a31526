"""A tree of 100,000 files, beside the least that plain Python needs: one pass that groups and sorts the paths."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from runtui.model.output_file import OutputFile
from runtui.render.file_filter import file_filter
from runtui.render.file_tree import FileTree
from tests.support.cpu import best_cpu_seconds
from tests.support.sample_files import case_files, flat_files

pytestmark = pytest.mark.bench
COUNT = 100_000


def grouped(files: list[OutputFile]) -> list[str]:
    folders: dict[str, list[str]] = defaultdict(list)
    for file in files:
        folder, _, name = file.path.rpartition("/")
        folders[folder].append(name)
    return [f"{folder}/{name}" for folder in sorted(folders) for name in sorted(folders[folder])]


@pytest.mark.parametrize("make", [case_files, flat_files], ids=["many folders", "one folder"])
def test_a_tree_of_a_hundred_thousand_files(make: Callable[[int], list[OutputFile]]) -> None:
    files = make(COUNT)
    floor, _ = best_cpu_seconds(lambda: grouped(files))
    built, tree = best_cpu_seconds(lambda: FileTree(files))
    closed, _ = best_cpu_seconds(lambda: tree.rows())
    opened, rows = best_cpu_seconds(lambda: tree.rows(None))
    narrowed, found = best_cpu_seconds(lambda: FileTree(files, file_filter("*_1?.png p")))
    print(
        f"\n{len(rows):7} rows   build {built * 1000:6.1f} ms   first rows {closed * 1000:6.2f} ms"
        f"   all open {opened * 1000:6.1f} ms   filtered {narrowed * 1000:6.1f} ms ({found.root.file_count})"
        f"   plain Python {floor * 1000:6.1f} ms   ratio {(built + opened) / floor:4.1f}",
        end="",
    )
    assert sum(row.file is not None for row in rows) == COUNT
