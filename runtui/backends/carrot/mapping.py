"""CARROT's objects as ours.

| CARROT, Cromwell              | here                                                              |
|-------------------------------|-------------------------------------------------------------------|
| pipeline                      | scope: runs are listed by it; a job of that kind                  |
| template                      | in `extra` of its runs; a job of that kind                        |
| test                          | job                                                               |
| run                           | run                                                               |
| test_input, eval_input        | variables, role input                                             |
| test_options, eval_options    | variables, role parameter                                         |
| results                       | variables, role result; those of type file name an output file    |
| test and eval workflow        | nodes without a parent                                            |
| call (task, shard, attempt)   | node                                                              |
| stdout, stderr, backend log   | log sources of a call                                             |
| report map                    | report                                                            |
| created_by                    | owner                                                             |
| errors                        | message                                                           |

CARROT does not say when a run started; a run that has left the queue is taken to have started when it was created,
which is when CARROT submits it. The tables of status words stand in `words`.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from runtui.backends.carrot.standing import Standing, phase_of, standing_of
from runtui.backends.carrot.variables import IMAGE_BUILD, TEST_OUTPUT, declared_inputs, safe_text, variables_of
from runtui.backends.carrot.wire import PipelineWire, ReportMapWire, RunWire, SubscriptionWire, TemplateWire, TestWire
from runtui.backends.carrot.words import REPORT_STATUSES, status_of
from runtui.model.job import Job
from runtui.model.moment import parse_moment
from runtui.model.output_file import OutputFile
from runtui.model.report import Report
from runtui.model.run import Run
from runtui.model.start_form import InputForm, StartForm
from runtui.model.status import Status
from runtui.model.subscription import Subscription
from runtui.transport.decoding import Item, extra_texts

SERVICE: Final = "carrot"

_MOST_ERRORS = 20
_NEVER_RAN = frozenset({"created", "building", "buildfailed"})


class RunContext(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside a run's own JSON. `workflow_status` is Cromwell's word for the current workflow, `doomed`
    the call it will fail by, `place` the names of template and pipeline."""

    profile: str
    test: TestWire | None = None
    place: Mapping[str, str] = {}
    result_types: Mapping[str, str] = {}
    workflow_status: str = ""
    doomed: str = ""


def run_of(item: Item[RunWire], context: RunContext) -> Run:
    """A run of a list, or one that was fetched."""
    wire = item.value
    standing = standing_of(wire, context.workflow_status, context.doomed)
    created_at = parse_moment(wire.created_at)
    has_run = standing.status is not Status.QUEUED and wire.status not in _NEVER_RAN and bool(wire.test_cromwell_job_id)
    return Run(
        profile=context.profile,
        service=SERVICE,
        id=wire.run_id,
        job=context.test.name if context.test else wire.test_id,
        job_id=wire.test_id,
        name=wire.name,
        status=standing.status,
        status_text=wire.status,
        reason=standing.reason,
        created_at=created_at,
        started_at=created_at if has_run else None,
        ended_at=parse_moment(wire.finished_at),
        owner=wire.created_by or "",
        message=_message(wire),
        variables=variables_of(wire, context.test, context.result_types),
        extra=_extra(item, context, standing),
    )


def job_of(test: TestWire, profile: str, place: Mapping[str, str]) -> Job:
    """A test."""
    return Job(
        profile=profile,
        service=SERVICE,
        id=test.test_id,
        name=test.name,
        description=test.description or "",
        owner=test.created_by or "",
        created_at=parse_moment(test.created_at),
        inputs=declared_inputs(test),
        start_form=StartForm(has_name=True, links=(IMAGE_BUILD, TEST_OUTPUT)),
        extra=dict(place),
    )


def parent_job_of(wire: PipelineWire | TemplateWire, profile: str, place: Mapping[str, str]) -> Job:
    """A pipeline or a template: runs are listed by it, and started of one of its tests."""
    is_pipeline = isinstance(wire, PipelineWire)
    kind = "pipeline" if is_pipeline else "template"
    return Job(
        profile=profile,
        service=SERVICE,
        id=wire.pipeline_id if isinstance(wire, PipelineWire) else wire.template_id,
        name=wire.name,
        description=wire.description or "",
        owner=wire.created_by or "",
        created_at=parse_moment(wire.created_at),
        kind=kind,
        start_form=StartForm(inputs=InputForm.NONE, refusal=f"A {kind} is not run itself: start one of its tests."),
        extra=dict(place),
    )


def subscription_of(wire: SubscriptionWire, name: str) -> Subscription:
    """A subscription; `name` is that of the pipeline, template or test."""
    return Subscription(
        id=wire.subscription_id,
        email=wire.email,
        job_id=wire.entity_id,
        job=name,
        kind="" if wire.entity_type == "test" else wire.entity_type,
        created_at=parse_moment(wire.created_at),
    )


def report_of(wire: ReportMapWire, name: str, files: tuple[OutputFile, ...]) -> Report:
    """One generation of a report."""
    return Report(
        id=wire.report_id,
        name=name,
        status=status_of(wire.status, REPORT_STATUSES),
        status_text=wire.status,
        created_at=parse_moment(wire.created_at),
        ended_at=parse_moment(wire.finished_at),
        owner=wire.created_by or "",
        files=files,
        extra={"cromwell_workflow": wire.cromwell_job_id} if wire.cromwell_job_id else {},
    )


def _message(wire: RunWire) -> str:
    """What CARROT noted of the run, newest first: each begins with its moment, and they come in any order."""
    errors = sorted((safe_text(str(error)) for error in wire.errors or ()), reverse=True)
    shown = errors[:_MOST_ERRORS]
    if len(errors) > _MOST_ERRORS:
        shown.append(f"and {len(errors) - _MOST_ERRORS} older ones")
    return "\n".join(shown)


def _extra(item: Item[RunWire], context: RunContext, standing: Standing) -> dict[str, str]:
    wire = item.value
    known = {
        "phase": phase_of(wire),
        "carrot_status": wire.status,
        "cromwell_status": standing.workflow_status,
        **context.place,
        "test_workflow": wire.test_cromwell_job_id,
        "eval_workflow": wire.eval_cromwell_job_id,
        "test_wdl": wire.test_wdl,
        "test_wdl_dependencies": wire.test_wdl_dependencies,
        "eval_wdl": wire.eval_wdl,
        "eval_wdl_dependencies": wire.eval_wdl_dependencies,
        "run_groups": ", ".join(wire.run_group_ids or ()),
    }
    kept = {name: safe_text(value) for name, value in known.items() if value}
    # also when empty: what an earlier answer said must not stay
    return {**extra_texts(item.unknown), "cromwell_status": "", **kept}
