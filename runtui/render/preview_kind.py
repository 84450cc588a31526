"""What a file is, told from its name and its first bytes: how it is best looked at."""

import re
from enum import StrEnum

_LOOKED_AT = 8192

_JSON_NAME = re.compile(r"\.(json|geojson|ipynb|har|webmanifest)$", re.IGNORECASE)
_TABLE_NAME = re.compile(r"\.(csv|tsv|tab|psv)$", re.IGNORECASE)
_GZIP_NAME = re.compile(r"\.(gz|tgz)$", re.IGNORECASE)

_IMAGE_STARTS = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"P5\n", b"P6\n",
    b"\x00\x00\x01\x00",
)  # fmt: skip
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class PreviewKind(StrEnum):
    """How a file is looked at; the value is the word shown for it."""

    TEXT = "text"
    JSON = "JSON"
    TABLE = "table"
    IMAGE = "image"
    ZIP = "zip archive"
    TAR = "tar archive"
    GZIP = "gzip"
    """Compressed as a whole: an archive or a text within, known once some of it is unpacked."""
    BINARY = "binary"


def kind_of(path: str, start: bytes) -> PreviewKind:
    """The kind of a file of this path that begins with these bytes. What the bytes say goes before the name."""
    if start.startswith(_ZIP_STARTS):
        return PreviewKind.ZIP
    if start[257:262] == b"ustar":
        return PreviewKind.TAR
    if start.startswith(b"\x1f\x8b"):
        return PreviewKind.GZIP
    if _is_image(start):
        return PreviewKind.IMAGE
    if not is_text(start):
        return PreviewKind.BINARY
    if _TABLE_NAME.search(path):
        return PreviewKind.TABLE
    if _JSON_NAME.search(path):
        return PreviewKind.JSON
    return PreviewKind.TEXT


def _is_image(start: bytes) -> bool:
    if start.startswith(b"BM"):
        return start[6:10] == b"\x00\x00\x00\x00" and not is_text(start)
    if start.startswith(b"RIFF"):
        return start[8:12] == b"WEBP"
    return start.startswith(_IMAGE_STARTS)


def is_text(content: bytes) -> bool:
    """Whether the beginning of a file reads as text: no NUL, and nearly all of it UTF-8; or marked as UTF-16."""
    start = content[:_LOOKED_AT]
    if start.startswith(_UTF16_MARKS):
        return True
    if b"\x00" in start:
        return False
    broken = start.decode("utf-8", "replace").count("�")
    return broken <= 1 + len(start) // 50


def packed_path(path: str) -> str:
    """The path of what a gzip holds: `run.log.gz` holds `run.log`, `case.tgz` holds `case.tar`."""
    return _GZIP_NAME.sub(lambda match: ".tar" if match[1].lower() == "tgz" else "", path)
