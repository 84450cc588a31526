from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from runtui.config.document import read_document
from runtui.model.errors import ConfigError


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_document(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b'[profiles.a]\nservice = "x\n', 2, "not TOML"),
        (b"x = 1\n\ny = [1,\n2\n# end\n", 3, "not TOML"),
        (b"x\n", 1, "not TOML"),
        (b"a = 1\nb = \n", 2, "not TOML"),
        (b"[profiles.a\nx = 1\n", 1, "not TOML"),
        (b'a = 1\nb = "\\q"\n', 2, "not TOML"),
        (b"a = 1\nb = 1979-99-99\n", 2, "not TOML"),
        (b"a = 1\nb = " + b"9" * 5000 + b"\n", 2, "not TOML"),
        (b"a = 1\nb = " + b"[" * 3000 + b"\n", 2, "not TOML"),
        (b"a = 1\nb = { c = 1, c = 2 }\n", 2, "not TOML"),
        (b'name = "caf\xe9"\n', 1, "not UTF-8"),
        (b'a = 1\nname = "x\xff"\n', 2, "not UTF-8"),
        ("a = 1\n".encode("utf-16"), 1, "not UTF-8"),
        (b"\x00\x01\x02", 1, "not TOML"),
        (b"[p.a]\nx = 1\n[p.b]\n[p.a]\ny = 1\n", 4, "p.a is written a second time; the first is on line 1"),
        (b"[p.a]\nx = 1\n[p.b]\nx = 1\nx = 2", 5, "p.b.x is written a second time; the first is on line 4"),
        (b"a.b = 1\n[a]\nb = 1\n", 2, "a is written a second time; the first is on line 1"),
        (b'["x.y"]\n["x.y"]\n', 2, "'x.y' is written a second time"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int, sentence: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    said = refusal(path)
    assert said.startswith(f"{path}:{line}: ")
    assert sentence in said


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", b"a = 1\r\nb = 2", b"a = 1\nb = 2\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    document = read_document(path)
    assert document.root == {"a": 1, "b": 2}
    assert document.line_of("b") == 2


def test_a_missing_file_is_an_empty_document(tmp_path: Path) -> None:
    document = read_document(tmp_path / "none.toml")
    assert not document.exists
    assert not document.root


def test_a_folder_in_place_of_the_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    assert str(tmp_path) in refusal(tmp_path)


def test_a_file_as_parent_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in refusal(tmp_path / "file" / "config.toml")


def test_a_document_does_not_show_its_text_in_its_repr(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('password = "hunter2"\n')
    assert "hunter2" not in repr(read_document(path))
    assert "hunter2" not in pretty_repr(read_document(path))
