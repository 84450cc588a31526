import fcntl
import stat
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtui.config.settings import load_config
from runtui.config.writer import write_profile
from runtui.model.errors import ConfigError, StorageError
from runtui.model.secret import Secret, SecretRef

ROOT = Path(__file__).parents[3]

WRITTEN = """# My connections
[profiles.hpc] # the big one
service = "rescale"   # EU
url = "https://a"
token = { env = "KEY" } # rotate in May

# How it looks
[interface]
ascii = true

[profiles.lab]
service = "carrot"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_made_for_its_owner_alone_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "runtui" / "config.toml"
    write_profile(path, "hpc", "rescale", {"url": "https://a", "token": SecretRef("env", "KEY"), "verify": True})
    assert path.read_text() == (
        '[profiles.hpc]\nservice = "rescale"\nurl = "https://a"\ntoken = {env = "KEY"}\nverify = true\n'
    )
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


def test_a_new_profile_is_added_at_the_end_and_nothing_else_changes(path: Path) -> None:
    path.write_text(WRITTEN)
    write_profile(path, "my.twin", "deltatwin", {"port": 80, "scopes": ["a", "b"]})
    assert path.read_text() == (
        WRITTEN + '\n[profiles.\'my.twin\']\nservice = "deltatwin"\nport = 80\nscopes = ["a", "b"]\n'
    )


def test_a_change_keeps_comments_and_order(path: Path) -> None:
    path.write_text(WRITTEN)
    write_profile(path, "hpc", "rescale", {"url": "https://b", "token": SecretRef("keyring", "hpc")})
    assert path.read_text() == WRITTEN.replace("https://a", "https://b").replace('{ env = "KEY" }', '{keyring = "hpc"}')


def test_a_key_that_is_new_follows_the_last_key_of_its_table(path: Path) -> None:
    path.write_text(WRITTEN)
    write_profile(path, "hpc", "rescale", {"verify": False})
    assert path.read_text() == WRITTEN.replace("in May\n", "in May\nverify = false\n")


def test_an_option_that_is_none_is_taken_out(path: Path) -> None:
    path.write_text(WRITTEN)
    write_profile(path, "hpc", "rescale", {"url": None, "unknown": None})
    assert path.read_text() == WRITTEN.replace('url = "https://a"\n', "")


def test_writing_what_is_there_already_changes_nothing(path: Path) -> None:
    path.write_text(WRITTEN)
    write_profile(path, "hpc", "rescale", {"url": "https://a", "token": SecretRef("env", "KEY")})
    assert path.read_text() == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        'profiles = { hpc = { service = "x" } }\n',
        '[profiles]\nhpc.service = "x"\n[profiles.b]\nservice = "y"\n',
        '[profiles]\nhpc = { service = "x" }\n',
        '[profiles.hpc]\nservice = "x"',
        '[profiles.hpc]\nservice = "x"\n[profiles.hpc.inner]\na = 1\n',
        '[interface]\n[profiles.hpc]\nservice = """x"""\n\n\n',
    ],
)
def test_a_profile_is_changed_however_it_is_written(path: Path, text: str) -> None:
    path.write_text(text)
    write_profile(path, "hpc", "z", {"url": "u"})
    before, after = tomllib.loads(text), tomllib.loads(path.read_text())
    before["profiles"]["hpc"] |= {"service": "z", "url": "u"}
    assert after == before


def test_windows_line_ends_stay(path: Path) -> None:
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    write_profile(path, "hpc", "rescale", {"url": "https://b"})
    write_profile(path, "new", "local", {})
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert tomllib.loads(content.decode())["profiles"]["new"] == {"service": "local"}


def test_the_mode_stays(path: Path) -> None:
    path.write_text(WRITTEN)
    path.chmod(0o640)
    write_profile(path, "hpc", "rescale", {"url": "https://b"})
    assert mode(path) == 0o640


def test_a_file_that_receives_a_secret_becomes_its_owners_alone(path: Path) -> None:
    path.write_text(WRITTEN)
    path.chmod(0o644)
    write_profile(path, "hpc", "rescale", {"token": SecretRef("plain", plain=Secret("s3cret"))})
    assert mode(path) == 0o600
    assert load_config(path, {}).profiles[0].options["token"] == "s3cret"


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "runtui.toml"
    real.parent.mkdir()
    real.write_text(WRITTEN)
    path.symlink_to(real)
    write_profile(path, "new", "local", {})
    assert path.is_symlink()
    assert "[profiles.new]" in real.read_text()


@pytest.mark.parametrize("name", ["", "a b", "a:b", "../x", ".", "-x", "é", "x" * 65, "x\n"])
def test_a_name_that_cannot_be_one_is_refused_and_nothing_written(path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a profile"):
        write_profile(path, name, "local", {})
    assert not path.exists()


def test_a_broken_file_is_refused_with_its_line_and_stays_as_it_was(path: Path) -> None:
    path.write_text("[profiles.hpc\n")
    with pytest.raises(ConfigError, match=r"config\.toml:1: this is not TOML"):
        write_profile(path, "hpc", "rescale", {})
    assert path.read_text() == "[profiles.hpc\n"


@pytest.mark.parametrize(
    "text", ["profiles = 3\n", "[[profiles]]\n", "[profiles]\nhpc = 3\n", "[profiles]\nother = []\n"]
)
def test_something_else_in_the_place_of_a_profile_is_refused_and_stays(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"config\.toml:1: profiles must be tables"):
        write_profile(path, "hpc", "rescale", {})
    assert path.read_text() == text


def test_a_file_that_cannot_be_changed_safely_stays_as_it_was(path: Path) -> None:
    text = "profiles = { a = { service = 'x' } }\n"
    path.write_text(text)
    with pytest.raises(StorageError, match="left as it was"):
        write_profile(path, "b", "local", {"url": "u"})
    assert path.read_text() == text


def test_nothing_but_the_file_and_its_lock_is_left_in_the_folder(path: Path) -> None:
    write_profile(path, "hpc", "rescale", {})
    assert {entry.name for entry in path.parent.iterdir()} == {"config.toml", ".config.toml.lock"}


def test_a_disk_that_is_full_leaves_the_file_as_it_was(path: Path) -> None:
    path.write_text(WRITTEN)
    program = """
