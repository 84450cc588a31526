"""CARROT and its Cromwell on loopback, with a storage for logs that lie elsewhere.

Cromwell's routes are served twice: on an address of their own (`cromwell_url`) and on CARROT's, which is where
`GET /config/cromwell` points to.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request

from runtui.backends.carrot.simulation.carrot_routes import RunRoutes
from runtui.backends.carrot.simulation.carrot_view import CarrotView
from runtui.backends.carrot.simulation.cromwell_metadata import Metadata
from runtui.backends.carrot.simulation.cromwell_routes import CromwellRoutes, not_found, wrong_method
from runtui.backends.carrot.simulation.execution_tree import ExecutionTree
from runtui.backends.carrot.simulation.group_routes import GroupRoutes
from runtui.backends.carrot.simulation.layout import Layout
from runtui.backends.carrot.simulation.lookup_routes import LookupRoutes
from runtui.backends.carrot.simulation.output_bytes import OutputBytes
from runtui.backends.carrot.simulation.report_maps import ReportMaps
from runtui.backends.carrot.simulation.report_routes import ReportRoutes
from runtui.backends.carrot.simulation.routing import Router, empty_response
from runtui.backends.carrot.simulation.run_list import RunList
from runtui.backends.carrot.simulation.scenario import Scenario
from runtui.backends.carrot.simulation.storage_routes import StorageRoutes
from runtui.backends.carrot.simulation.switches import Switches
from runtui.simulation.faults import FaultLine, Receive, Scope, Send
from runtui.simulation.simulator import Simulator
from runtui.simulation.world import World

EMAIL = "alice@lab.org"


class CarrotSimulator:
    """One CARROT server, its Cromwell and a storage, all of one world."""

    service = "carrot"

    def __init__(self, world: World, runs: int | None = None) -> None:
        self.world = world
        self.scenario = Scenario(world, runs)
        self.tree = ExecutionTree(self.scenario)
        self.cromwell_url = ""
        """What `GET /config/cromwell` answers when set; else CARROT's own address."""
        layout = Layout(self.tree.root, self.scenario.switches, self.scenario.sub_workflow)
        view = CarrotView(self.scenario, layout)
        self.tree.use(OutputBytes(self.scenario, lambda run_id: _run_object(self.scenario, view, run_id)))
        cromwell = CromwellRoutes(self.scenario, Metadata(self.scenario, layout), layout, self.tree)
        storage = StorageRoutes(self.scenario, self.tree)
        cromwells = Router(cromwell.routes(), not_found, wrong_method, cromwell.down)
        self.cromwell = FaultLine(cromwells, world.now)
        self.storage = FaultLine(Router(storage.routes(), not_found, wrong_method, storage.refused), world.now)
        self.application = FaultLine(_Both(self._carrot(view, layout), cromwells), world.now)

    @property
    def switches(self) -> Switches:
        """What can be made different while it runs."""
        return self.scenario.switches

    @property
    def extra_applications(self) -> Mapping[str, FaultLine]:
        """Cromwell, and the storage that serves gs:// addresses."""
        return {"cromwell_url": self.cromwell, "gcs_url": self.storage}

    @property
    def credentials(self) -> Mapping[str, str]:
        """The e-mail runs are started with: there is nothing to log in with."""
        return {"email": EMAIL}

    def profile_options(self, url: str, extra_urls: Mapping[str, str]) -> dict[str, object]:
        """A profile's table for this server."""
        return {"url": url, "email": EMAIL, **extra_urls}

    def close(self) -> None:
        """End the writing and remove the folder of executions."""
        self.tree.close()

    def _carrot(self, view: CarrotView, layout: Layout) -> Router:
        runs = RunList(self.scenario, view)
        return Router(
            (
                *RunRoutes(self.scenario, view, runs, self.tree).routes(),
                *ReportRoutes(self.scenario, ReportMaps(self.scenario, view, layout, self.tree), runs).routes(),
                *GroupRoutes(self.scenario, runs, self._cromwell_address).routes(),
                *LookupRoutes(self.scenario).routes(),
            ),
            lambda: empty_response(404),
            lambda allowed: empty_response(405),
        )

    def _cromwell_address(self, request: Request) -> str:
        return self.cromwell_url or f"http://{request.headers.get('host', 'localhost:8000')}"


class _Both:
    """CARROT's routes and, below `/api/workflows` and `/engine`, Cromwell's on the same address."""

    def __init__(self, carrot: Router, cromwell: Router) -> None:
        self._carrot = carrot
        self._cromwell = cromwell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        is_cromwells = scope["path"].startswith(("/api/workflows/", "/engine/"))
        await (self._cromwell if is_cromwells else self._carrot)(scope, receive, send)


def _run_object(scenario: Scenario, view: CarrotView, run_id: str) -> dict[str, object] | None:
    plan = scenario.run(run_id)
    return None if plan is None else view.run_object(plan)


def create_simulator(world: World, *, runs: int | None = None, **switches: object) -> CarrotSimulator:
    """A simulator of the world; `switches` are set by their names. Raises AttributeError for one there is not."""
    simulator = CarrotSimulator(world, runs)
    for name, value in switches.items():
        getattr(simulator.switches, name)
        setattr(simulator.switches, name, value)
    return simulator


if TYPE_CHECKING:
    _simulator: type[Simulator] = CarrotSimulator
