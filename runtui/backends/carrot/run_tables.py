"""The zip of tables CARROT packs of a run, and those of several runs made into one."""

import csv
import io
import zipfile
from collections.abc import Sequence

from runtui.model.errors import PayloadError

_LARGEST_UNPACKED = 1024 * 1024 * 1024
_KEY = "run_id"

Rows = list[dict[str, str]]


def joined_tables(packed: Sequence[bytes]) -> bytes:
    """One zip with the rows of all. The only one there is stays as it came.

    A table has the columns of every zip: as they are where all have the same, otherwise `run_id` and the others by
    name, as CARROT orders them itself. Raises PayloadError for what is no zip of tables.
    """
    try:
        if len(packed) == 1:
            _members(packed[0])
            return packed[0]
        return _packed([_tables(one) for one in packed])
    except (zipfile.BadZipFile, csv.Error, UnicodeDecodeError, NotImplementedError, RuntimeError, OSError) as error:
        raise PayloadError(f"the tables cannot be read: {error}") from error


def _members(packed: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = archive.infolist()
    if sum(member.file_size for member in members) > _LARGEST_UNPACKED:
        raise PayloadError("the tables cannot be read: unpacked they would be larger than 1 GiB")
    return members


def _tables(packed: bytes) -> dict[str, tuple[list[str], Rows]]:
    """Columns and rows of each table, by the name of its file."""
    members = _members(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {member.filename: _table(archive.read(member)) for member in members}


def _table(content: bytes) -> tuple[list[str], Rows]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    rows = [{column: value or "" for column, value in row.items() if column is not None} for row in reader]
    return list(reader.fieldnames or ()), rows


def _packed(each: Sequence[dict[str, tuple[list[str], Rows]]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys(name for tables in each for name in tables):
            archive.writestr(name, _text([tables[name] for tables in each if name in tables]))
    return packed.getvalue()


def _text(tables: Sequence[tuple[list[str], Rows]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _columns([columns for columns, _ in tables]), restval="", lineterminator="\n")
    writer.writeheader()
    for _, rows in tables:
        writer.writerows(rows)
    return text.getvalue()


def _columns(headers: Sequence[list[str]]) -> list[str]:
    if all(header == headers[0] for header in headers):
        return headers[0]
    every = {column for header in headers for column in header}
    return [*([_KEY] if _KEY in every else []), *sorted(every - {_KEY})]
