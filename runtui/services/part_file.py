"""The bytes of a file while it is being fetched."""

import os
import threading
from contextlib import suppress
from typing import Final

import msgspec

from runtui.model.errors import StorageError
from runtui.services.part_journal import PartJournal, PartSource
from runtui.services.spans import Span, Spans
from runtui.services.target_folder import TargetFolder, storage_error

JOURNAL_FROM: Final = 1024 * 1024
"""A file that has fewer bytes is fetched anew rather than resumed by another process."""
NOTED_EVERY: Final = 256 * 1024
"""Bytes of one connection that a kill costs at most, of a file that is not huge."""
_MOST_LINES: Final = 65536


class PartFile:
    """`<name>.part` with its journal `<name>.part.journal`. Several threads write, each its own part.

    Blocking. Raises StorageError for whatever the disk refuses; what was written before counts.
    """

    def __init__(self, folder: TargetFolder, name: str, source: PartSource) -> None:
        self.name = f"{name}.part"
        self.source = source
        self.spans = Spans()
        self._folder = folder
        self._journal = PartJournal(folder, f"{self.name}.journal")
        self._fd = -1
        self._lock = threading.Lock()
        self._durable = 0
        self._is_finished = False

    def open(self, *, is_ours: bool) -> str:
        """Open it, with what an earlier try left there when that may be continued. Why it may not is the answer, for a
        person, and empty otherwise: then it begins anew.

        A file of that name that has no journal is somebody's own and stays as it is, unless `is_ours`: that raises.
        """
        self.spans = Spans()
        found = self._journal.load()
        try:
            self._fd = self._folder.open(self.name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            if found is None and not is_ours:
                raise StorageError(
                    f"{self._folder.path / self.name} is there, and not from a download",
                    hint="Bytes that are being fetched lie under that name: move it away.",
                ) from None
            self._fd = self._folder.open(self.name, os.O_RDWR | os.O_CREAT)
        if found is None:
            objection = ""
        else:
            before, spans = found
            objection = self.source.objection_to(before)
            if not objection:
                self.source = msgspec.structs.replace(
                    self.source, etag=before.etag, size=self.source.size if before.size is None else before.size
                )
                self._adopt(spans)
        if not self.spans.total:
            self._truncate()
        return objection

    def _adopt(self, spans: Spans) -> None:
        """Take over the spans that the file is long enough for, once they are on the disk."""
        length = os.fstat(self._fd).st_size
        for start, end in spans:
            self.spans.add(start, min(end, length))
        if self.spans.total:
            self._synced()
            self._journal.begin(self.source, self.spans)

    def describe(self, *, size: int | None, etag: str | None) -> None:
        """Note what the service says of the content."""
        with self._lock:
            changed = msgspec.structs.replace(self.source, size=size, etag=etag)
            if changed != self.source:
                self.source = changed
                if self._journal.is_begun:
                    self._synced()
                    self._journal.begin(self.source, self.spans)

    def write(self, position: int, view: memoryview) -> None:
        """Write some bytes at a position."""
        try:
            while view:
                written = os.pwrite(self._fd, view, position)
                view, position = view[written:], position + written
        except OSError as error:
            raise storage_error(self._folder.path / self.name, "cannot be written", error) from error

    def note(self, span: Span) -> None:
        """Note that a span was written."""
        with self._lock:
            self.spans.add(*span)
            if self._journal.is_begun:
                self._journal.note(span)
            elif max(self.spans.total, self.source.size or 0) >= JOURNAL_FROM:
                self._synced()
                self._journal.begin(self.source, self.spans)

    @property
    def noted_every(self) -> int:
        """How many bytes of one connection may be written before they have to be noted."""
        return max(NOTED_EVERY, (self.source.size or 0) // _MOST_LINES)

    def make_durable(self) -> None:
        """Have what was noted survive a power cut."""
        with self._lock:
            length, generation = self._journal.length, self._journal.generation
        if length == self._durable or not self._journal.is_begun:
            return
        self._synced()
        with self._lock:
            if generation == self._journal.generation:
                self._journal.note_durable(length)
                self._durable = self._journal.length

    @property
    def beginning(self) -> int:
        """How much is there from the very beginning on without a gap."""
        with self._lock:
            return self.spans.beginning

    @property
    def is_journaled(self) -> bool:
        """Whether notes go to the disk, which may take a while."""
        return self._journal.is_begun

    @property
    def is_complete(self) -> bool:
        """Whether the size is known and all of it is there."""
        return self.source.size is not None and not self.spans.missing(self.source.size)

    def read_into(self, position: int, view: memoryview) -> int:
        """Read some of it back."""
        try:
            return os.preadv(self._fd, [view], position)
        except OSError as error:
            raise storage_error(self._folder.path / self.name, "cannot be read", error) from error

    def start_over(self) -> None:
        """Forget all bytes."""
        with self._lock:
            self.spans = Spans()
            self._journal.remove()
            self._truncate()
            self.source = msgspec.structs.replace(self.source, etag=None, size=None)

    def finish(self) -> None:
        """Have all bytes on the disk, and close it."""
        self._truncate(self.spans.total)
        self._synced()
        self._is_finished = True
        self.close()

    def set_aside(self, name: str) -> None:
        """Give it another name, as it is."""
        self._is_finished = True
        self.close()
        self._folder.move(self.name, name)
        self._journal.remove()

    def close(self) -> None:
        """Keep it for another time; an empty one is of no use."""
        if self._fd < 0:
            return
        try:
            if not self._is_finished:
                self._leave()
        finally:
            self._journal.close()
            os.close(self._fd)
            self._fd = -1

    def _leave(self) -> None:
        with suppress(StorageError):
            if not self.spans.total:
                self._folder.remove(self.name)
                self._journal.remove()
            elif not self._journal.is_begun:
                self._synced()
                self._journal.begin(self.source, self.spans)

    def drop_journal(self) -> None:
        """The file has its final name: nothing is left to be continued."""
        self._journal.remove()

    def _truncate(self, length: int = 0) -> None:
        try:
            os.ftruncate(self._fd, length)
        except OSError as error:
            raise storage_error(self._folder.path / self.name, "cannot be written", error) from error

    def _synced(self) -> None:
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise storage_error(self._folder.path / self.name, "cannot be written", error) from error
