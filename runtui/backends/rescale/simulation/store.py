"""The stored files of runs: their names, sizes, hashes and bytes, each made when it is asked for."""

import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Generic, NamedTuple, TypeVar

from runtui.backends.rescale.simulation.contents import Bytes, Content
from runtui.backends.rescale.simulation.foam_log import FoamShape
from runtui.backends.rescale.simulation.job_record import JobRecord
from runtui.backends.rescale.simulation.plan import RunTimes, letters, number_of
from runtui.backends.rescale.simulation.run_files import (
    LOG,
    Dirt,
    FilePlan,
    Writes,
    command_of,
    content_of,
    exit_code_of,
    files_of,
    foam_shape,
    growing_lines,
)
from runtui.backends.rescale.simulation.switches import Switches
from runtui.simulation.growing_text import GrowingText
from runtui.simulation.script import Outcome

_FILES_PER_RUN = 1024
_RUNS_PER_JOB = 1_000_000
_FIRST_SNAPSHOT = 900
_ID_WIDTH = 9
_SCRAMBLE = 1_234_567_890_121
_ROTATED = LOG + ".1"
_OUTPUT, _SNAPSHOT = 5, 12

V = TypeVar("V")


class RunFile(NamedTuple):
    """A stored file of a run."""

    id: str
    job_id: str
    run_index: int
    path: str
    type_id: int
    plan: FilePlan

    @property
    def name(self) -> str:
        """Its base name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_snapshot(self) -> bool:
        """Whether it is an archive of the work folder."""
        return self.type_id == _SNAPSHOT


class FileSums(NamedTuple):
    """A file's size in bytes and its hashes in hexadecimal digits."""

    size: int
    md5: str | None
    sha512: str | None


