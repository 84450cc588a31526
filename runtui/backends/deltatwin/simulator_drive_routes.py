"""The addresses of the simulated service that have nothing to do with single runs: drive, schedules, registry."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtui.backends.deltatwin.simulator_answers import RefusedError, file_answer, invalid, json_body
from runtui.backends.deltatwin.simulator_drive import Artifact
from runtui.backends.deltatwin.simulator_json import Json, manifest_of, workflow_of
from runtui.backends.deltatwin.simulator_outputs import media_type
from runtui.backends.deltatwin.simulator_service import SimulatedService
from runtui.backends.deltatwin.simulator_twins import TWINS

_REGISTRY = "registry.deltatwin.example.org"

Endpoint = Callable[[Request], Awaitable[Response]]


class DriveRoutes:
    """One method an address. They refuse with `RefusedError`."""

    def __init__(self, service: SimulatedService) -> None:
        self._service = service

    def table(self) -> tuple[tuple[str, str, Endpoint], ...]:
        """Method, path and endpoint of each."""
        return (
            ("GET", "/artifacts", self.artifacts),
            ("POST", "/artifacts", self.publish),
            ("GET", "/artifacts/{artifact_id}", self.artifact),
            ("DELETE", "/artifacts/{artifact_id}", self.drop_artifact),
            ("GET", "/artifacts/{artifact_id}/download", self.artifact_bytes),
            ("GET", "/resources", self.resources),
            ("GET", "/schedules", self.schedules),
            ("POST", "/schedules", self.add_schedule),
            ("GET", "/schedules/{schedule_id}", self.schedule),
            ("DELETE", "/schedules/{schedule_id}", self.drop_schedule),
            ("PUT", "/schedules/{schedule_id}/pause", self.pause),
            ("PUT", "/schedules/{schedule_id}/resume", self.resume),
            ("GET", "/registry/url", self.registry_url),
            ("GET", "/registry/credentials", self.registry_credentials),
            ("GET", "/deltatwins/{name}/files/{file}", self.twin_file),
        )

    async def artifacts(self, request: Request) -> Response:
        """`GET /artifacts?visibility=&dtwin_name=`."""
        visibility = request.query_params.get("visibility", "")
        return JSONResponse(self._service.drive.artifacts(visibility, request.query_params.get("dtwin_name", "")))

    async def publish(self, request: Request) -> Response:
        """`POST /artifacts`: 202, the artifact is there some seconds later."""
        body = await json_body(request)
        run_id, output = str(body.get("run_id")), str(body.get("output_name"))
        if not isinstance(body.get("name"), str) or not body["name"]:
            raise invalid("body", "name", "Field required", "missing")
        if body.get("visibility") not in ("private", "public", None):
            raise invalid("body", "visibility", "Input should be 'private' or 'public'", "enum")
        try:
            plan = self._service.runs.get(run_id)
        except ValueError:
            raise invalid("body", "run_id", "Input should be a valid UUID", "uuid_parsing") from None
        if plan is None:
            raise RefusedError(404, f"Run {run_id} not found")
        if plan.word(self._service.world.now()) != "success" or output not in plan.twin.file_names:
            raise RefusedError(404, f"Output {output} of run {run_id} not found")
        return JSONResponse({"id": self._service.drive.publish(plan, output, body).id}, status_code=202)

    async def artifact(self, request: Request) -> Response:
        """`GET /artifacts/{id}`."""
        return JSONResponse(self._service.drive.artifact_json(self._artifact(request)))

    async def drop_artifact(self, request: Request) -> Response:
        """`DELETE /artifacts/{id}`."""
        self._service.drive.drop_artifact(self._artifact(request).id)
        return Response(status_code=204)

    async def artifact_bytes(self, request: Request) -> Response:
        """`GET /artifacts/{id}/download`."""
        artifact = self._artifact(request)
        content = self._service.outputs.content(artifact.plan, artifact.output)
        name = artifact.plan.twin.file_names[artifact.output]
        return file_answer(request, self._service.switches, content, name, media_type(name))

    async def resources(self, request: Request) -> Response:
        """`GET /resources`: nobody has any."""
        return JSONResponse([])

    async def schedules(self, request: Request) -> Response:
        """`GET /schedules?owner=&deltatwin_name=`."""
        wanted = {name: request.query_params.get(name) for name in ("owner", "deltatwin_name")}
        items = [
            schedule
            for schedule in self._service.drive.schedules.values()
            if all(not value or schedule[name] == value for name, value in wanted.items())
        ]
        return JSONResponse(items)

    async def add_schedule(self, request: Request) -> Response:
        """`POST /schedules`: 201 with the schedule."""
        body = await json_body(request)
        if body.get("deltatwin_name") not in TWINS:
            raise RefusedError(404, f"DeltaTwin {body.get('deltatwin_name')} not found")
        if body.get("type") not in ("date", "cron"):
            raise invalid("body", "type", "Input should be 'date' or 'cron'", "enum")
        return JSONResponse(self._service.drive.add_schedule(str(request.state.user), body), status_code=201)

    async def schedule(self, request: Request) -> Response:
        """`GET /schedules/{id}`."""
        return JSONResponse(self._schedule(request))

    async def drop_schedule(self, request: Request) -> Response:
        """`DELETE /schedules/{id}`."""
        del self._service.drive.schedules[str(self._schedule(request)["schedule_id"])]
        return Response(status_code=204)

    async def pause(self, request: Request) -> Response:
        """`PUT /schedules/{id}/pause`."""
        return self._turned(request, "paused")

    async def resume(self, request: Request) -> Response:
        """`PUT /schedules/{id}/resume`."""
        return self._turned(request, "active")

    async def registry_url(self, request: Request) -> Response:
        """`GET /registry/url`: a JSON string."""
        return JSONResponse(_REGISTRY)

    async def registry_credentials(self, request: Request) -> Response:
        """`GET /registry/credentials`."""
        return JSONResponse({"username": f"robot${request.state.user}", "password": "not-a-real-registry"})

    async def twin_file(self, request: Request) -> Response:
        """`GET /deltatwins/{name}/files/manifest.json` and `workflow.yml`."""
        name, file = request.path_params["name"], request.path_params["file"]
        twin = TWINS.get(name)
        version = request.query_params.get("version") or (twin.latest if twin else "")
        if twin is not None and version in twin.versions:
            if file in ("manifest.json", "manifest"):
                return JSONResponse(manifest_of(twin, version))
            if file in ("workflow.yml", "workflow"):
                return Response(workflow_of(twin, version), media_type="application/yaml")
        raise RefusedError(404, f"File {file} of DeltaTwin {name}:{version} not found")

    def _turned(self, request: Request, status: str) -> Response:
        schedule = self._schedule(request)
        schedule["status"] = status
        return JSONResponse(schedule)

    def _schedule(self, request: Request) -> Json:
        schedule_id = request.path_params["schedule_id"]
        schedule = self._service.drive.schedules.get(schedule_id)
        if schedule is None:
            raise RefusedError(404, f"Schedule {schedule_id} not found")
        return schedule

    def _artifact(self, request: Request) -> Artifact:
        artifact_id = request.path_params["artifact_id"]
        artifact = self._service.drive.artifact(artifact_id)
        if artifact is None:
            raise RefusedError(404, f"Artifact {artifact_id} not found")
        return artifact
