"""Arrows point one way: what each part of the program may import, wherever in a file the import is written."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.source_tree import ROOT, Import, imports, modules

CHAIN = ("model", "transport", "backends", "services", "tui", "cli")


def arrows(*, inside: str, outside: Callable[[str], bool]) -> list[str]:
    """The imports that modules named `inside` (or below it) have of modules for which `outside` is true."""
    return [str(one) for one in imports("runtui") if is_in(one.importer.name, inside) and outside(one.imported)]


def is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def is_ours_but_not(*parts: str) -> Callable[[str], bool]:
    """Whether a module is one of ours and in none of these parts of it."""
    allowed = [f"runtui.{part}" for part in parts]
    return lambda name: name.startswith("runtui.") and not is_in(name, *allowed)


def assert_none(found: list[str], rule: str) -> None:
    assert not found, "\n".join([rule, *dict.fromkeys(found)])


def test_there_are_imports_to_look_at() -> None:
    assert any(one.imported == "runtui.model.errors" for one in imports("runtui"))
    assert {f"runtui.{part}" for part in CHAIN} <= {module.name for module in modules("runtui")}


def test_the_model_imports_no_other_part() -> None:
    assert_none(arrows(inside="runtui.model", outside=is_ours_but_not("model")), "the model stands alone:")


@pytest.mark.parametrize("part", ["render", "config", "simulation"])
def test_render_config_and_simulation_import_the_model_alone(part: str) -> None:
    found = arrows(inside=f"runtui.{part}", outside=is_ours_but_not(part, "model"))
    assert_none(found, f"{part} imports only the model:")


def test_transport_imports_the_model_alone() -> None:
    found = arrows(inside="runtui.transport", outside=is_ours_but_not("transport", "model"))
    assert_none(found, "transport imports only the model:")


def test_backends_import_transport_and_the_model_alone() -> None:
    found = arrows(inside="runtui.backends", outside=is_ours_but_not("backends", "transport", "model", "simulation"))
    assert_none(found, "a backend imports only transport and the model, and its simulator the simulation:")


def test_services_import_backends_transport_config_and_the_model_alone() -> None:
    found = arrows(
        inside="runtui.services", outside=is_ours_but_not("services", "backends", "transport", "config", "model")
    )
    assert_none(found, "services import only what is below them:")


def test_the_dashboard_does_not_import_the_commands() -> None:
    assert_none(arrows(inside="runtui.tui", outside=lambda name: is_in(name, "runtui.cli")), "tui does not import cli:")


def test_widgets_import_render_and_the_model_alone() -> None:
    found = arrows(inside="runtui.tui.widgets", outside=is_ours_but_not("tui.widgets", "render", "model"))
    assert_none(found, "a widget imports only render, the model and other widgets, never services:")


def test_modules_beside_the_layers_import_the_model_alone() -> None:
    beside = [one for one in imports("runtui") if len(one.importer.parts) <= 2 and not one.importer.is_package]
    outside = is_ours_but_not("model")
    found = [str(one) for one in beside if outside(one.imported) and one.importer.name != "runtui.__main__"]
    assert_none(found, "a module at the root of the package imports only the model:")


def backend_of(name: str) -> str | None:
    """The backend's folder that a module lies in; None for the modules they share."""
    parts = name.split(".")
    is_inside = parts[:2] == ["runtui", "backends"] and len(parts) > 2
    return parts[2] if is_inside and (ROOT / "runtui" / "backends" / parts[2]).is_dir() else None


def test_no_backend_imports_another_and_what_they_share_imports_none() -> None:
    inside = [one for one in imports("runtui") if is_in(one.importer.name, "runtui.backends")]
    found = [
        str(one)
        for one in inside
        if backend_of(one.imported) and backend_of(one.imported) != backend_of(one.importer.name)
    ]
    assert_none(found, "deleting a backend's folder deletes the backend, so nothing else imports it:")


