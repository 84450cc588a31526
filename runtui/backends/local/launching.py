"""Making the folders of runs and letting supervisors take them over."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.backends.local.facts import commit_of, owner_name
from runtui.backends.local.folders import TRASH_DAYS, Folders
from runtui.backends.local.mapping import input_variable, text_of
from runtui.backends.local.planning import Launch, Template, check_use, shown_command, typed_value
from runtui.backends.local.programs import RUN_FOLDER
from runtui.backends.local.record_file import NAME, reserve_room
from runtui.backends.local.records import InputRecord, NodeRecord, Owner, RunRecord, SweepRecord, load_record
from runtui.backends.local.signs_of_life import host_name, start_mark
from runtui.backends.local.substitution import Value, put_in
from runtui.backends.local.supervisor import SWEEP
from runtui.backends.local.workflow import NodePlan
from runtui.model.errors import RuntuiError, StorageError
from runtui.model.inputs import service_input
from runtui.model.start_form import InputForm

_SUPERVISOR = Path(__file__).parent / "supervisor.py"
_START_SECONDS = 30.0
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def launch_runs(folders: Folders, launch: Launch) -> tuple[RunRecord, ...]:
    """Start what was wanted: one run, or all runs of a sweep. Returns once a supervisor has taken them over.

    Raises InputError before anything was made; StorageError when it cannot be, and then nothing is left of it.
    """
    check_use(launch.template.plan, launch.secrets)
    records = _draft(launch)
    made: list[Path] = []
    try:
        records = [_write(folders, record, launch, made) for record in records]
        if launch.points:
            supervise("sweep", _write_sweep(folders, records, made, launch.parallel), launch)
        else:
            _reserve(folders, made[0])
            supervise("run", made[0], launch)
            records = [load_record(made[0])]
    except RuntuiError:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return tuple(records)


def _draft(launch: Launch) -> list[RunRecord]:
    """The records without their ids: whatever is wrong with a variable is found here."""
    plan = launch.template.plan
    now = time.time()
    job_id = launch.job_id or slug(launch.name)
    sweep = f"{slug(launch.name)}-{secrets.token_hex(3)}" if launch.points else ""
    common = RunRecord(
        id="", job_id=sweep or job_id, job=launch.name, owner=owner_name(), command=shown_command(plan),
        start_folder=launch.template.start_folder, folder=launch.template.folder or "work",
        commit=commit_of(Path(launch.template.start_folder)), host=host_name(), created_at=now,
        parallel=launch.parallel if not launch.points else plan.parallel or os.cpu_count() or 1,
        grace=plan.grace, patterns=tuple(plan.patterns), sweep=sweep, after_stop=launch.template.after_stop,
        lives_with=Owner(launch.lives_with, start_mark(launch.lives_with)) if launch.lives_with else Owner(),
        template=msgspec.Raw(msgspec.json.encode(launch.template)),
    )  # fmt: skip
    return [_drafted(common, launch, point, index) for index, point in enumerate(launch.points or ({},))]


def _drafted(common: RunRecord, launch: Launch, point: Mapping[str, Value], index: int) -> RunRecord:
    inputs = {one.name: one for one in launch.inputs} | {name: InputRecord(name, one) for name, one in point.items()}
    values = {name: one.value for name, one in inputs.items()}
    nodes = tuple(_node(name, node, values) for name, node in launch.template.plan.nodes.items())
    return msgspec.structs.replace(
        common,
        name=" ".join(f"{name}={text_of(value)}" for name, value in point.items()),
        created_at=common.created_at + index * 1e-6,
        command=_shown(nodes) or common.command,
        inputs=tuple(inputs.values()),
        nodes=nodes,
        env={one.name: text_of(one.value) for one in inputs.values() if not one.secret and _is_exportable(one.name)},
    )


def _shown(nodes: Sequence[NodeRecord]) -> str:
    import shlex

    if len(nodes) != 1:
        return ""
    words = nodes[0].words
    return words[2] if words[:2] == ("/bin/sh", "-c") and len(words) == 3 else shlex.join(words)


def _node(name: str, plan: NodePlan, values: Mapping[str, Value]) -> NodeRecord:
    if isinstance(plan.command, str):
        words: tuple[str, ...] = ("/bin/sh", "-c", put_in(plan.command, values, quote=True))
    else:
        words = tuple(put_in(word, values) for word in plan.command)
    env = {key: put_in(str(value), values) for key, value in plan.env.items()}
    outputs = tuple(put_in(output, values) for output in plan.outputs)
    return NodeRecord(
        id=name, name=name, words=words, needs=tuple(plan.needs), env=env, outputs=outputs, fails_on=plan.fails_on
    )


def _write(folders: Folders, record: RunRecord, launch: Launch, made: list[Path]) -> RunRecord:
    run_id, folder = folders.reserve()
    made.append(folder)
    work = folder / record.folder
    if record.folder == "work":
        nodes = tuple(
            msgspec.structs.replace(node, words=_brought(node.words, Path(record.start_folder), work))
            for node in record.nodes
        )
    else:
        nodes = record.nodes
    places = {
        "RUNTUI_RUN": run_id, RUN_FOLDER: str(folder),
        "RUNTUI_START_FOLDER": record.start_folder, "RUNTUI_WORK_FOLDER": str(work),
    }  # fmt: skip
    record = msgspec.structs.replace(record, id=run_id, nodes=nodes, env=places | record.env)
    try:
        _furnish(work, launch.template, record.inputs)
        _place(folder, NAME, msgspec.json.encode(record))
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    return record


def _reserve(folders: Folders, folder: Path) -> None:
    """Make sure that the end of a run can be written down before it begins. Raises StorageError."""
    try:
        reserve_room(str(folder), (folder / NAME).stat().st_size)
    except OSError as error:
        raise StorageError(
            f"there is no room for the record of a run in {folders.root}: {error.strerror}",
            hint=f"Deleted runs lie in {folders.trash} for {TRASH_DAYS} days: remove what is there to make room.",
        ) from error


def _furnish(work: Path, template: Template, inputs: Sequence[InputRecord]) -> None:
    """Put into a work folder what the command is to find there."""
    for name, source in template.links.items():
        link = work / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(source)
    if template.inputs_file:
        typed = {
            one.name: service_input(input_variable(one), typed_value(one), InputForm.TYPED)
            for one in inputs
            if not one.secret
        }
        (work / template.inputs_file).write_bytes(msgspec.json.encode(typed))


def _brought(words: tuple[str, ...], start_folder: Path, work: Path) -> tuple[str, ...]:
    """Let what a command names in the folder it was started in be found in its own: by links of the same names.

    Paths that lead up are made absolute.
    """
    if words[:2] == ("/bin/sh", "-c") and len(words) == 3:
        for part in re.split(r"[\s;|&<>()=\"']+", words[2]):
            _link(part, start_folder, work)
        return words
    return tuple(_found_again(word, start_folder, work) for word in words)


def _found_again(word: str, start_folder: Path, work: Path) -> str:
    head, sign, path = word.rpartition("=") if word.startswith("-") else ("", "", word)
    if path.startswith("..") and (start_folder / path).exists():
        return f"{head}{sign}{os.path.normpath(start_folder / path)}"
    _link(path, start_folder, work)
    return word


def _link(path: str, start_folder: Path, work: Path) -> None:
    parts = Path(path).parts
    if not parts or path.startswith(("/", "-", "~")) or ".." in parts or "\0" in path or len(path) > 1024:
        return
    with suppress(OSError):
        source, link = start_folder / path, work / path
        if source.exists() and not os.path.lexists(link) and link != work:
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)


def _write_sweep(folders: Folders, records: Sequence[RunRecord], made: list[Path], parallel: int) -> Path:
    folder = folders.new_sweep(records[0].sweep)
    sweep = SweepRecord(folders=tuple(str(one) for one in made), parallel=parallel)
    made.append(folder)
    try:
        _place(folder, SWEEP, msgspec.json.encode(sweep))
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    return folder


def _place(folder: Path, name: str, content: bytes) -> None:
    """Write a file that is whole as soon as it is there."""
    written = folder / f".{name}.new"
    written.write_bytes(content)
    os.replace(written, folder / name)


def supervise(kind: str, folder: Path, launch: Launch) -> None:
    """Let a supervisor take over what lies in a folder. Secrets go to it in its environment alone.

    A run that another run starts belongs to none but itself.
    """
    environment = {name: text for name, text in os.environ.items() if name != RUN_FOLDER} | dict(launch.environment)
    environment.update((name, text) for name, text in launch.secrets.items() if _is_exportable(name))
    start_detached([str(_SUPERVISOR), kind, str(folder)], environment)


def start_detached(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """Start one of our small programs, away from this one and its terminal. Raises StorageError when it does not."""
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-E", *words], env=dict(environment), start_new_session=True, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=_START_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StorageError(f"no supervisor could be started: {error}") from error
    if ended.returncode:
        raise StorageError(f"the supervisor ended with exit code {ended.returncode}")


def _is_exportable(name: str) -> bool:
    return _VARIABLE.fullmatch(name) is not None


def slug(name: str) -> str:
    """A name as one that can be the id of a job."""
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", name).strip("-.")
    return plain[:48] or "run"
