"""The endpoints of jobs, of the user and of the catalogue of software and hardware."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from runtui.backends.rescale.simulation import job_bodies
from runtui.backends.rescale.simulation.answers import answer, detail, moment_text, not_found, page_of
from runtui.backends.rescale.simulation.job_record import Event, JobRecord
from runtui.backends.rescale.simulation.state import ServiceState
from runtui.simulation.json_bodies import UnreadableError, read_json

_PATCHABLE = frozenset({"name", "projectId", "description", "isLowPriority", "jobanalyses", "expectedRuns"})


def job_of(state: ServiceState, request: Request) -> JobRecord | None:
    """The job the address names."""
    return state.job(request.path_params["job_id"], state.world.now())


async def list_jobs(state: ServiceState, request: Request) -> Response:
    """`GET jobs/`, with the filters `state`, `job_status` and `t`; version 3 ignores `job_status`."""
    now = state.world.now()
    jobs = state.jobs(now)
    wanted = request.query_params
    if "state" in wanted or "t" in wanted or ("job_status" in wanted and not _is_v3(request)):
        jobs = [record for record in jobs if _matches(state, record, wanted, now)]
    if state.switches.job_order == "oldest":
        jobs = jobs[::-1]
    elif state.switches.job_order == "mixed":
        jobs = sorted(jobs, key=lambda record: record.plan.salt)

    def between(start: int, end: int) -> Sequence[object]:
        return [job_bodies.item(state, record, now) for record in jobs[start:end]]

    return page_of(request, state.switches, len(jobs), between)


def _is_v3(request: Request) -> bool:
    return request.url.path.startswith("/api/v3/")


def _matches(state: ServiceState, record: JobRecord, params: Mapping[str, str], now: datetime) -> bool:
    over = record.is_over(now)
    if params.get("state") in ("completed", "not_completed") and over != (params["state"] == "completed"):
        return False
    events = state.events(record, now)
    if "t" in params and (over or not events):
        return False
    status = params.get("job_status", "").replace("_", " ").lower()
    return not status or (bool(events) and events[-1].word.lower() == status)


async def create_job(state: ServiceState, request: Request) -> Response:
    """`POST jobs/`: 201 with the whole job."""
    try:
        body = read_json(await request.body())
    except UnreadableError as error:
        return detail(f"JSON parse error - {error}", 400)
    wrong = job_bodies.mistakes(body)
    if wrong:
        return answer(wrong, 400)
    return answer(job_bodies.whole(state, state.create(body, state.world.now())), 201)


async def show_job(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/`: carries no status."""
    record = job_of(state, request)
    return not_found() if record is None else answer(job_bodies.whole(state, record))


async def change_job(state: ServiceState, request: Request) -> Response:
    """`PATCH jobs/{id}/`: on a completed job nothing happens."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    try:
        body = read_json(await request.body(), dict[str, object])
    except UnreadableError as error:
        return detail(f"JSON parse error - {error}", 400)
    if not isinstance(body.get("name", ""), str):
        return answer({"name": ["Not a valid string."]}, 400)
    if not record.is_over(state.world.now()):
        record.plan.body = record.plan.body | {key: value for key, value in body.items() if key in _PATCHABLE}
        record.plan.name = str(record.plan.body.get("name", record.plan.name))
    return answer(job_bodies.whole(state, record))


async def delete_job(state: ServiceState, request: Request) -> Response:
    """`DELETE jobs/{id}/`: refused while anything of it still runs, its cluster included."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    now = state.world.now()
    events, cluster = state.events(record, now), state.cluster_events(record, now)
    if events and not record.is_over(now):
        return detail("Cannot delete a job that is not completed.", 400)
    if cluster and cluster[-1].word != "Stopped":
        return detail("Cannot delete a job whose cluster has not been stopped.", 400)
    state.delete(record)
    return Response(status_code=204)


async def submit_job(state: ServiceState, request: Request) -> Response:
    """`POST jobs/{id}/submit/`: 200 without a body; a job that was submitted before is left alone."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    if record.plan.submitted_at is None:
        record.plan.submitted_at = state.world.now()
    return Response(status_code=200)


async def stop_job(state: ServiceState, request: Request) -> Response:
    """`POST jobs/{id}/stop/`: 202 without a body."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    if record.plan.submitted_at is None:
        return detail("The job has not been submitted.", 400)
    if record.stop_asked_at is None and not record.is_over(state.world.now()):
        record.stop_asked_at = state.world.now()
    return Response(status_code=202)


