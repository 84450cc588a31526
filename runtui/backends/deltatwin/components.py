"""Components as jobs, and allowances as usage. Pure: no request is made here."""

from collections.abc import Iterable

from runtui.backends.deltatwin.mapping import SERVICE
from runtui.backends.deltatwin.parameters import input_variables
from runtui.backends.deltatwin.values import as_moment, as_number, as_text
from runtui.backends.deltatwin.wire import MetricWire, TwinWire, VersionWire
from runtui.model.job import Job
from runtui.model.start_form import InputForm, StartForm
from runtui.model.usage import Usage
from runtui.transport.decoding import Item, extra_texts

_START_FORM = StartForm(inputs=InputForm.TYPED, has_versions=True)


def job_of(item: Item[TwinWire], profile: str, versions: Iterable[VersionWire] = ()) -> Job:
    """A component. `versions` are all there are, as the service lists them; they stand in `extra`."""
    wire = item.value
    facts = {
        "visibility": as_text(wire.visibility),
        "topics": _joined(wire.topics),
        "license": _license(wire.license),
        "versions": ", ".join(version.name for version in versions),
    }
    return Job(
        profile=profile,
        service=SERVICE,
        id=wire.name,
        name=wire.name,
        version=as_text(wire.version),
        description=as_text(wire.short_description) or as_text(wire.description),
        owner=as_text(wire.owner),
        created_at=as_moment(wire.publication_date),
        inputs=input_variables(wire.inputs),
        start_form=_START_FORM,
        extra={**{name: text for name, text in facts.items() if text}, **extra_texts(item.unknown)},
    )


def _joined(topics: object) -> str:
    return ", ".join(as_text(topic) for topic in topics) if isinstance(topics, list) else as_text(topics)


def _license(value: object) -> str:
    return as_text(value.get("name")) if isinstance(value, dict) else as_text(value)


def usage_of(item: Item[MetricWire]) -> tuple[Usage, ...]:
    """The lines one metric gives. A type we do not know gives a line for each of its numbers."""
    fields = item.unknown
    kind = as_text(item.value.type)
    lines: tuple[Usage | None, ...]
    match kind:
        case "run":
            lines = (
                _line("runs", fields, "number_of_runs", "max_run", "runs"),
                _line("parallel runs", fields, "number_of_runs_parallel", "max_run_parallel", "runs"),
                _line("execution time", fields, "execution_time", "", "seconds"),
            )
        case "s3":
            lines = (
                _line("drive", fields, "occupied_size", "max_size", "bytes"),
                _line("drive elements", fields, "total_objects", "", "elements"),
            )
        case "cron":
            lines = (_line("schedules", fields, "cron_number", "max_cron", "schedules"),)
        case "harbor":
            name = f"images of {as_text(fields.get('project_name'))}".strip()
            lines = (_line(name, fields, "occupied_size", "", "bytes"),)
        case _:
            lines = tuple(_line(f"{kind} {name}".strip(), fields, name, "", "") for name in fields)
    return tuple(line for line in lines if line is not None)


def _line(name: str, fields: dict[str, object], used: str, limit: str, unit: str) -> Usage | None:
    number = as_number(fields.get(used))
    return None if number is None else Usage(name=name, used=number, limit=as_number(fields.get(limit)), unit=unit)
