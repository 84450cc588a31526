"""The endpoints of runs (Rescale API, Runs)."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from runtui.backends.rescale.simulation.answers import answer, detail, moment_text, not_found, page_of
from runtui.backends.rescale.simulation.contents import Content, pieces
from runtui.backends.rescale.simulation.file_bodies import described, file_body
from runtui.backends.rescale.simulation.job_record import JobRecord
from runtui.backends.rescale.simulation.job_routes import job_of
from runtui.backends.rescale.simulation.state import RunState, ServiceState

_LARGEST_TAILED = 64 * 1024 * 1024


def _run_of(state: ServiceState, request: Request) -> tuple[JobRecord, int] | None:
    """The run the address names, once its job executes and it is listed."""
    record = job_of(state, request)
    number = request.path_params["run_id"]
    if record is None or not (number.isascii() and number.isdigit()) or number.startswith("0"):
        return None
    now, index = state.world.now(), int(number) - 1
    if index >= record.plan.run_count or not record.executes(now):
        return None
    if not state.switches.lists_unstarted_runs and state.run(record, index, now).started_at is None:
        return None
    return record, index


async def list_runs(state: ServiceState, request: Request) -> Response:
    """`GET runs/`: what it answers before the job executes is not documented."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    now = state.world.now()
    if not record.executes(now):
        match state.switches.early_runs:
            case "404":
                return not_found()
            case "405":
                return detail('Method "GET" not allowed.', 405)
        return page_of(request, state.switches, 0, lambda start, end: [])
    indices = state.run_indices(record, now)

    def between(start: int, end: int) -> Sequence[object]:
        return [_body(state, record, index, now) for index in indices[start:end]]

    return page_of(request, state.switches, len(indices), between)


def _body(state: ServiceState, record: JobRecord, index: int, now: datetime) -> dict[str, object]:
    run = state.run(record, index, now)
    place = record.plan.place(index)
    indexed = run.completed_at is not None and state.is_indexed(record, index, now)
    count, size = state.files.totals(record, index) if indexed else (0, None)
    return {
        "id": str(index + 1),
        "displayOrder": index + 1,
        "type": place.type,
        "parent": place.parent,
        "dateStarted": moment_text(run.started_at, state.switches, index),
        "dateCompleted": moment_text(run.completed_at, state.switches, index + 1),
        "outputFileCount": count,
        "outputFileSize": None if state.switches.null_output_size else size,
        "isOptimal": record.is_over(now) and run.has_results and state.optimal(record) == index,
        "variables": _variables(record, run),
    }


def _variables(record: JobRecord, run: RunState) -> list[object]:
    named = [(name, value, f"{value:g}") for name, value in record.plan.inputs(run.run_index)]
    forces = record.plan.results(run.run_index) if run.has_results else None
    if forces is not None:
        named += [("Cd", forces.cd, f"{forces.cd:.6f}"), ("Cl", forces.cl, f"{forces.cl:.6f}")]
        if record.plan.kind.value == "optimisation":
            ratio = forces.cl / forces.cd
            named.append(("Cl/Cd", ratio, f"{ratio:.4f}"))
    return [{"name": name, "value": value, "displayValue": text, "isRelative": False} for name, value, text in named]


async def show_run(state: ServiceState, request: Request) -> Response:
    """`GET runs/{id}/`."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    return answer(_body(state, *found, state.world.now()))


async def stop_run(state: ServiceState, request: Request) -> Response:
    """`POST runs/{id}/stop/`: kills its processes; it stays in progress until its files are uploaded."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    record, index = found
    now = state.world.now()
    if not state.run(record, index, now).is_active:
        return detail("The run is not in progress.", 400)
    record.run_stops.setdefault(index, now)
    return answer({})


async def take_snapshot(state: ServiceState, request: Request) -> Response:
    """`POST runs/{id}/snapshot/`: answers with the id of the snapshot before this one."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    record, index = found
    now = state.world.now()
    if not state.run(record, index, now).is_active:
        return detail("The run is not in progress.", 400)
    before = record.snapshots_at(index, now)
    last = state.files.snapshot(record, index, before[-1]).id if before else None
    record.snapshots.setdefault(index, []).append(now)
    return answer(
        {
            "data": "snapshot utility started\n",
            "exitcode": 0,
            "lastSnapshotID": last,
            "reason": "A snapshot is being generated",
        }
    )


async def list_files(state: ServiceState, request: Request) -> Response:
    """`GET runs/{id}/files/`: the stored files, once the run is over."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    record, index = found
    now = state.world.now()
    files = state.run_files(record, index, now)
    if not files and state.switches.active_files == "404" and state.run(record, index, now).completed_at is None:
        return not_found()

    def between(start: int, end: int) -> Sequence[object]:
        return [file_body(state, request, record, file) for file in files[start:end]]

    return page_of(request, state.switches, len(files), between)


async def list_directory(state: ServiceState, request: Request) -> Response:
    """`GET runs/{id}/directory-contents/`: a bare list, while the run is in progress."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    record, index = found
    now = state.world.now()
    if not state.run(record, index, now).is_active or record.is_over(now):
        return answer([]) if state.switches.inactive_listing == "empty" else not_found()
    base = f"/api/jobs/{record.plan.id}/runs/{index + 1}/tail/"
    return answer([{"path": path, "resource": base + path} for path in state.files.working(record, index, now)])


async def tail(state: ServiceState, request: Request) -> Response:
    """`GET runs/{id}/tail/{path}`: the last lines with `lines`, else the whole file, while the run is in progress."""
    found = _run_of(state, request)
    if found is None:
        return not_found()
    record, index = found
    now = state.world.now()
    if not state.run(record, index, now).is_active or record.is_over(now):
        waiting = "The run is not active."
        return PlainTextResponse(waiting) if state.switches.inactive_tail == "text" else not_found()
    content = _tailed(state, record, index, request.path_params["path"], now)
    if content is None:
        return not_found()
    if "lines" not in request.query_params:
        return StreamingResponse(_streamed(content), 200, media_type="application/octet-stream")
    wanted = request.query_params["lines"]
    if not (wanted.isascii() and wanted.isdigit()):
        return answer({"lines": ["A valid integer is required."]}, 400)
    whole = content.read(max(0, content.size - _LARGEST_TAILED), content.size)
    lines = whole.removesuffix(b"\n").split(b"\n") if whole else []
    kind = described(whole)
    path = request.path_params["path"].rstrip("/")
    return answer(
        {
            "fileType": f"/enc/udata/job_{record.plan.id}/work/{path}: {kind}",
            "lines": [line.decode("utf-8", "replace") for line in lines[-int(wanted) :]] if int(wanted) else [],
        }
    )


def _tailed(state: ServiceState, record: JobRecord, index: int, path: str, now: datetime) -> Content | None:
    for name in (path, path.removesuffix("/")):
        plan = state.files.working_plan(record, index, name, now)
        if plan is not None:
            return state.files.content_at(record, index, plan, now)
    return None


async def _streamed(content: Content) -> AsyncIterator[bytes]:
    for piece in pieces(content, 0, content.size):
        yield piece
