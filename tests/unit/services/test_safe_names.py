import os
import secrets
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtui.services.safe_names import distinct_paths, safe_part, safe_relative_path
from runtui.services.target_folder import TargetFolder


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


def test_no_file_is_a_folder_of_another() -> None:
    assert distinct_paths(["a", "a/b", "C/d", "c"]) == [Path("a"), Path("a~2/b"), Path("C/d"), Path("c~2")]


def test_no_file_is_called_as_another_is_while_it_is_fetched() -> None:
    assert distinct_paths(["U", "U.part"]) == [Path("U"), Path("U~2.part")]
    assert distinct_paths(["U.part", "U"]) == [Path("U.part"), Path("U~2")]
    assert distinct_paths(["mesh.part"]) == [Path("mesh.part")]


def test_accents_that_are_written_in_another_way_make_no_other_name() -> None:
    assert len({unicodedata.normalize("NFC", str(path)) for path in distinct_paths(["é.txt", "e\u0301.txt"])}) == 2


_PARTS = st.one_of(
    st.sampled_from(["..", ".", "", "a", "A", "b", "con", "x" * 260, "C:", "é", "e\u0301"]), st.text(max_size=8)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(_PARTS, max_size=4).map("/".join), max_size=8))
def test_whatever_names_a_service_sends_every_file_lies_below_the_folder_and_has_a_place_of_its_own(
    tmp_path: Path, paths: list[str]
) -> None:
    root = tmp_path / secrets.token_hex(8) / "root"
    safe = distinct_paths(paths)
    for number, path in enumerate(safe):
        with TargetFolder(root, path.parent) as folder:
            os.close(folder.open(f"{path.name}.part", os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            folder.move_to_free(f"{path.name}.part", path.name)
            (root / path).write_text(str(number))
    assert [(root / path).read_text() for path in safe] == [str(number) for number in range(len(paths))]
    assert {str(path.relative_to(root)).casefold() for path in root.rglob("*") if path.is_file()} == {
        str(path).casefold() for path in safe
    }
    assert not paths or [path.name for path in root.parent.iterdir()] == ["root"]
