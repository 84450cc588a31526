"""`runtui files`: the output files of a run."""

from collections.abc import Callable, Sequence
from datetime import datetime

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import file_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.errors import NotFoundError
from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.render import units
from runtui.render.cell import EMPTY, MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, SortValue, natural_key
from runtui.render.sanitise import one_line
from runtui.render.widths import Align
from runtui.services.file_choice import chosen_files
from runtui.services.session import Session

_WORLDS = {
    FilesWorld.RUNNING: "the run is live: files may still change",
    FilesWorld.GAP: "the run has ended and its files are not listed anew yet: these are the last known ones",
}


def run(
    options: CommonOptions, *, written: str, globs: Sequence[str], sort_key: str, reverse: bool, as_json: bool
) -> int:
    """List the output files of the run a person means, those that any of the globs takes."""

    async def work(session: Session) -> int:
        listing = await session.output_files(await session.find_run(written))
        files = chosen_files(listing.files, globs)
        if globs and not files:
            raise NotFoundError(f"no output file matches {' or '.join(repr(glob) for glob in globs)}")
        if sort_key:
            files.sort(key=_SORT_KEYS[sort_key])
        if reverse:
            files.reverse()
        if as_json:
            write_json_list(file_shape(file, listing.world) for file in files)
        elif files:
            _write_table(files, session.clock.now())
        _say_how_it_stands(listing)
        return ExitCode.DONE

    return in_session(options, work, written=[written])


def _say_how_it_stands(listing: FileListing) -> None:
    if not listing.files:
        output.say("no output files yet" if listing.world is not FilesWorld.FINISHED else "no output files")
    elif listing.world in _WORLDS:
        output.say(_WORLDS[listing.world])
    for problem in listing.problems:
        output.say(problem)


def _write_table(files: Sequence[OutputFile], now: datetime) -> None:
    columns = _COLUMNS if any(file.hashes for file in files) else [one for one in _COLUMNS if one.key != "hash"]
    output.write_lines(table_lines(files, columns, DrawContext(now=now, glyphs=output.glyphs())))


def _moment(file: OutputFile) -> float:
    return file.modified_at.timestamp() if file.modified_at is not None else float("-inf")


_SORT_KEYS: dict[str, Callable[[OutputFile], float | str]] = {
    "path": lambda file: natural_key(file.path),
    "size": lambda file: -1 if file.size is None else file.size,
    "modified": _moment,
    "kind": lambda file: file.kind,
    "hash": lambda file: " ".join(f"{stated.algorithm} {stated.hex}" for stated in file.hashes),
}


def _unsorted(file: OutputFile, _: DrawContext) -> SortValue:
    """Files stay in the order of their service."""
    return None


def _hash(file: OutputFile, _: DrawContext) -> Cell:
    return Cell(one_line(" ".join(stated.algorithm for stated in file.hashes)), Tone.MUTED) if file.hashes else EMPTY


_COLUMNS: Sequence[Column[OutputFile]] = (
    Column(
        key="path", title="PATH", cell=lambda file, _: Cell(one_line(file.path)), sort_value=_unsorted,
        width=48, min_width=12, grows=True, cut_middle=True,
    ),
    Column(
        key="size", title="SIZE", sort_value=_unsorted, align=Align.RIGHT, width=7, min_width=6,
        cell=lambda file, _: MISSING if file.size is None else Cell(units.size(file.size)),
    ),
    Column(
        key="modified", title="MODIFIED", sort_value=_unsorted, align=Align.RIGHT, width=8, min_width=8,
        cell=lambda file, context: Cell(units.age_of(file.modified_at, context.now), Tone.MUTED),
    ),
    Column(
        key="kind", title="KIND", sort_value=_unsorted, width=12, min_width=4,
        cell=lambda file, _: Cell(one_line(file.kind), Tone.MUTED),
    ),
    Column(key="hash", title="HASH", cell=_hash, sort_value=_unsorted, width=12),
)  # fmt: skip
