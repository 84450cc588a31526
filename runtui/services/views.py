"""Saved views of the run list, and what it showed last, in files of the data folder."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from runtui.config.paths import made_folder
from runtui.model.errors import ConfigError, StorageError
from runtui.model.list_view import ListView
from runtui.model.near import near_matches
from runtui.services.own_files import replace_file

_VERSION: Final = 1
_LONGEST_WAIT: Final = 2.0
_BETWEEN_TRIES: Final = 0.02

KeptT = TypeVar("KeptT", bound="_Kept")


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    version: int = _VERSION


class _SavedViews(_Kept, frozen=True, kw_only=True):
    views: tuple[ListView, ...] = ()


class LastList(_Kept, frozen=True, kw_only=True):
    """What the list showed when it was last seen: a view, the row of the cursor, and whether the preview was open."""

    view: ListView = ListView()
    row: str = ""
    """The reference of the run under the cursor; empty when there was none."""
    has_preview: bool = True

    @property
    def begins_with_newest(self) -> bool:
        """Whether the newest runs, all of them, are at its top."""
        return self.view == ListView(name=self.view.name, columns=self.view.columns)


class Views:
    """Views by name, in the order in which they were first saved, and the last list.

    Files are replaced whole, so that two processes and a kill at any moment leave one that can be read; a view that
    another process saved meanwhile stays. A file that cannot be read is told of in `problem` and never written over:
    the next save puts it aside, under its name with `.unreadable` behind it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "views.json"
        self._last_path = folder / "last-list.json"
        self.problem = ""
        """What is wrong with the file of views, in a sentence; empty when nothing is."""

    def load(self) -> tuple[ListView, ...]:
        """The saved views as they are now; none when the file cannot be read, which `problem` tells then."""
        kept = self._read(self.path, _SavedViews)
        return kept.views if kept is not None else ()

    def find(self, name: str) -> ListView:
        """The view of that name. Raises ConfigError when there is none, StorageError when the file cannot be read."""
        views = {view.name: view for view in self.load()}
        if self.problem:
            raise StorageError(self.problem, hint="Mend or remove it.")
        if name not in views:
            hint = near_matches(name, views) if views else "V in the dashboard shows and saves views."
            raise ConfigError(f"there is no view {name!r}", hint=hint)
        return views[name]

    def save(self, view: ListView) -> tuple[ListView, ...]:
        """Save a view under its name, in the place of one of the same name; gives all. Raises StorageError."""

        def with_view(views: dict[str, ListView]) -> None:
            views[view.name] = view

        return self._change(with_view)

    def remove(self, name: str) -> tuple[ListView, ...]:
        """Forget the view of a name; gives all that are left. Raises StorageError."""

        def without(views: dict[str, ListView]) -> None:
            views.pop(name, None)

        return self._change(without)

    def _change(self, change: Callable[[dict[str, ListView]], None]) -> tuple[ListView, ...]:
        made_folder(self._folder)
        with self._alone():
            views = {view.name: view for view in self.load()}
            change(views)
            self._put_aside()
            kept = tuple(views.values())
            replace_file(self.path, _written(_SavedViews(views=kept)))
            self.problem = ""
            return kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process change the file meanwhile; where a file system knows no locks, hope."""
        with open(self._folder / "views.lock", "ab") as lock:
            end = time.monotonic() + _LONGEST_WAIT
            while not _locked(lock.fileno()):
                if time.monotonic() > end:
                    raise StorageError(f"another runtui is changing {self.path}", hint="Try again in a moment.")
                time.sleep(_BETWEEN_TRIES)
            yield

    def _put_aside(self) -> None:
        if self.problem:
            try:
                self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            except OSError as error:
                raise StorageError(f"{self.path} cannot be put aside: {error.strerror}") from error

    def load_last(self) -> LastList | None:
        """What was shown last; None when nothing is known of it, or nothing that can be read."""
        problem = self.problem
        last = self._read(self._last_path, LastList)
        self.problem = problem
        return last

    def save_last(self, last: LastList) -> None:
        """Keep what is shown now for the next start. Raises StorageError."""
        made_folder(self._folder)
        replace_file(self._last_path, _written(last))

    def _read(self, path: Path, kind: type[KeptT]) -> KeptT | None:
        self.problem = ""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.problem = f"{path} cannot be read: {error.strerror}"
            return None
        try:
            version = msgspec.json.decode(content, type=_Kept).version
            if version != _VERSION:
                self.problem = f"{path} is of version {version}, and this runtui reads version {_VERSION}"
                return None
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, ValueError) as error:
            self.problem = f"{path} holds no views that can be read: {error}"
            return None


def keep_quietly(views: Views, last: LastList) -> None:
    """Keep the last list where that can be done: not being able to is no reason to disturb anybody."""
    with suppress(StorageError):
        views.save_last(last)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _written(kept: _Kept) -> bytes:
    return msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n"
