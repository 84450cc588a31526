"""What becomes of a file that is in the way of a download; light, because the command line names the choices."""

from enum import StrEnum


class OnConflict(StrEnum):
    """What to do when another file is where a download is to lie. One that is the same by size and hash is skipped
    whatever was chosen, where that can be told without reading much."""

    ASK = "ask"
    """Wait for an answer."""
    SKIP = "skip"
    """Leave what is there and fetch nothing."""
    OVERWRITE = "overwrite"
    """Fetch, and replace what is there once the new file is whole and verified."""
    RENAME = "rename"
    """Fetch under another name: `U~2.dat`."""
    COMPARE = "compare"
    """Compare size and hash, however long that takes: skip when they are the same, else fail and keep what is there."""
