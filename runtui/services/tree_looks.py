"""How somebody wants trees of files to look, kept for the next time."""

from contextlib import suppress
from pathlib import Path

import msgspec

from runtui.config.paths import made_folder
from runtui.services.own_files import read_own, replace_file


class TreeLook(msgspec.Struct, frozen=True, kw_only=True):
    """The columns that are not to be shown, by their keys, the column the tree is sorted by, whether the file under
    the cursor is shown beside it."""

    hidden: tuple[str, ...] = ()
    sort: str = "name"
    descending: bool = False
    has_preview: bool = True


class TreeLooks:
    """The look in a small file of the data folder. Blocking.

    A file that cannot be read counts as none: it says nothing that one could not choose again by a key.
    """

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder
        self._path = data_folder / "file-tree.json"

    def load(self) -> TreeLook:
        """The look as it was kept last."""
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(read_own(self._path) or b"{}", type=TreeLook)
        return TreeLook()

    def save(self, look: TreeLook) -> None:
        """Keep a look in the place of the one before. Raises StorageError."""
        made_folder(self._folder)
        replace_file(self._path, msgspec.json.encode(look))
