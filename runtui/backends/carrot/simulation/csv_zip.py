"""The tables of runs CARROT packs for spreadsheets."""

import csv
import io
import zipfile
from typing import Any

import msgspec

from runtui.backends.carrot.simulation.carrot_view import snake

_METADATA = (
    "run_id", "test_id", "name", "status", "test_wdl", "test_wdl_hash", "test_wdl_dependencies",
    "test_wdl_dependencies_hash", "eval_wdl", "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
    "test_cromwell_job_id", "eval_cromwell_job_id", "created_at", "created_by", "finished_at", "errors",
)  # fmt: skip
_TABLES = (
    ("test_inputs", "test_input"),
    ("eval_inputs", "eval_input"),
    ("test_options", "test_options"),
    ("eval_options", "eval_options"),
    ("results", "results"),
)


def csv_zip(runs: list[dict[str, Any]]) -> bytes:
    """A zip of six tables. In them statuses have underscores and dates a blank in place of the T."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("metadata"), _table(list(_METADATA), [_metadata(run) for run in runs]))
        for name, field in _TABLES:
            keys = sorted({key for run in runs for key in (run[field] or {})})
            rows = [[run["run_id"], *(_cell((run[field] or {}).get(key)) for key in keys)] for run in runs]
            archive.writestr(_entry(name), _table(["run_id", *keys], rows))
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(f"{name}.csv", date_time=(2023, 3, 20, 0, 0, 0))


def _metadata(run: dict[str, Any]) -> list[str]:
    row: list[str] = []
    for field in _METADATA:
        value = run[field]
        if field == "status":
            value = snake(value)
        elif field in ("created_at", "finished_at") and value:
            value = value.replace("T", " ")
        row.append(_cell(value))
    return row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _table(header: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
