"""The addresses of the simulated service: everything under `/v2.0`, and 410 for whatever else is asked."""

import re
import uuid
from collections.abc import Awaitable, Callable
from hashlib import md5

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runtui.backends.deltatwin.simulator_answers import (
    RefusedError,
    file_answer,
    invalid,
    json_body,
    number_in,
    refusal,
    text_answer,
)
from runtui.backends.deltatwin.simulator_drive_routes import DriveRoutes
from runtui.backends.deltatwin.simulator_json import twin_detail, twin_summary
from runtui.backends.deltatwin.simulator_outputs import media_type
from runtui.backends.deltatwin.simulator_plan import Plan
from runtui.backends.deltatwin.simulator_runs import QuotaReachedError
from runtui.backends.deltatwin.simulator_service import SimulatedService
from runtui.backends.deltatwin.simulator_twins import TWINS
from runtui.simulation.faults import Application, Receive, Scope, Send

PREFIX = "/v2.0"
_USUAL_PAGE = 100
_SLASHES = re.compile(r"/{2,}")

Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """One method an address. They refuse with `RefusedError`."""

    def __init__(self, service: SimulatedService) -> None:
        self._service = service

    async def connect(self, request: Request) -> Response:
        """`POST /connect`: a user name and a password, or a refresh token."""
        body = await json_body(request)
        tokens = self._service.tokens
        if body.get("refresh_token") is not None:
            grant = tokens.renew(str(body["refresh_token"]))
            problem = "Invalid refresh token"
        else:
            for field in ("username", "password"):
                if not isinstance(body.get(field), str):
                    raise invalid("body", field, "Field required", "missing")
            grant = tokens.log_in(str(body["username"]), str(body["password"]))
            problem = "Invalid user credentials"
        if grant is None:
            raise RefusedError(401, problem)
        return JSONResponse(grant)

    async def runs(self, request: Request) -> Response:
        """`GET /runs`: a bare array."""
        top, skip = number_in(request, "top", _USUAL_PAGE), number_in(request, "skip", 0)
        largest = self._service.switches.largest_page
        return JSONResponse(self._page(request, top if largest is None else min(top, largest), skip))

    def _page(self, request: Request, top: int, skip: int) -> list[object]:
        if self._service.switches.bad_items:
            rows = self._rows(request, skip + top, 0)
            rows[1:1] = [{"status": "running", "owner": "nobody"}, 42]
            return rows[skip : skip + top]
        return self._rows(request, top, skip)

    def _rows(self, request: Request, top: int, skip: int) -> list[object]:
        wanted = request.query_params
        plans = self._service.runs.page(
            top=top, skip=skip, status=wanted.get("status", ""), twin=wanted.get("deltatwin_name", "")
        )
        now = self._service.world.now()
        return [self._service.writer.run(plan, now, in_list=True) for plan in plans]

    async def run(self, request: Request) -> Response:
        """`GET /runs/{id}`."""
        return JSONResponse(self._service.writer.run(self._plan(request), self._service.world.now()))

    async def start(self, request: Request) -> Response:
        """`POST /runs`: 201 with the run, whose nodes are there at once."""
        body = await json_body(request)
        name, version, inputs = body.get("deltatwin_name"), body.get("deltatwin_version"), body.get("inputs")
        if not isinstance(name, str):
            raise invalid("body", "deltatwin_name", "Field required", "missing")
        if version is not None and not isinstance(version, str):
            raise invalid("body", "deltatwin_version", "Input should be a valid string", "string_type")
        if self._service.switches.requires_version and not version:
            raise invalid("body", "deltatwin_version", "Field required", "missing")
        if inputs is not None and not isinstance(inputs, dict | list):
            raise invalid("body", "inputs", "Input should be a valid dictionary", "dict_type")
        twin = TWINS.get(name)
        if twin is None or (version and version not in twin.versions):
            raise RefusedError(404, f"DeltaTwin {name}{f':{version}' if version else ''} not found")
        try:
            plan = self._service.runs.start(_user(request), twin, str(version or twin.latest), inputs)
        except QuotaReachedError as error:
            reached, limit = error.args
            raise RefusedError(429, f"Maximum number of runs reached ({reached}/{limit}) for 24 hours") from None
        return JSONResponse(self._service.writer.run(plan, self._service.world.now()), status_code=201)

    async def delete(self, request: Request) -> Response:
        """`DELETE /runs/{id}`: 204, whatever the status of the run."""
        self._service.runs.delete(self._plan(request).id)
        return Response(status_code=204)

    async def nodes(self, request: Request) -> Response:
        """`GET /runs/{id}/nodes`: a bare array, in the order of the workflow."""
        plan = self._plan(request)
        now = self._service.world.now()
        return JSONResponse([self._service.writer.node(plan, step, now) for step in plan.steps])

    async def log(self, request: Request) -> Response:
        """`GET /runs/{id}/nodes/{node}/stdout` and `.../stderr`: the whole text so far."""
        plan = self._plan(request)
        node_id, stream = request.path_params["node_id"], request.path_params["stream"]
        step = plan.step(node_id)
        if step is None or stream not in ("stdout", "stderr"):
            raise RefusedError(404, f"Node {node_id} of run {plan.id} not found")
        switches = self._service.switches
        now = self._service.world.now()
        if switches.missing_logs and (step.kind != "model" or plan.step_seconds(step, now) < 0):
            raise RefusedError(404, f"No log for node {node_id}")
        content = self._service.logs.text(plan, step, stream, now)
        return text_answer(
            request, switches, self._service.logs.broken(content) if switches.broken_text_logs else content
        )

    async def download(self, request: Request) -> Response:
        """`GET /runs/{id}/outputs/{name}/download`: the file, or the way to a storage that has it."""
        plan, output = self._plan(request), request.path_params["output"]
        port = next((port for port in plan.twin.outputs if port.name == output), None)
        if port is None or plan.word(self._service.world.now()) != "success":
            raise RefusedError(404, f"Output {output} of run {plan.id} not found")
        if port.type != "Data":
            raise RefusedError(500, "Internal Server Error")
        storage = self._service.switches.download_redirect
        if storage:
            return RedirectResponse(_signed(storage, plan, output), status_code=302)
        return await self.output_answer(request, plan, output)

    async def output_answer(self, request: Request, plan: Plan, output: str) -> Response:
        """The file itself."""
        content = self._service.outputs.content(plan, output)
        name = self._service.writer.file_name(plan, output)
        return file_answer(request, self._service.switches, content, name, media_type(plan.twin.file_names[output]))

    async def stored(self, request: Request) -> Response:
        """A signed address of the storage. Like S3 it refuses a request that carries an authorization as well."""
        if "authorization" in request.headers:
            return Response(
                "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>",
                status_code=400,
                media_type="application/xml",
            )
        plan = self._service.runs.get(request.path_params["run_id"])
        output = request.path_params["output"]
        if plan is None or request.query_params.get("X-Amz-Signature") != _signature(plan, output):
            return Response("<Error><Code>AccessDenied</Code></Error>", status_code=403, media_type="application/xml")
        return await self.output_answer(request, plan, output)

    async def twins(self, request: Request) -> Response:
        """`GET /deltatwins?visibility=`."""
        visibility = request.query_params.get("visibility", "")
        published = self._service.published
        items = [
            twin_summary(twin, published(twin.latest)) for twin in TWINS.values() if visibility in ("", twin.visibility)
        ]
        return JSONResponse(items)

    async def twin(self, request: Request) -> Response:
        """`GET /deltatwins/{name}?version=`."""
        name = request.path_params["name"]
        twin = TWINS.get(name)
        version = request.query_params.get("version") or (twin.latest if twin else "")
        if twin is None or version not in twin.versions:
            raise RefusedError(404, f"DeltaTwin {name}{f':{version}' if version else ''} not found")
        return JSONResponse(twin_detail(twin, version, self._service.published(version)))

    async def versions(self, request: Request) -> Response:
        """`GET /deltatwins/{name}/versions`, newest first."""
        twin = TWINS.get(request.path_params["name"])
        if twin is None:
            raise RefusedError(404, f"DeltaTwin {request.path_params['name']} not found")
        pairs = list(zip(twin.versions, twin.changelogs, strict=True))
        return JSONResponse(
            [
                {"name": version, "changelog": text, "publication_date": self._service.published(version)}
                for version, text in reversed(pairs)
            ]
        )

    async def metrics(self, request: Request) -> Response:
        """`GET /user/metrics`."""
        return JSONResponse(self._service.drive.metrics(_user(request)))

    def _plan(self, request: Request) -> Plan:
        run_id = request.path_params["run_id"]
        try:
            uuid.UUID(run_id)
        except ValueError:
            raise invalid("path", "run_id", "Input should be a valid UUID", "uuid_parsing") from None
        plan = self._service.runs.get(run_id)
        if plan is None:
            raise RefusedError(404, f"Run {run_id} not found")
        return plan