def test_nothing_outside_a_backend_imports_it_by_name() -> None:
    outside = [one for one in imports("runtui") if not is_in(one.importer.name, "runtui.backends")]
    found = [str(one) for one in outside if backend_of(one.imported)]
    assert_none(found, "a backend is found by the registry, never imported by name:")


def is_simulator(name: str) -> bool:
    """Whether a module is a backend's simulator or a part of it."""
    parts = name.split(".")
    return backend_of(name) is not None and len(parts) > 3 and parts[3].startswith("simulat")


def may_simulate(one: Import) -> bool:
    """Whether a module may know simulators: they themselves, and the demo and simulate commands."""
    parts = one.importer.parts
    is_command = parts[:2] == ("runtui", "cli") and len(parts) > 2 and parts[2].startswith(("demo", "simulate"))
    return is_command or is_simulator(one.importer.name) or is_in(one.importer.name, "runtui.simulation")


def test_simulators_are_imported_by_the_demo_and_simulate_commands_alone() -> None:
    found = [
        str(one)
        for one in imports("runtui")
        if (is_simulator(one.imported) or is_in(one.imported, "runtui.simulation", "starlette", "uvicorn"))
        and not may_simulate(one)
    ]
    assert_none(found, "only simulators and the demo and simulate commands know of a simulated world:")


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("textual", ("runtui.tui",)),
        ("httpx", ("runtui.transport",)),
        ("platformdirs", ("runtui.config.paths",)),
        ("rich", ("runtui.render", "runtui.tui", "runtui.cli")),
        ("tomlkit", ("runtui.config.writer",)),
        ("keyring", ("runtui.config.secrets",)),
    ],
)
def test_a_library_is_known_in_one_place(library: str, homes: tuple[str, ...]) -> None:
    users = [one for one in imports("runtui") if is_in(one.imported, library)]
    found = [str(one) for one in users if not is_in(one.importer.name, *homes)]
    assert_none(found, f"{library} is imported only in {', '.join(homes)}:")


HEADLESS = [
    module.name
    for module in modules("runtui")
    if not is_in(module.name, "runtui.tui", "runtui.__main__") and not is_simulator(module.name)
]

IMPORT_EACH = """
import importlib, sys
unwanted, *names = sys.argv[1:]
for name in names:
    importlib.import_module(name)
    if unwanted in sys.modules:
        sys.exit(f"importing {name} brings in {unwanted}")
"""


def assert_import_without(unwanted: str, names: list[str]) -> None:
    """Import the modules in a fresh interpreter and look at what came along."""
    command = [sys.executable, "-c", IMPORT_EACH, unwanted, *names]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_everything_but_the_dashboard_runs_without_textual() -> None:
    assert {"runtui.services", "runtui.backends.registry", "runtui.cli"} <= set(HEADLESS)
    assert_import_without("textual", HEADLESS)


@pytest.mark.parametrize("unwanted", ["httpx", "rich", "tomlkit", "keyring", "starlette"])
def test_the_start_of_a_command_stays_light(unwanted: str) -> None:
    light = ("runtui.cli.main", "runtui.model", "runtui.config", "runtui.backends.registry")
    assert_import_without(unwanted, [name for name in HEADLESS if is_in(name, *light)])


FIRST_FRAME = ["runtui.tui.launch", "runtui.services.first_runs", "runtui.tui.app", "runtui.tui.screens.runs"]


@pytest.mark.parametrize(
    "unwanted", ["runtui.services.session", "runtui.backends.registry", "runtui.transport", "httpx", "runtui.cli"]
)
def test_the_first_frame_is_drawn_before_anything_that_asks_a_service_is_brought_in(unwanted: str) -> None:
    assert_import_without(unwanted, FIRST_FRAME)


def test_textual_would_be_noticed() -> None:
    with pytest.raises(AssertionError, match=r"importing textual\.app brings in textual"):
        assert_import_without("textual", ["textual.app"])
