"""Queues of downloads on the disk, so that they outlive whoever fetches them."""

import os
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from runtui.config.paths import made_folder
from runtui.model.errors import StorageError
from runtui.model.run import Run
from runtui.model.transfer import Transfer
from runtui.services.file_lock import FileLock, HeldError
from runtui.services.target_folder import TargetFolder
from runtui.services.transfer_entry import TransferEntry
from runtui.services.transfer_orders import QueueOrder

_VERSION: Final = 1
_QUEUE: Final = ".queue"
_HANDED: Final = ".handed"
_LOCK: Final = ".lock"
_ORDERS: Final = ".orders"


class _KeptEntry(msgspec.Struct, frozen=True, kw_only=True):
    transfer: Transfer
    run: int
    root: Path


class KeptQueue(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a queue holds. Each run stands in it once, however many of its files are wanted."""

    version: int = _VERSION
    host: str = ""
    runs: tuple[Run, ...] = ()
    kept: tuple[_KeptEntry, ...] = ()

    @property
    def entries(self) -> tuple[TransferEntry, ...]:
        """The entries of the queue."""
        return tuple(
            TransferEntry(transfer=one.transfer, run=self.runs[one.run], root=one.root)
            for one in self.kept
            if one.run < len(self.runs)
        )


def _kept(entries: Sequence[TransferEntry]) -> KeptQueue:
    runs = {entry.run.reference: entry.run for entry in entries}
    numbers = {reference: number for number, reference in enumerate(runs)}
    return KeptQueue(
        host=socket.gethostname(),
        runs=tuple(runs.values()),
        kept=tuple(
            _KeptEntry(transfer=entry.transfer, run=numbers[entry.run.reference], root=entry.root) for entry in entries
        ),
    )


def _plain(value: object) -> str:
    """A path as text that also one whose bytes are no UTF-8 survives."""
    if isinstance(value, Path):
        return os.fsencode(value).decode("latin-1")
    raise TypeError(type(value).__name__)


def _path(kind: type, value: object) -> Path:
    if issubclass(kind, Path) and isinstance(value, str):
        return Path(os.fsdecode(value.encode("latin-1")))
    raise TypeError(kind.__name__)


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)
_DECODER: Final = msgspec.json.Decoder(KeptQueue, dec_hook=_path)


class QueueFile:
    """One queue: `<name>.queue`, held by the process that fetches it (`<name>.lock`). Blocking. One that a process
    without a terminal shall carry on is `<name>.handed`.

    The file is replaced whole and at once, so that a reader or a kill at any moment finds the old one or the new one.
    Nothing in it is secret: what gives access to a service comes from the configuration each time.
    """

    def __init__(self, folder: Path, name: str, ending: str = _QUEUE) -> None:
        self.name = name
        self._folder = folder
        self._path = folder / f"{name}{ending}"
        self._orders = folder / f"{name}{_ORDERS}"
        self._target: TargetFolder | None = None
        self._lock: FileLock | None = None

    def hold(self) -> bool:
        """Be the one who fetches it, and show to others that one still is; False while another process is."""
        if self._lock is not None:
            self._lock.show_life()
            return True
        made_folder(self._folder)
        target = TargetFolder(self._folder, Path())
        lock = FileLock(target, f"{self.name}{_LOCK}")
        try:
            lock.take()
        except HeldError:
            target.close()
            return False
        self._target, self._lock = target, lock
        return True

    def let_go(self) -> None:
        """Let another process fetch it."""
        if self._lock is not None and self._target is not None:
            self._lock.release()
            self._target.close()
            self._lock = self._target = None

    def holder(self) -> str:
        """Who fetches it just now, for a person; empty when nobody does."""
        if not self._path.exists() and not (self._folder / f"{self.name}{_LOCK}").exists():
            return ""
        with TargetFolder(self._folder, Path()) as target:
            return FileLock(target, f"{self.name}{_LOCK}").holder()

    def save(self, entries: Sequence[TransferEntry]) -> None:
        """Write it. Raises StorageError."""
        kept = _kept(entries)
        made_folder(self._folder)
        fresh = self._path.with_name(f".{self.name}.{secrets.token_hex(4)}.new")
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_ENCODER.encode(kept))
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self._path)
        except OSError as error:
            raise StorageError(f"the queue of downloads cannot be kept in {self._folder}: {error.strerror}") from error
        finally:
            fresh.unlink(missing_ok=True)

    def hand_over(self) -> None:
        """Have it carried on by the process without a terminal, once nobody holds it. Raises StorageError."""
        try:
            os.replace(self._path, self._path.with_suffix(_HANDED))
        except OSError as error:
            raise StorageError(f"the queue of downloads cannot be handed over: {error.strerror}") from error

    def load(self) -> KeptQueue | None:
        """What is kept, or None when there is nothing that can be read."""
        with suppress(OSError, msgspec.DecodeError, ValueError):
            kept = _DECODER.decode(self._path.read_bytes())
            return kept if kept.version == _VERSION else None
        return None

    def remove(self) -> None:
        """Forget it."""
        self._path.unlink(missing_ok=True)
        for order in self._order_files():
            order.unlink(missing_ok=True)
        with suppress(OSError):
            self._orders.rmdir()

    def changed_at(self) -> int:
        """A number that is another one after each change; 0 when there is no file."""
        with suppress(OSError):
            found = self._path.stat()
            return found.st_mtime_ns ^ found.st_ino
        return 0

    def give_order(self, order: QueueOrder) -> None:
        """Leave an order for whoever fetches it. Raises StorageError."""
        try:
            made_folder(self._orders)
            number = max((int(path.stem) for path in self._order_files()), default=0) + 1
            fresh = self._orders / f".{secrets.token_hex(4)}"
            fresh.write_bytes(msgspec.json.encode(order))
            while True:
                try:
                    os.link(fresh, self._orders / f"{number:08d}.order")
                    break
                except FileExistsError:
                    number += 1
            fresh.unlink()
        except OSError as error:
            raise StorageError(f"the order cannot be left in {self._orders}: {error.strerror}") from error

    def take_orders(self) -> list[QueueOrder]:
        """The orders that were left, in their order; each is given once."""
        orders = []
        for path in self._order_files():
            with suppress(OSError, msgspec.DecodeError, ValueError):
                orders.append(msgspec.json.decode(path.read_bytes(), type=QueueOrder))
            path.unlink(missing_ok=True)
        return orders

    def _order_files(self) -> list[Path]:
        return sorted(self._orders.glob("[0-9]*.order"))


class QueueFolder:
    """The queues of this person on all machines that share the folder. Only those of this machine are looked at: the
    files of another one may go to disks that are not here."""

    def __init__(self, data_folder: Path) -> None:
        self.path = data_folder / "transfers"

    def new(self) -> QueueFile:
        """A queue for this process."""
        return QueueFile(self.path, f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}")

    def carried(self) -> QueueFile:
        """The queue of the process without a terminal, of which this machine has at most one."""
        return QueueFile(self.path, f"{socket.gethostname()}-carried")

    def left(self, *, handed_over: bool) -> list[QueueFile]:
        """The queues nobody fetches: those that were handed over, or those whose process is gone, oldest first."""
        here = socket.gethostname()
        found = []
        ending = _HANDED if handed_over else _QUEUE
        for path in sorted(self.path.glob(f"*{ending}"), key=_age):
            queue = QueueFile(self.path, path.name.removesuffix(ending), ending)
            if not queue.holder() and (kept := queue.load()) is not None and kept.host == here:
                found.append(queue)
        return found


def _age(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0
