"""The service's JSON, read tolerantly: only what a thing cannot be told apart without is required."""

import msgspec


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """One page of any list. The items are read on their own."""

    next: str | None = None
    count: int | None = None


class Label(msgspec.Struct, frozen=True, rename="camel"):
    """A status as lists of jobs show it. `content` is empty for a draft."""

    content: str | None = None
    status_reason: str | None = None


class WireJob(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A job in `GET jobs/`. `date_inserted` is its creation, not its submission."""

    id: str
    name: str | None = None
    owner: str | None = None
    date_inserted: str | None = None
    analysis_names: list[str] | None = None
    job_status: Label | None = None
    cluster_status_display: Label | None = None
    visible_cluster_status: Label | str | None = None
    storage: int | None = None
    shared_with: list[object] | None = None
    is_visible: bool | None = None


class WireJobVariable(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A variable a job declares: its type says whether it is put in or comes out."""

    name: str
    variable_type: str | None = None
    value_generator_type: str | None = None


class WireHardware(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a job asks for. `core_type` is a text in old answers, an object with a `code` in newer ones."""

    core_type: str | dict[str, object] | None = None
    cores_per_slot: int | None = None
    slots: int | None = None
    walltime: float | None = None


class WireAnalysis(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The software of a job."""

    code: str | None = None
    name: str | None = None
    version: str | None = None
    version_name: str | None = None


class WireJobAnalysis(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One step of a job."""

    analysis: WireAnalysis | None = None
    command: str | None = None
    hardware: WireHardware | None = None


class WireJobDetail(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """`GET jobs/{id}/`. It carries no status."""

    id: str
    name: str | None = None
    owner: str | None = None
    description: str | None = None
    date_inserted: str | None = None
    expected_runs: int | None = None
    is_low_priority: bool | None = None
    optimizer: object = None
    param_file: object = None
    case_file: object = None
    jobanalyses: list[WireJobAnalysis] | None = None
    jobvariables: list[WireJobVariable] | None = None


class WireStatus(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One entry of `statuses/` or `cluster_statuses/`."""

    status: str
    status_date: str | None = None
    status_reason: str | None = None


class WireVariable(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A variable of a run. `display_value` is what stood in the template; `is_relative` counts from its default."""

    name: str
    value: float | str | None = None
    display_value: str | None = None
    is_relative: bool | None = None


class WireRun(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A run (Rescale API, Runs). `type` is 1 optimisation, 2 iteration, 3 case. It carries no status."""

    id: str
    display_order: int | None = None
    type: int | None = None
    parent: str | None = None
    date_started: str | msgspec.UnsetType | None = msgspec.UNSET
    date_inserted: str | None = None
    date_completed: str | None = None
    output_file_count: int | None = None
    output_file_size: int | None = None
    is_optimal: bool | None = None
    variables: list[WireVariable] | None = None

    @property
    def started(self) -> str | None:
        """The start. The document's table of fields calls it `dateInserted`, all its samples `dateStarted`."""
        return self.date_inserted if self.date_started is msgspec.UNSET else self.date_started


class WireChecksum(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A hash of a file's plain content."""

    hash_function: str | None = None
    file_hash: str | None = None


class WireFile(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A stored file. `path` is its key in the storage: in lists of a whole job the only link to its run.

    The key it is encrypted with comes in the same object and is not read.
    """

    id: str
    name: str | None = None
    relative_path: str | None = None
    path: str | None = None
    type_id: int | None = None
    date_uploaded: str | None = None
    decrypted_size: int | None = None
    md5: str | None = None
    file_checksums: list[WireChecksum] | None = None
    is_deleted: bool | None = None


class WireWorkFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the work folder of a run in progress. `resource` beside it names an old address and is not used."""

    path: str


class WireTail(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The last lines of a file in the work folder, without their ends."""

    lines: list[str]
    file_type: str | None = None


class WireSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to asking for a snapshot. `last_snapshot_id` is that of the one before."""

    data: str | None = None
    exitcode: int | None = None
    last_snapshot_id: str | None = msgspec.field(default=None, name="lastSnapshotID")
    reason: str | None = None


class WireUser(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """`GET users/me/`."""

    email: str | None = None
    full_name: str | None = None
    company: dict[str, object] | None = None
    workspace: dict[str, object] | None = None
