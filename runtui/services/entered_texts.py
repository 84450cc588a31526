"""What a person entered into prompts, kept for the next time."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.services.own_files import read_own, replace_file

KEPT: Final = 100
"""Texts of each kind; older ones are forgotten."""


class EnteredTexts:
    """The texts entered of each kind (`log-search`), a small file for each kind below the data folder.

    What another process entered meanwhile is kept too. A file that cannot be read counts as empty.
    """

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / "entered"

    def texts(self, kind: str) -> list[str]:
        """What was entered of a kind, the newest last."""
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(read_own(self._path(kind)) or b"[]", type=list[str])
        return []

    def remember(self, kind: str, text: str) -> None:
        """Keep a text as the newest of its kind. Raises StorageError."""
        made_folder(self._folder)
        texts = [*(old for old in self.texts(kind) if old != text), text]
        replace_file(self._path(kind), msgspec.json.encode(texts[-KEPT:]))

    def _path(self, kind: str) -> Path:
        return self._folder / f"{kind}.json"
