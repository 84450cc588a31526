import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtui.model.errors import StorageError
from runtui.services.safe_names import distinct_paths, inside, safe_part, safe_relative_path


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("airFoil2D/100/U", "airFoil2D/100/U"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\x.dll", "C/Windows/x.dll"),
        ("a/./b//c", "a/b/c"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a\x00b\x1b[31m", "a_b_[31m"),
        ("evil\u202etxt.exe", "evil_txt.exe"),
        ("name\nwith line", "name_with line"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("trailing. ", "trailing"),
        ("naïve 名前.dat", "naïve 名前.dat"),
    ],
)
def test_a_path_from_a_service_stays_below_its_folder(path: str, safe: str) -> None:
    assert safe_relative_path(path) == Path(safe)


@given(st.text(max_size=400))
def test_no_text_whatever_makes_an_unsafe_path(path: str) -> None:
    safe = safe_relative_path(path)
    assert not safe.is_absolute()
    assert ".." not in safe.parts
    assert safe.parts
    for part in safe.parts:
        assert 0 < len(part.encode()) <= 210
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs") for character in part)


@pytest.mark.parametrize("name", ["flap Cl/Cd", "../../x", "a\\b", "/"])
def test_a_name_with_slashes_becomes_one_part(name: str) -> None:
    assert len(Path(safe_part(name)).parts) == 1


def test_a_long_part_keeps_its_ending_and_stays_distinct() -> None:
    one, two = safe_part("x" * 300 + "1.dat"), safe_part("x" * 300 + "2.dat")
    assert one != two
    assert one.endswith(".dat")


def test_names_that_differ_only_in_case_do_not_overwrite_each_other() -> None:
    assert distinct_paths(["log.txt", "LOG.txt", "log.txt"]) == [
        Path("log.txt"),
        Path("LOG~2.txt"),
        Path("log~3.txt"),
    ]


def test_a_link_in_the_target_that_leads_out_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    with pytest.raises(StorageError, match="leads out"):
        inside(root, Path("link/file"))


def test_a_folder_that_is_itself_reached_through_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    assert inside(tmp_path / "home", Path("a/b")) == tmp_path / "home" / "a" / "b"
