"""Saved views on disk."""

import json
import threading
from pathlib import Path

import pytest

from runtui.model.errors import ConfigError, StorageError
from runtui.model.list_view import ChosenColumn, ListView
from runtui.services.views import LastList, Views

FAILED = ListView(name="failed", where="Cd<0", status="failed", sort="var:Cd", descending=False)
WIDE = ListView(
    name="wide", columns=(ChosenColumn("run", 30), ChosenColumn("column of tomorrow"), ChosenColumn("took"))
)


def test_views_come_back_as_they_were_saved_in_the_order_of_their_first_saving(tmp_path: Path) -> None:
    views = Views(tmp_path / "data")
    views.save(FAILED)
    views.save(WIDE)
    changed = ListView(name="failed", where="Cd<1")
    assert views.save(changed) == (changed, WIDE)
    assert Views(tmp_path / "data").load() == (changed, WIDE)
    assert views.remove("failed") == (WIDE,)


def test_without_a_file_there_are_no_views_and_nothing_is_wrong(tmp_path: Path) -> None:
    views = Views(tmp_path)
    assert (views.load(), views.load_last(), views.problem) == ((), None, "")


def test_a_column_that_is_not_known_is_kept(tmp_path: Path) -> None:
    views = Views(tmp_path)
    views.save(WIDE)
    views.save(FAILED)
    assert views.find("wide").columns[1].key == "column of tomorrow"


@pytest.mark.parametrize(
    "content", [b'{"version": 1, "views": [{"na', b"", b"\x00\xff", b'{"version": 1, "views": 7}', b"[]"]
)
def test_a_file_that_cannot_be_read_is_told_of_and_put_aside_by_the_next_save(tmp_path: Path, content: bytes) -> None:
    views = Views(tmp_path)
    views.path.write_bytes(content)
    assert views.load() == ()
    assert str(views.path) in views.problem
    assert views.save(FAILED) == (FAILED,)
    assert (tmp_path / "views.json.unreadable").read_bytes() == content
    assert (views.load(), views.problem) == ((FAILED,), "")


def test_a_file_of_another_version_is_told_of_by_that(tmp_path: Path) -> None:
    views = Views(tmp_path)
    views.path.write_text(json.dumps({"version": 7, "views": {"of": "another shape"}}))
    assert views.load() == ()
    assert "version 7" in views.problem


def test_views_saved_by_several_at_once_are_all_there(tmp_path: Path) -> None:
    names = [f"view {number}" for number in range(12)]

    def save(name: str) -> None:
        Views(tmp_path).save(ListView(name=name))

    threads = [threading.Thread(target=save, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(view.name for view in Views(tmp_path).load()) == sorted(names)


def test_a_view_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    views = Views(tmp_path)
    views.save(FAILED)
    with pytest.raises(ConfigError) as raised:
        views.find("faild")
    assert "failed" in raised.value.hint


def test_a_folder_that_cannot_be_written_in_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        Views(tmp_path / "file").save(FAILED)


def test_the_last_list_comes_back_and_a_broken_one_is_none(tmp_path: Path) -> None:
    views = Views(tmp_path)
    last = LastList(view=WIDE, row="hpc:1/2", has_preview=False)
    views.save_last(last)
    assert views.load_last() == last
    (tmp_path / "last-list.json").write_text("{")
    assert (views.load_last(), views.problem) == (None, "")
