import shutil
import subprocess
import sys
from pathlib import Path

from runtui.styles_folder import styles_folder

ROOT = Path(__file__).parents[2]

LOOK = """
from runtui.model.errors import StorageError
from runtui.styles_folder import styles_folder
try:
    print(styles_folder())
except StorageError as error:
    print(error, "|", error.hint)
"""


def looked_up(folder: Path) -> str:
    """What the package that lies in this folder says of its style sheets."""
    command = [sys.executable, "-c", LOOK]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def copied_package(folder: Path) -> Path:
    """A copy of just enough of the package to ask it."""
    package = folder / "runtui"
    shutil.copytree(ROOT / "runtui" / "model", package / "model")
    for name in ("__init__.py", "styles_folder.py"):
        shutil.copy(ROOT / "runtui" / name, package / name)
    return package


def test_a_checkout_has_its_style_sheets_beside_the_package() -> None:
    assert styles_folder() == ROOT / "styles"


def test_those_inside_an_installed_package_come_first(tmp_path: Path) -> None:
    inside = copied_package(tmp_path) / "styles"
    for folder in (inside, tmp_path / "styles"):
        folder.mkdir()
    assert looked_up(tmp_path) == str(inside)


def test_a_package_without_style_sheets_says_what_to_do(tmp_path: Path) -> None:
    package = copied_package(tmp_path)
    assert looked_up(tmp_path) == f"the style sheets are missing from {package} | Install runtui again."
