"""CARROT's and Cromwell's JSON. Only what nothing works without is required; dates stay texts."""

from typing import Any

import msgspec

Text = str | None
"""A text the service may leave out or give as null."""


class RunWire(msgspec.Struct, kw_only=True):
    """One run: 24 fields from a list or by id, 17 from a start, fewer from servers before 0.5."""

    run_id: str
    test_id: str = ""
    run_group_ids: list[str] | None = None
    name: str = ""
    status: str = ""
    test_wdl: Text = None
    test_wdl_hash: Text = None
    test_wdl_dependencies: Text = None
    test_wdl_dependencies_hash: Text = None
    eval_wdl: Text = None
    eval_wdl_hash: Text = None
    eval_wdl_dependencies: Text = None
    eval_wdl_dependencies_hash: Text = None
    test_input: Any = None
    test_options: Any = None
    eval_input: Any = None
    eval_options: Any = None
    test_cromwell_job_id: Text = None
    eval_cromwell_job_id: Text = None
    created_at: Text = None
    created_by: Text = None
    finished_at: Text = None
    results: dict[str, Any] | None = None
    errors: list[Any] | None = None


class PipelineWire(msgspec.Struct, kw_only=True):
    """One pipeline."""

    pipeline_id: str
    name: str = ""
    description: Text = None
    created_at: Text = None
    created_by: Text = None


class TemplateWire(msgspec.Struct, kw_only=True):
    """One template."""

    template_id: str
    pipeline_id: str = ""
    name: str = ""
    description: Text = None
    test_wdl: Text = None
    eval_wdl: Text = None
    created_at: Text = None
    created_by: Text = None


class TestWire(msgspec.Struct, kw_only=True):
    """One test with its defaults."""

    test_id: str
    template_id: str = ""
    name: str = ""
    description: Text = None
    test_input_defaults: Any = None
    test_option_defaults: Any = None
    eval_input_defaults: Any = None
    eval_option_defaults: Any = None
    created_at: Text = None
    created_by: Text = None


class ResultWire(msgspec.Struct, kw_only=True):
    """A named output type: `numeric`, `file` or `text`."""

    result_id: str
    name: str = ""
    result_type: str = ""
    description: Text = None
    created_at: Text = None
    created_by: Text = None


class TemplateResultWire(msgspec.Struct, kw_only=True):
    """A result of a template, and the workflow output it is taken from."""

    result_id: str
    result_key: str = ""


class ReportWire(msgspec.Struct, kw_only=True):
    """A report that can be made; its notebook is not read."""

    report_id: str
    name: str = ""
    description: Text = None
    created_at: Text = None
    created_by: Text = None


class TemplateReportWire(msgspec.Struct, kw_only=True):
    """A report runs of a template get by themselves: `single` ones, or pairs of a pull request (`pr`)."""

    report_id: str
    report_trigger: str = ""


class ReportMapWire(msgspec.Struct, kw_only=True):
    """One generation of a report. Servers before 0.5 have `run_id` in place of the entity."""

    report_id: str
    entity_type: str = "run"
    entity_id: str = ""
    run_id: str = ""
    status: str = ""
    cromwell_job_id: Text = None
    results: dict[str, Any] | None = None
    created_at: Text = None
    created_by: Text = None
    finished_at: Text = None


class GroupWire(msgspec.Struct, kw_only=True):
    """Runs that belong together; `metadata` says by what: `Github`, `Query` or nothing."""

    run_group_id: str
    created_at: Text = None
    metadata: dict[str, Any] | None = None


class SubscriptionWire(msgspec.Struct, kw_only=True):
    """An address that is told of the runs of a pipeline, template or test that are over."""

    subscription_id: str
    entity_type: str = ""
    entity_id: str = ""
    email: str = ""
    created_at: Text = None


class SoftwareWire(msgspec.Struct, kw_only=True):
    """A repository images are built of."""

    software_id: str
    name: str = ""
    description: Text = None
    repository_url: Text = None
    machine_type: Text = None
    created_at: Text = None
    created_by: Text = None


class VersionWire(msgspec.Struct, kw_only=True):
    """A version of a software an image is built from."""

    software_version_id: str
    software_id: str = ""
    commit: str = ""
    commit_date: Text = None
    tags: list[str] | None = None
    created_at: Text = None


class BuildWire(msgspec.Struct, kw_only=True):
    """One build of an image."""

    software_build_id: str
    software_version_id: str = ""
    build_job_id: Text = None
    status: str = ""
    image_url: Text = None
    created_at: Text = None
    finished_at: Text = None


class MessageWire(msgspec.Struct, kw_only=True):
    """CARROT's answer to a deletion."""

    message: str = ""


class WorkflowWire(msgspec.Struct, kw_only=True):
    """A workflow as Cromwell's `/query` lists it and its `/status` and `/abort` answer."""

    id: str
    name: str = ""
    status: str = ""
    submission: Text = None
    start: Text = None
    end: Text = None


class FailureWire(msgspec.Struct, kw_only=True):
    """Why something failed, with what caused that."""

    message: str = ""
    causedBy: list["FailureWire"] = []  # noqa: N815 - Cromwell's name


class BackendLogsWire(msgspec.Struct, kw_only=True):
    """Logs a Cromwell backend writes beside a call's own streams."""

    log: Text = None


class CallWire(msgspec.Struct, kw_only=True, rename="camel"):
    """One attempt of one call."""

    execution_status: str = ""
    shard_index: int = -1
    attempt: int = 1
    start: Text = None
    end: Text = None
    stdout: Text = None
    stderr: Text = None
    backend_logs: BackendLogsWire | None = None
    call_root: Text = None
    return_code: int | None = None
    retryable_failure: bool | None = None
    failures: list[FailureWire] = []
    backend: Text = None
    backend_status: Text = None
    job_id: Text = None
    docker_image_used: Text = None
    sub_workflow_id: Text = None
    sub_workflow_metadata: Any = None
    """The sub-workflow's own metadata, when they were asked for with it."""


class MetadataWire(msgspec.Struct, kw_only=True, rename="camel"):
    """A workflow with its calls: lists of attempts by `workflow.task`, each read on its own."""

    id: str = ""
    workflow_name: str = ""
    status: str = ""
    submission: Text = None
    start: Text = None
    end: Text = None
    failures: list[FailureWire] = []
    calls: dict[str, Any] = {}
    metadata_archive_status: Text = None
    message: str = ""


class OutputsWire(msgspec.Struct, kw_only=True):
    """A workflow's outputs by `workflow.output`; `{}` before its end."""

    id: str = ""
    outputs: dict[str, Any] = {}


class ObjectWire(msgspec.Struct, kw_only=True, rename="camel"):
    """What Google's storage knows of an object. The size is a text there."""

    name: str = ""
    size: Text = None
    md5_hash: Text = None
    updated: Text = None
