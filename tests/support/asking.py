"""Everything a backend can be asked that changes nothing, to be asked of a service that misbehaves."""

import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec
import pytest

from runtui.model.capability import Capability
from runtui.model.errors import BackendError, RuntuiError
from runtui.model.log import LogRequest, LogSource
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.model.status import Status
from tests.support.scene import Scene, secret_options


class Subject(msgspec.Struct, kw_only=True):
    """What is asked about: seen while the service behaved."""

    done: Run
    live: Run
    job_id: str = ""
    source: LogSource | None = None
    file: OutputFile | None = None
    report_id: str = ""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask. `gives_bytes` means that what comes is not read as JSON: anything may be right."""

    name: str
    needs: Capability | None = None
    ask: Callable[[Scene, Subject], Awaitable[Any]]
    gives_bytes: bool = False


async def subject_of(scene: Scene) -> Subject:
    """Look around in a service that behaves."""
    listed = await scene.listed()
    subject = Subject(done=listed.some(Status.SUCCEEDED)[0], live=listed.some(Status.RUNNING)[0])
    subject.job_id = subject.done.job_id
    if scene.can(Capability.LOGS):
        subject.source = (await scene.connection.with_logs.log_sources(subject.done))[0]
    if scene.can(Capability.FILES):
        for run in listed.some(Status.SUCCEEDED)[:5]:
            files = (await scene.connection.with_files.output_files(run)).files
            if files and subject.file is None:
                subject.done, subject.file = run, files[0]
        if scene.can(Capability.LOGS):
            subject.source = (await scene.connection.with_logs.log_sources(subject.done))[0]
    return subject


async def _list(scene: Scene, subject: Subject) -> object:
    listed = await scene.listed()
    for batch in listed.batches:
        if batch.error is not None:
            raise batch.error
    return listed.runs


async def _refresh(scene: Scene, subject: Subject) -> object:
    listed = await scene.listed(full=False, live=frozenset({subject.live.id}))
    for batch in listed.batches:
        if batch.error is not None:
            raise batch.error
    return listed.runs


async def _jobs(scene: Scene, subject: Subject) -> object:
    return [job async for job in scene.connection.with_jobs.iterate_jobs()]


async def _log(scene: Scene, subject: Subject) -> object:
    assert subject.source is not None
    return await scene.connection.with_logs.read_log(subject.done, subject.source, LogRequest())


async def _file(scene: Scene, subject: Subject) -> object:
    assert subject.file is not None
    async with scene.connection.reading_files.open_file(subject.done, subject.file) as stream:
        return [piece async for piece in stream.pieces()]


EVERYTHING = (
    Asking(name="check", ask=lambda scene, subject: scene.backend.check()),
    Asking(name="list", ask=_list),
    Asking(name="refresh", ask=_refresh),
    Asking(name="fetch", ask=lambda scene, subject: scene.backend.fetch_run(subject.done.id)),
    Asking(name="fetch live", ask=lambda scene, subject: scene.backend.fetch_run(subject.live.id)),
    Asking(
        name="nodes",
        needs=Capability.NODES,
        ask=lambda scene, subject: scene.connection.with_nodes.nodes(subject.done),
    ),
    Asking(
        name="log sources",
        needs=Capability.LOGS,
        ask=lambda scene, subject: scene.connection.with_logs.log_sources(subject.live),
    ),
    Asking(name="log", needs=Capability.LOGS, ask=_log, gives_bytes=True),
    Asking(
        name="files",
        needs=Capability.FILES,
        ask=lambda scene, subject: scene.connection.with_files.output_files(subject.done),
    ),
    Asking(name="file", needs=Capability.READ_FILE, ask=_file, gives_bytes=True),
    Asking(name="jobs", needs=Capability.JOBS, ask=_jobs),
    Asking(
        name="job",
        needs=Capability.JOBS,
        ask=lambda scene, subject: scene.connection.with_jobs.fetch_job(subject.job_id),
    ),
    Asking(
        name="reports",
        needs=Capability.REPORTS,
        ask=lambda scene, subject: scene.connection.with_reports.reports(subject.done),
    ),
    Asking(
        name="tables",
        needs=Capability.TABLES,
        ask=lambda scene, subject: scene.connection.exporting.run_tables([subject.done]),
        gives_bytes=True,
    ),
    Asking(
        name="groups", needs=Capability.GROUPS, ask=lambda scene, subject: scene.connection.with_groups.run_groups()
    ),
    Asking(
        name="catalogue",
        needs=Capability.CATALOGUE,
        ask=lambda scene, subject: scene.connection.with_catalogue.catalogue(
            scene.connection.with_catalogue.catalogue_tables()[0].name
        ),
    ),
    Asking(name="usage", needs=Capability.USAGE, ask=lambda scene, subject: scene.connection.with_usage.usage()),
)

PARAMETERS = [
    pytest.param(asking, id=asking.name, marks=[pytest.mark.needs(asking.needs)] if asking.needs else [])
    for asking in EVERYTHING
]
JSON_PARAMETERS = [
    pytest.param(asking, id=asking.name, marks=[pytest.mark.needs(asking.needs)] if asking.needs else [])
    for asking in EVERYTHING
    if not asking.gives_bytes
]


async def failure_of(scene: Scene, asking: Asking, subject: Subject) -> BackendError:
    """The error asking ends with: it must be one a person can be shown, and tell no secret.

    Skips the test where the bytes come all the same: then they lie on this machine.
    """
    try:
        await asking.ask(scene, subject)
    except BackendError as error:
        told = error
    else:
        assert asking.gives_bytes, "this cannot be known without the service"
        pytest.skip(f"{scene.service} reads these bytes without asking a service")
    assert told.message
    assert told.profile == scene.backend.profile
    assert told.operation
    assert not told_secrets(scene, told)
    return told


async def outcome_of(scene: Scene, asking: Asking, subject: Subject) -> RuntuiError | None:
    """Ask; whatever comes is right if it is an answer or an error a person can be shown, without a secret."""
    try:
        await asking.ask(scene, subject)
    except RuntuiError as error:
        told = error
    else:
        return None
    assert told.message
    assert not told_secrets(scene, told)
    return told


def secrets_of(scene: Scene) -> list[str]:
    """The secrets of a connection's profile."""
    return [str(scene.options[key]) for key in secret_options(scene.service, scene.options)]


def told_secrets(scene: Scene, error: BaseException) -> list[str]:
    """The secrets that an error, its chain or its traceback shows."""
    shown = "\n".join([*(_shown(one) for one in _chain(error)), *traceback.format_exception(error)])
    return [secret for secret in secrets_of(scene) if secret in shown]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _shown(error: BaseException) -> str:
    return f"{error!r} {error} {vars(error)}"
