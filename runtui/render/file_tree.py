"""Output files as a tree of folders, made from their paths.

Paths are taken as the service sent them: `..`, a leading slash or an empty part is a folder like any other here, shown
and harmless, because nothing of this tree is ever used as a place on this machine.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from runtui.model.output_file import FileListing, FilesWorld, OutputFile
from runtui.render import units
from runtui.render.columns import natural_key
from runtui.render.sanitise import one_line

DEEPEST = 64
"""Folders within each other that are told apart; the rest of a deeper path is shown as one name."""

RowKey = tuple[bool, str]
"""Whether it is a folder, and the folder's path or the file's (see `FileTree.key_of`)."""

_WORLDS = {
    FilesWorld.RUNNING: "work folder of the running run",
    FilesWorld.GAP: "last known listing",
    FilesWorld.FINISHED: "finished run",
}


@dataclass(slots=True, eq=False)
class Folder:
    """One folder. `path` ends with a slash, except the root's, which is empty.

    `size` is the bytes of all files below whose size is known, `unsized` how many are of unknown size, `file_count` all
    files below, `newest` when the last of them was changed.
    """

    path: str
    parent: "Folder | None" = field(repr=False)
    depth: int
    folders: list["Folder"] = field(default_factory=list, repr=False)
    files: list[OutputFile] = field(default_factory=list, repr=False)
    size: int = 0
    unsized: int = 0
    file_count: int = 0
    newest: datetime | None = None

    @property
    def name(self) -> str:
        """The last part of the path, not yet safe."""
        return self.path[len(self.parent.path) if self.parent else 0 : -1]

    _is_sorted: bool = False

    def by_name(self) -> list[OutputFile]:
        """The files of the folder itself by their names, sorted when they are first asked for."""
        if not self._is_sorted:
            start = len(self.path)  # the folder's part of the path is the same for all of them
            # another list, for another thread may be reading this one
            self.files = sorted(self.files, key=lambda file: natural_key(file.path[start:]))
            self._is_sorted = True
        return self.files

    def all_files(self) -> Iterator[OutputFile]:
        """Every file below, however deep."""
        yield from self.files
        for folder in self.folders:
            yield from folder.all_files()


class FileOrder(StrEnum):
    """What files of one folder are sorted by. Folders always come before files."""

    NAME = "name"
    SIZE = "size"
    MODIFIED = "modified"
    KIND = "kind"
    HASH = "hash"


class FileRow(NamedTuple):
    """One visible line of the tree: a folder or a file, `depth` folders down."""

    depth: int
    folder: Folder | None
    file: OutputFile | None
    is_open: bool
    within: str
    """The path of the folder it lies in."""
    is_twin: bool = False
    """Whether another file of the listing has the same path."""

    @property
    def key(self) -> RowKey:
        """What names the row while listings, filters and worlds change: ids are others after a run than during it."""
        if self.file is not None:
            return _twin_key(self.file) if self.is_twin else (False, self.file.path)
        return (True, self.folder.path if self.folder else "")

    @property
    def name(self) -> str:
        """The name to show, safe; a folder's ends with a slash."""
        raw = self.file.path[len(self.within) :] if self.file is not None else self.folder.name if self.folder else ""
        return (one_line(raw) or "⟨no name⟩") + ("" if self.folder is None else "/")

    @property
    def size(self) -> int | None:
        """Bytes; of a folder, of what is known below it. None when nothing is known."""
        if self.folder is None:
            return None if self.file is None else self.file.size
        return self.folder.size if self.folder.file_count > self.folder.unsized else None

    @property
    def modified_at(self) -> datetime | None:
        """When the file, or the newest file below the folder, was changed."""
        return self.folder.newest if self.folder is not None else self.file.modified_at if self.file else None


def _twin_key(file: OutputFile) -> RowKey:
    return (False, f"{file.path}\0{file.id}")


