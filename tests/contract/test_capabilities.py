"""What each backend can do, derived from what it implements, and that this suite asks all of it."""

import inspect
from importlib.util import find_spec

import pytest

from runtui.backends import protocol
from runtui.backends.protocol import Backend, capabilities_of
from runtui.backends.registry import service_names
from runtui.model.capability import Capability
from tests.contract.conftest import SERVICES, OpenScene
from tests.support.scene import Scene
from tests.support.stage import Stage

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


def test_every_service_has_a_simulator_to_be_tested_on() -> None:
    assert [name for name in service_names() if find_spec(f"runtui.backends.{name}.simulator") is None] == []


def test_which_backend_can_do_what(
    stage: Stage, open_scene: OpenScene, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the table (`-s` shows it). Each row is derived from a backend's protocols, each column is one of them."""
    can: dict[str, frozenset[Capability]] = {}
    for service in SERVICES:
        with stage.serving(service) as served:
            can[service] = capabilities_of(open_scene(served).backend)
    width = max(len(capability) for capability in Capability) + 2
    lines = [f"{'':{width}}" + "".join(f"{service:>12}" for service in SERVICES)]
    for capability in Capability:
        marks = ("yes" if capability in can[service] else "-" for service in SERVICES)
        lines.append(f"{capability:{width}}" + "".join(f"{mark:>12}" for mark in marks))
    with capsys.disabled():
        if request.config.getoption("capture") == "no":
            print("\n" + "\n".join(lines))
    asked = {mark.args[0] for item in request.session.items for mark in item.iter_markers("needs")}
    anywhere = frozenset[Capability]().union(*can.values())
    assert set(Capability) == anywhere, "a capability no backend has is not one"
    alone = len(request.session.items) < 50
    assert alone or asked == set(Capability), "a capability this suite does not ask for is not held to anything"


def test_there_is_a_protocol_for_every_capability() -> None:
    assert len(FACETS) == len(Capability)


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