import resource, sys
from pathlib import Path
from runtui.config.writer import write_profile
from runtui.model.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
try:
    write_profile(Path(sys.argv[1]), "new", "local", {})
except StorageError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout == f"cannot write {path}: File too large\n"
    assert path.read_text() == WRITTEN
    assert {entry.name for entry in path.parent.iterdir()} == {"config.toml", ".config.toml.lock"}


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    path.write_text(WRITTEN)
    program = """
import sys
from pathlib import Path
from runtui.config.writer import write_profile
for number in range(5):
    write_profile(Path(sys.argv[1]), f"{sys.argv[2]}-{number}", "local", {"n": number})
"""
    writers = [subprocess.Popen([sys.executable, "-c", program, path, name], cwd=ROOT) for name in "abc"]
    assert [one.wait() for one in writers] == [0, 0, 0]
    assert path.read_text().startswith(WRITTEN)
    assert len(load_config(path, {}).profiles) == 2 + 15


def test_threads_that_write_at_once_lose_nothing(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write_profile(path, f"p{number}", "local", {}), range(12)))
    assert len(load_config(path, {}).profiles) == 12


def test_a_writer_that_never_ends_is_an_error_that_names_the_lock(path: Path) -> None:
    lock = path.with_name(".config.toml.lock")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="another runtui has been writing") as caught:
            write_profile(path, "a", "local", {}, timeout=0.03)
    assert str(lock) in str(caught.value)
    assert not path.exists()


def test_reading_the_configuration_does_not_load_the_library_that_writes_it() -> None:
    program = "import sys, runtui.config.writer, runtui.config.settings; assert 'tomlkit' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