class FileTree:
    """The folders of one listing. A new listing or filter makes a new tree."""

    def __init__(self, files: Iterable[OutputFile], wanted: Callable[[str], bool] | None = None) -> None:
        self.root = Folder("", None, -1)
        self._folders: dict[str, Folder] = {"": self.root}
        self._twins: set[str] = set()
        seen: set[str] = set()
        for file in files:
            if wanted is None or wanted(file.path):
                self._add(file)
                if file.path in seen:
                    self._twins.add(file.id)
                seen.add(file.path)
        self._add_up()

    def key_of(self, file: OutputFile) -> RowKey:
        """What names the row of a file: its path, with its id where an earlier file has the same path."""
        return _twin_key(file) if file.id in self._twins else (False, file.path)

    def _add(self, file: OutputFile) -> None:
        path = file.path
        folder_path = path[: path.rfind("/") + 1]
        folder = self._folders.get(folder_path)
        if folder is None:
            folder = self._folder(folder_path)
        folder.files.append(file)

    def _folder(self, path: str) -> Folder:
        """The folder of this path, made with all that lead to it. Those are in `_folders` before it."""
        if path.count("/") > DEEPEST:
            path = "/".join(path.split("/", DEEPEST)[:DEEPEST]) + "/"
        missing = []
        while path not in self._folders:
            missing.append(path)
            path = path[: path.rfind("/", 0, -1) + 1]
        folder = self._folders[path]
        for path in reversed(missing):
            child = self._folders[path] = Folder(path, folder, folder.depth + 1)
            folder.folders.append(child)
            folder = child
        return folder

    def _add_up(self) -> None:
        for folder in reversed(self._folders.values()):
            _add_own_files(folder)
            parent = folder.parent
            if parent is not None:
                parent.size += folder.size
                parent.unsized += folder.unsized
                parent.file_count += folder.file_count
                parent.newest = _later(parent.newest, folder.newest)

    @property
    def folder_paths(self) -> list[str]:
        """Paths of all folders but the root."""
        return list(self._folders)[1:]

    def folder(self, path: str) -> Folder | None:
        """The folder of this path (with its slash), or None."""
        return self._folders.get(path)

    def rows(
        self, opened: Collection[str] | None = (), order: FileOrder = FileOrder.NAME, *, descending: bool = False
    ) -> list[FileRow]:
        """The visible lines: `opened` are paths of open folders, None means all are open.

        Files that are alike in what they are sorted by stand by their names.
        """
        walk = _Walk(opened, order, descending, self._twins)
        walk.visit(self.root)
        return walk.rows


class _Walk:
    """Collects the visible lines, folder by folder."""

    def __init__(
        self, opened: Collection[str] | None, order: FileOrder, descending: bool, twins: Collection[str]
    ) -> None:
        self._twins = twins
        self.rows: list[FileRow] = []
        self._opened = opened
        self._folder_key = _FOLDER_KEYS[order]
        self._file_key = _FILE_KEYS.get(order)
        self._descending = descending

    def visit(self, folder: Folder) -> None:
        """Add what the folder holds; recursion ends at `DEEPEST`."""
        depth, within, descending = folder.depth + 1, folder.path, self._descending
        for child in sorted(folder.folders, key=self._folder_key, reverse=descending):
            is_open = self._opened is None or child.path in self._opened
            self.rows.append(FileRow(depth, child, None, is_open, within))
            if is_open:
                self.visit(child)
        files, twins = self._sorted_files(folder), self._twins
        if twins:
            self.rows.extend([FileRow(depth, None, file, False, within, file.id in twins) for file in files])
        else:
            self.rows.extend([FileRow(depth, None, file, False, within) for file in files])

    def _sorted_files(self, folder: Folder) -> list[OutputFile]:
        files = folder.by_name()
        if self._file_key is not None:
            return sorted(files, key=self._file_key, reverse=self._descending)
        return files[::-1] if self._descending else files


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else float("-inf")


def _size(size: int | None) -> int:
    return -1 if size is None else size


def _hash(file: OutputFile) -> str:
    return " ".join(f"{stated.algorithm} {stated.hex}" for stated in file.hashes)


_FILE_KEYS: dict[FileOrder, Callable[[OutputFile], float | str]] = {
    FileOrder.SIZE: lambda file: _size(file.size),
    FileOrder.MODIFIED: lambda file: _stamp(file.modified_at),
    FileOrder.KIND: lambda file: file.kind,
    FileOrder.HASH: _hash,
}
_FOLDER_KEYS: dict[FileOrder, Callable[[Folder], str | float]] = {
    FileOrder.NAME: lambda folder: natural_key(folder.name),
    FileOrder.SIZE: lambda folder: folder.size,
    FileOrder.MODIFIED: lambda folder: _stamp(folder.newest),
    FileOrder.KIND: lambda folder: natural_key(folder.name),
    FileOrder.HASH: lambda folder: natural_key(folder.name),
}


def _add_own_files(folder: Folder) -> None:
    folder.file_count += len(folder.files)
    for file in folder.files:
        if file.size is None:
            folder.unsized += 1
        else:
            folder.size += file.size
        if file.modified_at is not None:
            folder.newest = _later(folder.newest, file.modified_at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def listing_summary(listing: FileListing) -> str:
    """`66 files · 8.0 MB · finished run`."""
    known = [file.size for file in listing.files if file.size is not None]
    noun = "file" if len(listing.files) == 1 else "files"
    sizes = [size_text(sum(known), is_partial=len(known) < len(listing.files))] if known else []
    return " · ".join([f"{units.count(len(listing.files))} {noun}", *sizes, _WORLDS[listing.world]])


def size_text(size: int | None, *, is_partial: bool) -> str:
    """A size; `≥` says that it is the size of only those files whose size is known."""
    return f"≥ {units.size(size)}" if is_partial and size is not None else units.size(size)
