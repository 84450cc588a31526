"""Finding the backends there are."""

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import runtui
from runtui.backends.registry import (
    discover_profiles,
    opener,
    service_names,
    settings_type,
    simulator_module,
)
from runtui.model.errors import ConfigError

PACKAGE = Path(runtui.__file__).parent


def python(*arguments: str, path: Path = PACKAGE.parent) -> str:
    """What another Python prints."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=path, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_there_is_a_backend_for_every_folder() -> None:
    folders = [path.parent.name for path in (PACKAGE / "backends").glob("*/__init__.py")]
    assert list(service_names()) == sorted(folders)
    assert service_names()


def test_finding_the_names_imports_no_backend() -> None:
    code = """
import sys
from runtui.backends.registry import service_names
names = service_names()
print([name for name in sys.modules if name.startswith("runtui.backends.") and name.split(".")[2] in names])
"""
    assert python("-c", code) == "[]"


def test_looking_for_profiles_imports_no_http_client(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from runtui.backends.registry import discover_profiles
discover_profiles(Path({str(tmp_path)!r}), {{}})
print([name for name in ("httpx", "starlette", "uvicorn", "textual") if name in sys.modules])
"""
    assert python("-c", code) == "[]"


def test_deleting_the_folder_deletes_the_backend(tmp_path: Path) -> None:
    gone = service_names()[0]
    copied = tmp_path / "runtui"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(copied / "backends" / gone)
    code = """
from pathlib import Path
from runtui.backends.registry import discover_profiles, service_names
discover_profiles(Path("/nowhere"), {})
print(*service_names())
"""
    assert python("-c", code, path=tmp_path).split() == list(service_names()[1:])


@pytest.mark.parametrize("find", [settings_type, opener, simulator_module])
def test_a_service_there_is_none_of_is_named_with_those_there_are(find: object) -> None:
    assert callable(find)
    with pytest.raises(ConfigError, match="no service 'nimbus'") as raised:
        find("nimbus")
    assert all(name in raised.value.hint for name in service_names())


@pytest.mark.parametrize("name", ["", "protocol", "registry", "../model", "os"])
def test_nothing_but_a_folder_of_backends_is_a_service(name: str) -> None:
    with pytest.raises(ConfigError):
        settings_type(name)


@pytest.mark.parametrize("service", service_names())
def test_every_backend_has_its_parts(service: str) -> None:
    fields = msgspec.structs.fields(settings_type(service))
    assert fields
    assert callable(opener(service))
    assert settings_type(service).__struct_config__.frozen


@pytest.mark.parametrize("service", service_names())
def test_every_backend_that_has_a_simulator_can_create_it(service: str) -> None:
    if (PACKAGE / "backends" / service / "simulator.py").exists():
        assert callable(simulator_module(service).create_simulator)


def test_an_empty_home_has_no_profiles(tmp_path: Path) -> None:
    assert discover_profiles(tmp_path, {}) == ()
    assert list(tmp_path.iterdir()) == []


def test_what_is_found_names_a_service_there_is(tmp_path: Path) -> None:
    found = discover_profiles(Path.home(), {})
    assert all(profile.service in service_names() for profile in found)
