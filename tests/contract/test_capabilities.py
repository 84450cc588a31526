"""What each backend can do, derived from what it implements, and that this suite asks all of it."""

import inspect
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from runtui.backends import protocol
from runtui.backends.protocol import Backend, capabilities_of
from runtui.backends.registry import service_names
from runtui.model.capability import Capability
from tests.contract.conftest import SERVICES, OpenScene
from tests.support.scene import Scene
from tests.support.stage import Stage

HERE = Path(__file__).parent

FACETS = {
    facet.__name__: facet
    for facet in vars(protocol).values()
    if isinstance(facet, type) and getattr(facet, "_is_runtime_protocol", False)
}


def members(facet: type) -> dict[str, object]:
    """The methods a protocol asks for."""
    return {name: value for name, value in vars(facet).items() if inspect.isfunction(value) and name[0] != "_"}


def parameters(method: object) -> list[tuple[str, object, object]]:
    """Name, kind and default of each parameter of a method."""
    assert callable(method)
    return [
        (name, parameter.kind, parameter.default)
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "self"
    ]


def table(rows: list[tuple[str, list[bool]]]) -> str:
    """A line for each row, a column for each service."""
    lines = [f"{'':14}" + "".join(f"{service:>12}" for service in SERVICES)]
    lines += [f"{name:14}" + "".join(f"{'yes' if has else '-':>12}" for has in marks) for name, marks in rows]
    return "\n".join(["", *lines])


def test_every_service_has_a_simulator_to_be_tested_on_but_this_machine_itself() -> None:
    assert [name for name in service_names() if find_spec(f"runtui.backends.{name}.simulator") is None] == ["local"]


def test_which_backend_can_do_what(
    stage: Stage, open_scene: OpenScene, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the table (`-s` shows it). Each row is derived from a backend's protocols, each column is one of them."""
    can: dict[str, frozenset[Capability]] = {}
    has: dict[str, set[str]] = {}
    for service in SERVICES:
        with stage.serving(service, runs=1) as served:
            backend = open_scene(served).backend
            can[service] = capabilities_of(backend)
            has[service] = {name for name, facet in FACETS.items() if isinstance(backend, facet)}
    with capsys.disabled():
        if request.config.getoption("capture") == "no":
            print(table([(str(one), [one in can[service] for service in SERVICES]) for one in Capability]))
            print(table([(name, [name in has[service] for service in SERVICES]) for name in FACETS]))


def test_everything_a_backend_may_be_able_to_do_is_asked_of_it() -> None:
    written = "".join(path.read_text() for path in (*HERE.glob("*.py"), HERE.parent / "support" / "asking.py"))
    asked = set(re.findall(r"needs(?:\(|=)Capability\.(\w+)", written))
    assert asked == set(Capability.__members__)


def test_every_capability_rests_on_a_protocol_of_its_own(still: Scene) -> None:
    """A protocol may also stand without a capability: then it serves another one."""
    assert len(FACETS) >= len(Capability)
    held = [facet for facet in FACETS.values() if isinstance(still.backend, facet)]
    assert len(held) >= len(capabilities_of(still.backend))


def test_what_a_backend_claims_it_has_in_the_protocols_own_form(still: Scene) -> None:
    wrong = [
        f"{facet.__name__}.{name}"
        for facet in (Backend, *(facet for facet in FACETS.values() if isinstance(still.backend, facet)))
        for name, method in members(facet).items()
        if parameters(getattr(type(still.backend), name)) != parameters(method)
    ]
    assert not wrong


def test_a_backend_has_no_part_of_a_protocol_without_the_rest(still: Scene) -> None:
    halves = [
        facet.__name__
        for facet in FACETS.values()
        if not isinstance(still.backend, facet)
        and any(callable(getattr(still.backend, name, None)) for name in members(facet))
    ]
    assert not halves


def test_a_backend_says_which_profile_and_service_it_is(still: Scene) -> None:
    assert (still.backend.profile, still.backend.service) == ("lab", still.service)