async def shut_cluster_down(state: ServiceState, request: Request) -> Response:
    """`POST jobs/{id}/shutdown/`: the cluster of a completed job stops soon."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    now, completed_at = state.world.now(), record.completed_at
    if completed_at is not None and now >= completed_at:
        lived = (now - completed_at).total_seconds() + 10.0
        record.plan.cluster_lingers = min(record.plan.cluster_lingers, lived)
    return Response(status_code=202)


async def list_statuses(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/statuses/`: newest first."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    return _events_page(state, request, record, state.events(record, state.world.now()))


async def list_cluster_statuses(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/cluster_statuses/`: 404 until there is a cluster."""
    record = job_of(state, request)
    events = [] if record is None else state.cluster_events(record, state.world.now())
    return not_found() if record is None or not events else _events_page(state, request, record, events)


def _events_page(state: ServiceState, request: Request, record: JobRecord, events: list[Event]) -> Response:
    ordered = events if state.switches.statuses_oldest_first else events[::-1]

    def between(start: int, end: int) -> Sequence[object]:
        return [_event_body(state, request, record, event, place) for place, event in enumerate(ordered)][start:end]

    return page_of(request, state.switches, len(ordered), between)


def _event_body(
    state: ServiceState, request: Request, record: JobRecord, event: Event, place: int
) -> dict[str, object]:
    body: dict[str, object] = {
        "status": job_bodies.word(state, event),
        "statusDate": moment_text(event.at, state.switches, place),
        "statusReason": event.reason,
    }
    if _is_v3(request):
        body |= {"id": f"{record.plan.id}{place}", "jobId": record.plan.id, "substatus": None, "notify": False}
    return body


async def list_instances(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/instances/`: the machines, while there are any."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    cluster = state.cluster_events(record, state.world.now())
    count = 2 if cluster and cluster[-1].word == "Started" else 0

    def between(start: int, end: int) -> Sequence[object]:
        return [
            {
                "clusterId": f"c{record.plan.id}", "publicIp": f"198.51.100.{10 + place}", "sshPort": 31226,
                "username": "uprod", "role": "MPI_SLAVE" if place else "MPI_MASTER",
            }
            for place in range(start, end)
        ]  # fmt: skip

    return page_of(request, state.switches, count, between)


async def show_connection(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/connection_details/`."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    cluster = state.cluster_events(record, state.world.now())
    if not cluster or cluster[-1].word != "Started":
        return not_found()
    return answer({"publicIp": "198.51.100.10", "sshPort": 31226, "username": "uprod"})


async def show_load(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/cluster-load-measurements/`: one measurement a minute."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    now = state.world.now()
    began = record.plan.executing_at
    end = min(now, record.completed_at or now)
    minutes = 0 if began is None else max(0, min(60, int((end - began).total_seconds() // 60)))

    def between(start: int, stop: int) -> Sequence[object]:
        return [
            {
                "measurementTime": moment_text(end - timedelta(minutes=place), state.switches),
                "cpuLoad": round(0.7 + 0.3 * record.plan.share(place, "load"), 3),
            }
            for place in range(start, stop)
        ]

    return page_of(request, state.switches, minutes, between)


async def list_messages(state: ServiceState, request: Request) -> Response:
    """`GET jobs/{id}/logs/`: what the web page tells of the job."""
    record = job_of(state, request)
    if record is None:
        return not_found()
    events = state.events(record, state.world.now())[::-1]
    limit = request.query_params.get("limit", "")
    shown = events[: int(limit)] if limit.isascii() and limit.isdigit() else events
    return answer([
        {
            "message": f"Job status is {event.word}" + (f": {event.reason}" if event.reason else ""),
            "date": moment_text(event.at, state.switches),
        }
        for event in shown
    ])  # fmt: skip


async def show_user(state: ServiceState, request: Request) -> Response:
    """`GET users/me/`."""
    return answer(job_bodies.USER)


async def show_root(state: ServiceState, request: Request) -> Response:
    """`GET` of the API's root: an index."""
    here = str(request.url).partition("?")[0]
    return answer({name: f"{here}{name}/" for name in ("jobs", "files", "analyses", "coretypes")})


async def list_analyses(state: ServiceState, request: Request) -> Response:
    """`GET analyses/`."""
    return page_of(request, state.switches, len(job_bodies.ANALYSES), lambda a, b: job_bodies.ANALYSES[a:b])


async def list_core_types(state: ServiceState, request: Request) -> Response:
    """`GET coretypes/`."""
    return page_of(request, state.switches, len(job_bodies.CORE_TYPES), lambda a, b: job_bodies.CORE_TYPES[a:b])
