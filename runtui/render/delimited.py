"""Comma- or otherwise separated values as rows of cells, from as much of a file as is there."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from runtui.render.widths import is_number_text

DELIMITERS = (",", "\t", ";", "|")
MOST_COLUMNS = 400
"""Columns that are told apart; what stands in further ones is left out."""
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """Rows as they are written, ragged ones included. `titles` is empty where the first row holds values already."""

    titles: tuple[str, ...]
    rows: list[tuple[str, ...]]
    delimiter: str

    @property
    def width(self) -> int:
        """The cells of the longest row."""
        return max([len(self.titles), *(len(row) for row in self.rows)], default=0)

    def is_numeric(self, column: int) -> bool:
        """Whether all that stands in a column, and something does, is a number."""
        found = [row[column].strip() for row in self.rows[:_LOOKED_AT] if column < len(row) and row[column].strip()]
        return bool(found) and all(is_number_text(text) for text in found)


def read_delimited(text: str, path: str = "", *, is_whole: bool = True) -> DelimitedRows:
    """The rows of a text. Of a text that is not whole the last line is left out: its end may be missing.

    Quotes that never close, and lines of any other make, become rows too: nothing is refused.
    """
    if not is_whole:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = guess_delimiter(text, path)
    lines = text.removeprefix("\ufeff").replace("\x00", "␀")
    rows = list(_rows(lines, delimiter))
    if not rows:
        return DelimitedRows((), [], delimiter)
    if _is_heading(rows):
        return DelimitedRows(rows[0], rows[1:], delimiter)
    return DelimitedRows((), rows, delimiter)


def guess_delimiter(text: str, path: str = "") -> str:
    """The character that splits the first lines into the same number of cells, and more than one."""
    if path.lower().endswith((".tsv", ".tab")) and "\t" in text:
        return "\t"
    lines = [line for line in text[: _LOOKED_AT * 400].splitlines()[:_LOOKED_AT] if line.strip()]

    def agreement(delimiter: str) -> tuple[float, int]:
        counts = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) / len(counts) if usual > 1 else 0.0), usual

    return max(DELIMITERS, key=agreement) if lines else ","


def _rows(text: str, delimiter: str) -> Sequence[tuple[str, ...]]:
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [tuple(row[:MOST_COLUMNS]) for row in read if row]
    except csv.Error:
        return [tuple(line.split(delimiter)[:MOST_COLUMNS]) for line in text.splitlines() if line]


def _is_heading(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether the first row names columns: it holds no number, and a row below it does or it stands alone."""
    first = rows[0]
    if any(is_number_text(cell.strip()) for cell in first):
        return False
    below = rows[1:_LOOKED_AT]
    return not below or any(is_number_text(cell.strip()) for row in below for cell in row) or len(set(first)) > 1