def create_application(service: SimulatedService) -> Application:
    """The service's own address."""
    routes = Routes(service)
    drive = DriveRoutes(service)
    table: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", "/runs", routes.runs),
        ("POST", "/runs", routes.start),
        ("GET", "/runs/{run_id}", routes.run),
        ("DELETE", "/runs/{run_id}", routes.delete),
        ("GET", "/runs/{run_id}/nodes", routes.nodes),
        ("GET", "/runs/{run_id}/nodes/{node_id}/{stream}", routes.log),
        ("GET", "/runs/{run_id}/outputs/{output}/download", routes.download),
        ("GET", "/deltatwins", routes.twins),
        ("GET", "/deltatwins/{name}", routes.twin),
        ("GET", "/deltatwins/{name}/versions", routes.versions),
        ("GET", "/user/metrics", routes.metrics),
        *drive.table(),
    )
    guarded = [
        Route(PREFIX + path, _authorised(service, endpoint), methods=[method]) for method, path, endpoint in table
    ]
    application = Starlette(
        routes=[Route(f"{PREFIX}/connect", routes.connect, methods=["POST"]), *guarded],
        exception_handlers={RefusedError: _refused, HTTPException: _unknown},
    )
    application.router.redirect_slashes = False
    return _collapsing(application)


def create_storage(service: SimulatedService) -> Application:
    """The storage downloads may be sent on to: another origin, which knows no tokens."""
    path = "/deltatwin-runs/runs/{run_id}/{output}"
    return Starlette(routes=[Route(path, Routes(service).stored, methods=["GET"])])


