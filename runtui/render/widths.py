"""Text measured, cut and padded in terminal cells.

Wide characters (CJK, emoji) take two cells and combining ones none, as the terminal library counts them, so that what
is measured here is what is drawn. Text is expected to be safe already (`render.sanitise`).
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"


class Align(StrEnum):
    """Where a text lies in a column that is wider."""

    LEFT = "left"
    RIGHT = "right"
    DECIMAL = "decimal"
    """Right, with the decimal points of a column's numbers above each other."""


def cell_width(text: str) -> int:
    """How many cells a terminal uses for it."""
    return len(text) if text.isascii() else cell_len(text)


def truncate(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """The text in at most `width` cells: its beginning and an ellipsis when it is longer."""
    if len(text) <= width and text.isascii():
        return text
    if cell_width(text) <= width:
        return text
    room = width - cell_width(ellipsis)
    if room < 0:
        return ellipsis[: max(0, width)]
    return _head(text, room) + ellipsis


def truncate_middle(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """The text in at most `width` cells, its middle left out: for paths, whose ends tell most.

    The end gets the larger part, because the name is there.
    """
    if cell_width(text) <= width:
        return text
    room = width - cell_width(ellipsis)
    if room < 2:
        return truncate(text, width, ellipsis)
    head = room // 3
    return _head(text, head) + ellipsis + _tail(text, room - head)


def _head(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    used = 0
    for start, _, cells in split_graphemes(text[: _enough(width, text)])[0]:
        if used + cells > width:
            return text[:start]
        used += cells
    return text[: _enough(width, text)]


def _tail(text: str, width: int) -> str:
    if text.isascii():
        return text[len(text) - width :]
    used = 0
    for _, end, cells in reversed(split_graphemes(text)[0]):
        if used + cells > width:
            return text[end:]
        used += cells
    return text


def _enough(width: int, text: str) -> int:
    """How many characters of the text can matter: a cell seldom holds more than a few combining ones."""
    return min(len(text), 8 * width + 8)


def pad(text: str, width: int, align: Align = Align.LEFT) -> str:
    """The text in at least `width` cells; a longer one is left as it is."""
    missing = width - cell_width(text)
    if missing <= 0:
        return text
    return text + " " * missing if align is Align.LEFT else " " * missing + text


def fit(text: str, width: int, align: Align = Align.LEFT, ellipsis: str = ELLIPSIS) -> str:
    """The text in exactly `width` cells, cut at its end or padded."""
    if text.isascii() and len(text) <= width:
        return text.ljust(width) if align is Align.LEFT else text.rjust(width)
    return pad(truncate(text, width, ellipsis), width, align)


def decimal_tail(text: str) -> int:
    """How many cells of a number stand right of its integer part: `-0.0188` has 5, `1e-6` has 3, `20` has none.

    Any other text has none: it is aligned by its end.
    """
    rest = text.lstrip("+-").lstrip("0123456789")
    return len(rest) if rest[:1] in (".", "e", "E") and is_number_text(text) else 0


def is_number_text(text: str) -> bool:
    """Whether the text is a number as people write it, `nan` and `inf` included."""
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def align_decimals(texts: Sequence[str]) -> list[str]:
    """The texts, numbers padded left and right so that their decimal points stand in one column.

    All numbers come back equally wide; texts that are no numbers come back as they were.
    """
    tails = [decimal_tail(text) if is_number_text(text) else -1 for text in texts]
    numbers = [(text, tail) for text, tail in zip(texts, tails, strict=True) if tail >= 0]
    if not numbers:
        return list(texts)
    head = max(len(text) - tail for text, tail in numbers)
    longest = max(tail for _, tail in numbers)
    return [
        (" " * (head - len(text) + tail) + text + " " * (longest - tail)) if tail >= 0 else text
        for text, tail in zip(texts, tails, strict=True)
    ]


def shorten_ids(ids: Iterable[str], shortest: int = 6) -> dict[str, str]:
    """Each id and its shortest beginning that no other of these ids has, at least `shortest` characters long.

    An id with a slash (`JOB/RUN`) keeps its whole text: cut anywhere it would name the job, not the run.
    """
    alike: dict[str, set[str]] = {}
    for text in ids:
        alike.setdefault(text[:shortest], set()).add(text)
    short: dict[str, str] = {}
    for beginning, group in alike.items():
        if len(group) == 1 or all("/" in text for text in group):
            short.update((text, text if "/" in text else beginning) for text in group)
        else:
            short.update(_shortened(sorted(group), shortest))
    return short


def _shortened(ordered: list[str], shortest: int) -> dict[str, str]:
    short: dict[str, str] = {}
    shared_before = 0
    for index, text in enumerate(ordered):
        shared_after = _shared(text, ordered[index + 1], shortest) if index + 1 < len(ordered) else 0
        short[text] = text if "/" in text else text[: max(shortest, max(shared_before, shared_after) + 1)]
        shared_before = shared_after
    return short


def _shared(one: str, other: str, at_least: int) -> int:
    """How many first characters two texts have in common that agree in the first `at_least`."""
    shortest = min(len(one), len(other))
    length = min(at_least, shortest)
    while length < shortest and one[length] == other[length]:
        length += 1
    return length
