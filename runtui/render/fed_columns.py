"""Columns whose values come from beside the run: what this machine knows of it, or what was read from its log.

A new one is a row of `FED_COLUMNS`, or a `fed_column` of a key made up on the way, and somebody who gives the list
its values by reference; see `DrawContext.fed`.
"""

from collections.abc import Iterable
from typing import Any

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import MISSING, Cell, Tone
from runtui.render.columns import Column, DrawContext, FedValue, SortValue
from runtui.render.glyphs import Glyphs
from runtui.render.units import percent
from runtui.render.widths import Align

DOWNLOAD = "download"
WATCHED = "watched"
"""No column of its own: the signs that stand behind the status of a run."""


def fed_column(key: str, title: str, *, missing: Cell = MISSING, **looks: Any) -> Column[Run]:
    """A column of what is fed under its key; `looks` are further fields of it; `missing` stands where there is none."""

    def fed(run: Run, context: DrawContext) -> FedValue | None:
        return context.fed.get(key, {}).get(run.reference)

    def cell(run: Run, context: DrawContext) -> Cell:
        value = fed(run, context)
        return missing if value is None else value.cell

    def sort_value(run: Run, context: DrawContext) -> SortValue:
        value = fed(run, context)
        return None if value is None else value.value

    return Column(key=key, title=title, cell=cell, sort_value=sort_value, **looks)


FED_COLUMNS: tuple[Column[Run], ...] = (
    fed_column(DOWNLOAD, "DOWNLOAD", align=Align.RIGHT, width=10, min_width=8, descending_first=True),
)


def download_values(transfers: Iterable[Transfer]) -> dict[RunReference, FedValue]:
    """How far the files of each run have come that were asked for in this session: `41%`, `12 files`, `1 failed`."""
    by_run: dict[RunReference, list[Transfer]] = {}
    for transfer in transfers:
        by_run.setdefault(transfer.run, []).append(transfer)
    return {reference: _download(of_run) for reference, of_run in by_run.items()}


def watched_values(
    fetched: Iterable[RunReference], told: Iterable[RunReference], glyphs: Glyphs
) -> dict[RunReference, FedValue]:
    """A sign for each run whose output files are fetched as they appear, and for each whose end one is told of."""
    signs: dict[RunReference, str] = {}
    for references, sign in ((fetched, glyphs.fetching), (told, glyphs.telling)):
        for reference in references:
            signs[reference] = signs.get(reference, "") + sign
    return {reference: FedValue(Cell(text), text) for reference, text in signs.items()}


def _download(transfers: list[Transfer]) -> FedValue:
    share = sum(transfer.share or 0.0 for transfer in transfers) / len(transfers)
    failed = sum(transfer.state is TransferState.FAILED for transfer in transfers)
    if failed:
        return FedValue(Cell(f"{failed} failed", Tone.ERROR), share)
    if all(transfer.state.is_over for transfer in transfers):
        files = sum(transfer.share == 1.0 for transfer in transfers)
        return FedValue(Cell(f"{files} file{'' if files == 1 else 's'}", Tone.MUTED), share)
    return FedValue(Cell(percent(share), Tone.ACCENT), share)