def _authorised(service: SimulatedService, endpoint: Endpoint) -> Endpoint:
    async def authorised(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        user = service.tokens.bearer(token.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            detail = "Invalid or expired token" if token else "Not authenticated"
            raise RefusedError(401, detail, {"www-authenticate": "Bearer"})
        request.state.user = user
        return await endpoint(request)

    return authorised


def _user(request: Request) -> str:
    return str(request.state.user)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal(error)


async def _unknown(request: Request, error: Exception) -> Response:
    """An address nobody has: gone when it is outside of this version of the API, else unknown."""
    assert isinstance(error, HTTPException)
    if not (request.url.path + "/").startswith(f"{PREFIX}/"):
        return JSONResponse({"detail": "This version of the API is no longer supported"}, status_code=410)
    return JSONResponse({"detail": error.detail}, status_code=error.status_code, headers=error.headers)


def _collapsing(application: Application) -> Application:
    """The application with repeated slashes of a path read as one: clients send `//v2.0/connect`."""

    async def collapsed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = _SLASHES.sub("/", scope["path"])
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await application(scope, receive, send)

    return collapsed


def _signature(plan: Plan, output: str) -> str:
    return md5(f"signed/{plan.id}/{output}".encode(), usedforsecurity=False).hexdigest()


def _signed(storage: str, plan: Plan, output: str) -> str:
    path = f"{storage.rstrip('/')}/deltatwin-runs/runs/{plan.id}/{output}"
    return f"{path}?X-Amz-Expires=15&X-Amz-Signature={_signature(plan, output)}"