class _Recent(Generic[V]):
    """The values made last, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[object, V] = OrderedDict()

    def get(self, key: object) -> V | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: object, value: V) -> V:
        self._kept[key] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value


class FileStore:
    """Files of all runs. Nothing is held but what was asked for last."""

    def __init__(self, records: Mapping[int, JobRecord], switches: Switches) -> None:
        self._records = records
        self._switches = switches
        self._texts: _Recent[GrowingText] = _Recent(96)
        self._totals: _Recent[tuple[int, int]] = _Recent(20_000)
        self._sums: _Recent[FileSums] = _Recent(20_000)
        self._archives: _Recent[Bytes] = _Recent(3)

    @property
    def _dirt(self) -> Dirt:
        switches = self._switches
        return Dirt(switches.hostile_names, switches.huge_files, switches.dirty_logs)

    @property
    def variant(self) -> object:
        """What the lists of files depend on beside the runs: another one after a switch was changed."""
        return (self._dirt, self._switches.log_rewind, self._switches.snapshot_listed_early)

    # names

    def final(self, record: JobRecord, index: int) -> list[RunFile]:
        """The files a run leaves, by path, cases ignored."""
        times = record.times(index)
        if times is None:
            return []
        plans = self._written(record, index, times.share_done)
        files = [self._file(record, index, plan) for plan in plans]
        return sorted(files, key=lambda file: file.path.lower())

    def count(self, record: JobRecord, index: int, search: str = "") -> int:
        """How many files a run leaves whose name holds `search`."""
        times = record.times(index)
        if times is None:
            return 0
        plans = self._written(record, index, times.share_done)
        return sum(search in plan.path.rsplit("/", 1)[-1] for plan in plans) if search else len(plans)

    def working(self, record: JobRecord, index: int, now: datetime) -> list[str]:
        """What stands in the work folder of a run that is in progress, in byte order."""
        times = record.times(index)
        if times is None or times.planned_seconds <= 0:
            return []
        worked = (min(now, times.work_ended_at) - times.started_at).total_seconds()
        plans = self._written(record, index, worked / times.planned_seconds)
        return sorted((plan.path for plan in plans), key=lambda path: path.encode())

    def _written(self, record: JobRecord, index: int, share: float) -> list[FilePlan]:
        plans = [plan for plan in files_of(record.plan, index, self._dirt) if plan.appears <= share]
        if self._switches.log_rewind == "rotated" and any(plan.path == LOG for plan in plans):
            plans.append(FilePlan(_FIRST_SNAPSHOT - 1, _ROTATED, 0.0, Writes.LOG))
        return plans

    def _file(self, record: JobRecord, index: int, plan: FilePlan) -> RunFile:
        return RunFile(self._id(record, index, plan.number), record.plan.id, index, plan.path, _OUTPUT, plan)

    def snapshot(self, record: JobRecord, index: int, place: int) -> RunFile:
        """The archive that was asked for as the `place`-th of a run."""
        number = _FIRST_SNAPSHOT + place
        path = f"snapshot_{record.plan.id}_run{index + 1}_{place + 1}.zip"
        plan = FilePlan(number, path, 0.0)
        return RunFile(self._id(record, index, number), record.plan.id, index, path, _SNAPSHOT, plan)

    def _id(self, record: JobRecord, index: int, number: int) -> str:
        place = (record.plan.number * _RUNS_PER_JOB + index) * _FILES_PER_RUN + number
        return letters(place * _SCRAMBLE % 52**_ID_WIDTH, _ID_WIDTH)

    def find(self, file_id: str) -> tuple[JobRecord, RunFile] | None:
        """The stored file of an id, whether or not it is listed yet; None for an id that means none."""
        number = number_of(file_id)
        if number is None or len(file_id) != _ID_WIDTH:
            return None
        place = number * pow(_SCRAMBLE, -1, 52**_ID_WIDTH) % 52**_ID_WIDTH
        rest, file_number = divmod(place, _FILES_PER_RUN)
        job_number, index = divmod(rest, _RUNS_PER_JOB)
        record = self._records.get(job_number)
        if record is None or index >= record.plan.run_count:
            return None
        if file_number >= _FIRST_SNAPSHOT:
            asked = len(record.snapshots.get(index, []))
            known = file_number - _FIRST_SNAPSHOT < asked
            return (record, self.snapshot(record, index, file_number - _FIRST_SNAPSHOT)) if known else None
        return next(((record, file) for file in self.final(record, index) if file.plan.number == file_number), None)

    # bytes

    def content(self, record: JobRecord, file: RunFile) -> Content:
        """The bytes of a stored file."""
        times = record.times(file.run_index)
        if file.is_snapshot:
            return self._archive(record, file)
        end = times.work_ended_at if times is not None else record.plan.created_at
        return self.content_at(record, file.run_index, file.plan, end)

    def content_at(self, record: JobRecord, index: int, plan: FilePlan, moment: datetime) -> Content:
        """The bytes of a file at a moment of its run."""
        times = record.times(index)
        if times is None or plan.writes is Writes.WHOLE:
            return content_of(record.plan, index, plan)
        text = self._text(record, index, plan, times)
        seconds = (min(moment, times.work_ended_at) - times.started_at).total_seconds()
        if plan.writes is Writes.LOG:
            return Bytes(self._rewound(text, seconds, plan.path == _ROTATED))
        return Bytes(text.bytes_at(seconds))

    def working_plan(self, record: JobRecord, index: int, path: str, now: datetime) -> FilePlan | None:
        """The file of that path in the work folder now, or None."""
        if path not in self.working(record, index, now):
            return None
        plans = self._written(record, index, 1.0)
        return next((plan for plan in plans if plan.path == path), None)

    def _rewound(self, text: GrowingText, seconds: float, previous: bool) -> bytes:
        whole = text.bytes_at(seconds)
        if self._switches.log_rewind == "none":
            return whole
        span = max(0.001, self._switches.log_rewind_seconds)
        began = seconds // span * span
        cut = text.size_at(began - 1e-6)
        return whole[text.size_at(began - span - 1e-6) : cut] if previous else whole[cut:]

    def _text(self, record: JobRecord, index: int, plan: FilePlan, times: RunTimes) -> GrowingText:
        key = (record.plan.id, index, plan.kind, plan.writes, times, self._dirt)
        text = self._texts.get(key)
        if text is not None:
            return text
        lines = growing_lines(record.plan, index, plan, times.planned_seconds)
        if plan.writes is Writes.LOG:
            return self._texts.put(key, GrowingText(self._log_lines(record, index, times)))
        return self._texts.put(key, GrowingText(lines))

    def _log_lines(self, record: JobRecord, index: int, times: RunTimes) -> Iterator[tuple[float, bytes]]:
        worked = (times.work_ended_at - times.started_at).total_seconds()
        stamped, stamp = -1.0, b""
        for at, line in self._unstamped(record, index, times, worked):
            if at != stamped:
                moment = times.started_at + timedelta(seconds=at)
                stamped, stamp = at, moment.strftime("[%Y-%m-%dT%H:%M:%SZ]: ").encode()
            yield at, stamp + line

    def _unstamped(
        self, record: JobRecord, index: int, times: RunTimes, worked: float
    ) -> Iterator[tuple[float, bytes]]:
        plan = record.plan
        yield 0.0, f"Launching {command_of(plan)}, Working dir: /enc/udata/job_{plan.id}/work".encode()
        lines = growing_lines(plan, index, FilePlan(0, LOG, 0.0, Writes.LOG), times.planned_seconds)
        for number, (at, line) in enumerate(lines):
            if at > worked:
                break
            yield at, line.encode()
            if self._switches.dirty_logs and number % 97 == 5:
                yield at, b"\x1b[31mTemp\xe9rature\x1b[0m 20\xb0C\r\x1b]0;gone\x07 50% done\xff\xfe"
        if times.outcome is not Outcome.STOPPED:
            yield worked, f"Exited with code {exit_code_of(plan, index)}".encode()
        elif plan.share(index, "killed") > 0.25:
            yield worked, b"Terminated"
            yield worked, b"Exited with code 143"

    def _archive(self, record: JobRecord, file: RunFile) -> Bytes:
        kept = self._archives.get((file.id, self._dirt))
        if kept is not None:
            return kept
        asked = record.snapshots[file.run_index][file.plan.number - _FIRST_SNAPSHOT]
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for path in self.working(record, file.run_index, asked):
                plan = self.working_plan(record, file.run_index, path, asked)
                if plan is not None and plan.kind != "sparse":
                    content = self.content_at(record, file.run_index, plan, asked)
                    archive.writestr(zipfile.ZipInfo(path.replace("\x00", "")), content.read(0, content.size))
        return self._archives.put((file.id, self._dirt), Bytes(packed.getvalue()))

    # sums

    def sums(self, record: JobRecord, file: RunFile) -> FileSums:
        """The size of a stored file and its hashes, made once."""
        key = (file.id, record.times(file.run_index), self.variant)
        known = self._sums.get(key)
        if known is not None:
            return known
        content = self.content(record, file)
        return self._sums.put(key, FileSums(content.size, content.digest("md5"), content.digest("sha512")))

    def totals(self, record: JobRecord, index: int) -> tuple[int, int]:
        """How many files a run that is over left, and their bytes in all."""
        key = self._shape_key(record, index)
        known = self._totals.get(key)
        if known is not None:
            return known
        files = self.final(record, index)
        return self._totals.put(key, (len(files), sum(self.content(record, file).size for file in files)))

    def _shape_key(self, record: JobRecord, index: int) -> object:
        """Cases of one shape leave files of the same sizes, unless they were stopped."""
        times = record.times(index)
        plain = times is not None and times.outcome is not Outcome.STOPPED and self._switches.log_rewind == "none"
        if plain and record.plan.solver == "openfoam" and record.plan.place(index).type == 3:
            shape: FoamShape = foam_shape(record.plan, index)
            return (shape, len(command_of(record.plan)), self._dirt)
        return (record.plan.id, index, times, self._dirt, self._switches.log_rewind)
