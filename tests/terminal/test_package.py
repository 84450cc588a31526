"""The package as one gets it: built from a copy of the checkout, installed in a fresh environment, started there."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from runtui import __version__
from runtui.config.settings import load_config

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "dist", "build", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
)


def ran(*command: str | Path, cwd: Path, **environ: str) -> str:
    """What a command prints; its errors are shown when it fails. It does not see this test run's own environment."""
    own = ("RUNTUI_", "PYTHON", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    ended = subprocess.run(command, cwd=cwd, env={**clean, **environ}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout that a build may write in."""
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("copy") / "checkout", ignore=LEFT_OUT))


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """The folder with the source archive and the wheel that was built from that archive."""
    ran(sys.executable, "-m", "build", "--outdir", "dist", ".", cwd=checkout)
    return checkout / "dist"


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment with the wheel and what it requires, without any extra."""
    place = tmp_path_factory.mktemp("wheel") / "environment"
    venv.create(place, with_pip=True)
    ran(place / "bin" / "pip", "install", "-q", *built.glob("*.whl"), cwd=place)
    return place / "bin"


@pytest.fixture
def empty_home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who starts runtui for the first time, with an empty configuration."""
    (tmp_path / "config.toml").touch(mode=0o600)
    return {
        "HOME": str(tmp_path),
        "RUNTUI_CONFIG": str(tmp_path / "config.toml"),
        "RUNTUI_DATA_DIR": str(tmp_path / "state"),
        "RUNTUI_CACHE_DIR": str(tmp_path / "cache"),
    }


def style_sheets(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.tcss")}


def test_the_wheel_carries_every_style_sheet_and_nothing_that_is_not_the_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    carried = {name.removeprefix("runtui/styles/") for name in names if name.endswith(".tcss")}
    assert carried
    assert carried == style_sheets(ROOT / "styles")
    assert "runtui/py.typed" in names
    assert {name.split("/")[0] for name in names} == {"runtui", f"runtui-{__version__}.dist-info"}


def test_the_source_archive_carries_what_builds_and_tests_it(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/", 1)[1] for name in opened.getnames()}
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "tests/terminal/test_package.py"} <= names
    assert any(re.fullmatch(r"styles/.+\.tcss", name) for name in names)


def test_the_style_sheets_are_found_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    folder = styles_folder_of(installed / "python", tmp_path)
    assert folder.parts[-3:] == ("site-packages", "runtui", "styles")
    assert style_sheets(folder) == style_sheets(ROOT / "styles")


def test_the_style_sheets_are_found_from_an_editable_install(checkout: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "environment", with_pip=True)
    pip, python = (tmp_path / "environment" / "bin" / name for name in ("pip", "python"))
    ran(pip, "install", "-q", "--no-deps", "-e", checkout, cwd=tmp_path)
    assert styles_folder_of(python, tmp_path) == checkout / "styles"


def test_the_style_sheets_are_found_from_a_checkout(checkout: Path) -> None:
    assert styles_folder_of(Path(sys.executable), checkout) == checkout / "styles"


def styles_folder_of(python: Path, cwd: Path) -> Path:
    """Where the runtui that this interpreter finds, started in this folder, has its style sheets."""
    program = "from runtui.styles_folder import styles_folder; print(styles_folder())"
    return Path(ran(python, "-c", program, cwd=cwd).strip())


@pytest.mark.parametrize("command", [("runtui",), ("python", "-m", "runtui")])
def test_the_installed_program_starts(installed: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert ran(installed / command[0], *command[1:], "--version", cwd=tmp_path) == f"runtui {__version__}\n"


def test_the_installed_program_runs_commands_without_a_configuration(
    installed: Path, tmp_path: Path, empty_home: dict[str, str]
) -> None:
    assert load_config(tmp_path / "config.toml", empty_home).profiles == ()
    ended = subprocess.run(
        [installed / "runtui", "start", "local", "--", "true"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **empty_home},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("local:")
