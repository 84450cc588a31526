"""Making a path that came from a service one that cannot leave the folder it is meant for."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

_LONGEST_PART = 200
_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[\d¹²³]|lpt[\d¹²³])(\.|$)", re.IGNORECASE)
BESIDE = (".part", ".part.journal", ".part.lock", ".rejected")
"""What is added to a name for the files that lie beside one while it is being fetched."""

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
    """A safe path for each, no two alike even where case and the way accents are written do not count: later ones get
    `~2` before the ending. None is a folder of another, or what another is called while it is being fetched.
    """
    names = _Names()
    return [names.given(safe_relative_path(path)) for path in paths]


class _Names:
    """The names that are given away."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._beside: set[str] = set()

    def given(self, wished: Path) -> Path:
        """The wished path, or the nearest that is free."""
        folder = Path()
        for part in wished.parts[:-1]:
            folder = self._free(folder / part, lambda key: key not in self._files and key not in self._beside)
            self._folders.add(_key(folder))
        path = self._free(folder / wished.name, self._is_free)
        key = _key(path)
        self._files.add(key)
        self._beside.update(key + ending for ending in BESIDE)
        return path

    def _is_free(self, key: str) -> bool:
        if key in self._files or key in self._folders or key in self._beside:
            return False
        return not any(key + ending in self._files or key + ending in self._folders for ending in BESIDE)

    @staticmethod
    def _free(wished: Path, is_free: Callable[[str], bool]) -> Path:
        path, count = wished, 1
        while not is_free(_key(path)):
            count += 1
            path = wished.with_name(f"{wished.stem}~{count}{wished.suffix}")
        return path


def _key(path: Path) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


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
