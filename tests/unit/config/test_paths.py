import stat
from pathlib import Path

import pytest

from runtui.config.paths import find_paths, made_folder
from runtui.model.errors import ConfigError, StorageError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_argument_wins_over_the_environment(home: Path) -> None:
    environ = {"RUNTUI_CONFIG": str(home / "b.toml")}
    assert find_paths(str(home / "a.toml"), environ).config_file == home / "a.toml"
    assert find_paths(None, environ).config_file == home / "b.toml"


def test_the_environment_moves_every_folder(home: Path) -> None:
    environ = {"RUNTUI_DATA_DIR": str(home / "d"), "RUNTUI_CACHE_DIR": "~/c"}
    paths = find_paths(None, environ)
    assert (paths.data_folder, paths.cache_folder) == (home / "d", home / "c")


def test_without_overrides_each_path_is_absolute_and_names_the_program() -> None:
    paths = find_paths(None, {"RUNTUI_CONFIG": ""})
    assert not paths.named
    for path in (paths.config_file, paths.data_folder, paths.cache_folder):
        assert path.is_absolute()
        assert "runtui" in path.parts


def test_a_relative_argument_counts_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = find_paths("mine.toml", {})
    assert paths.config_file == tmp_path / "mine.toml"
    assert paths.named


def test_an_unknown_home_is_an_error_that_says_what_to_set() -> None:
    with pytest.raises(ConfigError) as caught:
        find_paths("~nobody-of-that-name/x.toml", {})
    assert "RUNTUI_CONFIG" in caught.value.hint


def test_a_folder_is_made_for_its_owner_alone_with_its_parents(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "a" / "b")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder.parent)} == {0o700}


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    folder.chmod(0o755)
    made_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_file_where_a_folder_is_needed_is_a_storage_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "inner"):
        with pytest.raises(StorageError) as caught:
            made_folder(folder)
        assert str(tmp_path / "file") in str(caught.value)


def test_a_folder_that_cannot_be_made_is_a_storage_error_that_says_what_to_set() -> None:
    with pytest.raises(StorageError, match="cannot create the folder /proc/runtui") as caught:
        made_folder(Path("/proc/runtui"))
    assert "RUNTUI_DATA_DIR" in caught.value.hint
