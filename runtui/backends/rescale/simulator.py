"""Rescale on loopback: jobs, runs and files of a scripted account, on the addresses of all three API versions.

`switches` of the simulator change its behaviour while it serves; `simulation/switches.py` says what each does.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from runtui.backends.rescale.simulation import file_routes, job_routes, run_routes
from runtui.backends.rescale.simulation.gate import Answer, Endpoint, Gate, SlashRedirect
from runtui.backends.rescale.simulation.state import ServiceState
from runtui.backends.rescale.simulation.switches import Scope, Switches
from runtui.simulation.faults import FaultLine
from runtui.simulation.simulator import Simulator
from runtui.simulation.world import World

R = TypeVar("R", Route, Mount)

TOKEN: Final = "3f9a51c2d07be84613f9a51c2d07be84613f9a51"
DEMO_PROFILE: Final = "hpc"
"""What a demonstration calls its connection to this service."""

JWT: Final = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ltdWxhdGVkLXNpZ25hdHVyZQ"
"""Also accepted, as a `Bearer`."""

_ONE_AUTHORISATION: Final = (
    "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"
)


class RescaleSimulator:
    """One account of the service. `state` and `switches` may be looked at and changed from another thread.

    `storage` is a second address: where `contents/` leads when `switches.contents_redirect` names it. It refuses
    requests that carry an authorization, as signed storage does.
    """

    service: str = "rescale"

    def __init__(self, world: World, switches: Switches, *, runs: int | None = None, live: int | None = None) -> None:
        self.world = world
        self.switches = switches
        self.state = ServiceState(world, switches, runs, live)
        self.application = FaultLine(SlashRedirect(_application(self.state)), world.now)
        self.storage = FaultLine(_storage(self.state), world.now)

    @property
    def extra_applications(self) -> Mapping[str, FaultLine]:
        """None: a client needs one address."""
        return {}

    @property
    def credentials(self) -> Mapping[str, str]:
        """The API key."""
        return {"token": TOKEN}

    def profile_options(self, url: str, extra_urls: Mapping[str, str]) -> dict[str, object]:
        """A profile's table. No other program asks this service, so more may be asked of it."""
        return {"url": url, "token": TOKEN, "calls_per_second": 15.0}

    def close(self) -> None:
        """Nothing is on disk."""


def create_simulator(
    world: World, *, runs: int | None = None, live: int | None = None, **switches: object
) -> RescaleSimulator:
    """A simulated Rescale. With `runs` there are about that many runs in place of the story's few hundred, `live` of
    them in progress. `switches` are those of `Switches`; a wrong one raises msgspec.ValidationError."""
    return RescaleSimulator(world, msgspec.convert(switches, Switches), runs=runs, live=live)


def _application(state: ServiceState) -> Starlette:
    gate = Gate(state, {TOKEN: "Token", JWT: "Bearer"})

    def at(path: str, scope: Scope, **verbs: Answer) -> Route:
        return _over_lines(Route(path, Endpoint(gate, state, scope, verbs)))

    routes = [*_job_routes(at), *_run_routes(at), *_file_routes(at)]
    api = Router(routes, default=_no_page)
    versions = [_over_lines(Mount(prefix, app=api)) for prefix in ("/api/v2", "/api/v3", "/api")]
    application = Starlette(routes=versions)
    application.router.redirect_slashes = False
    application.router.default = _no_page
    return application


def _over_lines(route: R) -> R:
    """The same route for addresses that hold line ends too: names of files may."""
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return route


class _At(Protocol):
    """Makes the route of one address."""

    def __call__(self, path: str, scope: Scope, **verbs: Answer) -> Route: ...


def _job_routes(at: _At) -> Iterator[Route]:
    jobs = job_routes
    yield at("/", "user", GET=jobs.show_root)
    yield at("/users/me/", "user", GET=jobs.show_user)
    yield at("/analyses/", "user", GET=jobs.list_analyses)
    yield at("/coretypes/", "user", GET=jobs.list_core_types)
    yield at("/jobs/", "jobs-usage", GET=jobs.list_jobs, POST=jobs.create_job)
    job = "/jobs/{job_id}"
    yield at(f"{job}/", "jobs-usage", GET=jobs.show_job, PATCH=jobs.change_job, DELETE=jobs.delete_job)
    yield at(f"{job}/submit/", "job-submission", POST=jobs.submit_job)
    yield at(f"{job}/stop/", "jobs-usage", POST=jobs.stop_job)
    yield at(f"{job}/shutdown/", "clusters-usage", POST=jobs.shut_cluster_down)
    yield at(f"{job}/statuses/", "jobs-usage", GET=jobs.list_statuses)
    yield at(f"{job}/cluster_statuses/", "clusters-usage", GET=jobs.list_cluster_statuses)
    yield at(f"{job}/instances/", "clusters-usage", GET=jobs.list_instances)
    yield at(f"{job}/connection_details/", "clusters-usage", GET=jobs.show_connection)
    yield at(f"{job}/cluster-load-measurements/", "clusters-usage", GET=jobs.show_load)
    yield at(f"{job}/logs/", "jobs-usage", GET=jobs.list_messages)
    yield at(f"{job}/files/", "jobs-usage", GET=file_routes.list_job_files)


def _run_routes(at: _At) -> Iterator[Route]:
    run = "/jobs/{job_id}/runs/{run_id}"
    yield at("/jobs/{job_id}/runs/", "runs-usage", GET=run_routes.list_runs)
    yield at(f"{run}/", "runs-usage", GET=run_routes.show_run)
    yield at(f"{run}/stop/", "runs-usage", POST=run_routes.stop_run)
    yield at(f"{run}/snapshot/", "runs-usage", POST=run_routes.take_snapshot)
    yield at(f"{run}/files/", "runs-usage", GET=run_routes.list_files)
    yield at(f"{run}/directory-contents/", "runs-usage", GET=run_routes.list_directory)
    yield at(f"{run}/tail/{{path:path}}", "runs-usage", GET=run_routes.tail)


def _file_routes(at: _At) -> Iterator[Route]:
    files = file_routes
    yield at("/files/", "file-access", GET=files.list_files)
    yield at("/files/contents/", "file-access", POST=files.upload, PUT=files.upload)
    yield at("/files/{file_id}/", "file-access", GET=files.show_file, DELETE=files.delete_file)
    yield at("/files/{file_id}/contents/", "file-access", GET=files.send_contents)
    yield at("/files/{file_id}/lines/", "file-access", GET=files.show_lines)


async def _no_page(scope: AsgiScope, receive: Receive, send: Send) -> None:
    """Addresses nobody knows are answered before the API is reached: with a web page."""
    await HTMLResponse("<h1>Not Found</h1><p>The requested resource was not found on this server.</p>", 404)(
        scope, receive, send
    )


def _storage(state: ServiceState) -> Starlette:
    async def send_object(request: Request) -> Response:
        if "authorization" in request.headers:
            return Response(_ONE_AUTHORISATION, 400, media_type="application/xml")
        if "X-Amz-Signature" not in request.query_params:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        return file_routes.stored_bytes(state, request, request.path_params["file_id"])

    return Starlette(routes=[Route("/storage/{file_id}/", send_object)])


if TYPE_CHECKING:
    _simulator: type[Simulator] = RescaleSimulator
