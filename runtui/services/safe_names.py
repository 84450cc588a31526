"""Making a path that came from a service one that cannot leave the folder it is meant for."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from runtui.model.errors import StorageError

_LONGEST_PART = 200
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:$")


def safe_relative_path(path: str) -> Path:
    """The path as one that stays below any folder: no root, no drive, no `..`, no character a terminal or a file
    system minds, no part over 200 bytes. Two different paths may become the same; `distinct_paths` tells them apart.
    """
    parts = [safe_part(part) for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    parts = [part for part in parts if part]
    return Path(*parts) if parts else Path("unnamed")


def safe_part(part: str) -> str:
    """One part of a path made safe; empty when nothing is left of it."""
    if _DRIVE.match(part):
        part = part[0]
    kept = "".join(_safe_character(character) for character in part).rstrip(" ").rstrip(".") or ""
    if kept.strip("_") == "" and kept != part:
        kept = kept or "_"
    if _RESERVED.match(kept):
        kept = "_" + kept
    return _shortened(kept)


def distinct_paths(paths: list[str]) -> list[Path]:
    """A safe path for each, no two alike even where case does not count: later ones get `~2` before the ending."""
    taken: set[str] = set()
    result: list[Path] = []
    for path in paths:
        wished = safe = safe_relative_path(path)
        count = 1
        while str(safe).casefold() in taken:
            count += 1
            safe = wished.with_name(f"{wished.stem}~{count}{wished.suffix}")
        taken.add(str(safe).casefold())
        result.append(safe)
    return result


def inside(folder: Path, relative: Path) -> Path:
    """The place of a safe path below `folder`. Raises StorageError when a link on the way would lead out of it."""
    root = Path(os.path.realpath(folder))
    target = folder / relative
    real = Path(os.path.realpath(target))
    if root != real and root not in real.parents:
        raise StorageError(f"{target} leads out of {folder} through a link: nothing was written there")
    return target


def _safe_character(character: str) -> str:
    if character in '/\\<>:"|?*\x7f' or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return "_"
    return character


def _shortened(part: str) -> str:
    encoded = part.encode("utf-8", "replace")
    if len(encoded) <= _LONGEST_PART:
        return part
    _stem, dot, ending = part.rpartition(".")
    ending = dot + ending if dot and len(ending.encode()) <= 16 else ""
    mark = hashlib.sha256(encoded).hexdigest()[:8]
    room = _LONGEST_PART - len(ending.encode()) - len(mark) - 1
    start = part.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return f"{start}~{mark}{ending}"
