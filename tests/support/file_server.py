"""A server of one file on loopback that can misbehave in every way servers of files do."""

import gzip
import re
import socket
import ssl
import threading
import time
from contextlib import AbstractAsyncContextManager, suppress
from typing import Protocol

from runtui.backends.carrot.remote_files import RemoteFiles
from runtui.backends.protocol import ByteStream
from runtui.model.clock import Clock
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.transport.auth import TokenAuth
from runtui.transport.client import Transport

_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)
_IF_RANGE = re.compile(rb"\r\nif-range: *([^\r]+)", re.IGNORECASE)
_PIECE = 16 * 1024
_TODAY = b"Mon, 30 Nov 2026 02:00:00 GMT"


class Content(Protocol):
    """Bytes, or what gives those that are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


class FileServer:
    """Serves `content` to whatever path is asked for, and counts.

    `rate` is bytes per second and connection, None for no limit. The switches: `ranges` off answers 200 with all of
    it; `modified` is the date of the last change that it states, years before that of the answer;
    `ignores_if_range`; `status` answers nothing else, and `refusals` each
    the next request; `claims` is a Content-Length that is not so; `packed` sends
    gzip whatever was asked for, as many answers as `cut` has numbers cut short by that many bytes; `to` redirects;
    `breaks_after` breaks each connection off after so many bytes; once `served` is `stalls_at`, those that are being
    served get nothing more until they leave.
    """

    def __init__(self, content: Content, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.content = content
        self.etag: str | None = '"v1"'
        self.modified: str | None = None
        self.rate: float | None = None
        self.ranges = True
        self.ignores_if_range = False
        self.status: int | None = None
        self.refusals: list[int] = []
        self.claims: int | None = None
        self.packed = False
        self.cut: list[int] = []
        self.to = ""
        self.breaks_after: int | None = None
        self.stalls_at: int | None = None
        self.requests: list[bytes] = []
        self.served = 0
        self._counting = threading.Lock()
        self._socket = socket.create_server((host, 0))
        self._is_closed = False
        self.port: int = self._socket.getsockname()[1]
        self._tls = tls
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._is_closed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def starts(self) -> list[int]:
        """Where each request began."""
        return [int(match[1]) if (match := _RANGE.search(head)) else 0 for head in self.requests]

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, plain: socket.socket) -> None:
        with plain, suppress(OSError), self._secured(plain) as connection:
            while head := self._head(connection):
                self.requests.append(head)
                if not self._answer(connection, head):
                    return

    def _secured(self, connection: socket.socket) -> socket.socket:
        return connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)

    @staticmethod
    def _head(connection: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(65536)
            if not piece:
                return b""
            head += piece
        return head

    def _answer(self, connection: socket.socket, head: bytes) -> bool:
        """Answer one request; whether the connection goes on."""
        tag = b"" if self.etag is None else b"ETag: %s\r\n" % self.etag.encode()
        if self.modified is not None:
            tag += b"Last-Modified: %s\r\nDate: %s\r\n" % (self.modified.encode(), _TODAY)
        if self.to:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % self.to.encode())
            return True
        status = self.refusals.pop(0) if self.refusals else self.status
        if status is not None:
            connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
            return True
        start, end, code = self._part(head)
        size = len(self.content)
        if start > size or (code == 206 and start == size):
            connection.sendall(b"HTTP/1.1 416 No\r\nContent-Range: bytes */%d\r\nContent-Length: 0\r\n\r\n" % size)
            return True
        body = self.content[start:end]
        if self.packed:
            body = gzip.compress(body, 1)
            body, tag = body[: len(body) - (self.cut.pop(0) if self.cut else 0)], tag + b"Content-Encoding: gzip\r\n"
        length = len(body) if self.claims is None else self.claims
        extent = b"Content-Range: bytes %d-%d/%d\r\n" % (start, end - 1, size) if code == 206 else b""
        connection.sendall(b"HTTP/1.1 %d OK\r\n%b%bContent-Length: %d\r\n\r\n" % (code, tag, extent, length))
        return self._send(connection, body) and length == len(body)

    def _part(self, head: bytes) -> tuple[int, int, int]:
        asked, condition = _RANGE.search(head), _IF_RANGE.search(head)
        is_same = condition is None or self.ignores_if_range or condition[1].decode() in (self.etag, self.modified)
        if asked is None or not self.ranges or not is_same:
            return 0, len(self.content), 200
        last = min(int(asked[2]) + 1, len(self.content)) if asked[2] else len(self.content)
        return int(asked[1]), last, 206

    def _send(self, connection: socket.socket, body: bytes) -> bool:
        began, sent = time.monotonic(), 0
        whole = len(body) if self.breaks_after is None else min(len(body), self.breaks_after)
        view = memoryview(body)
        while sent < whole and not self._is_closed:
            if self.stalls_at is not None and self.served >= self.stalls_at:
                connection.recv(1)  # nothing comes but the end
                return False
            piece = view[sent : min(whole, sent + _PIECE)]
            connection.sendall(piece)
            sent += len(piece)
            with self._counting:
                self.served += len(piece)
            if self.rate is not None:
                time.sleep(max(0.0, sent / self.rate - (time.monotonic() - began)))
        return sent == len(body)


class ServedFiles:
    """What reads the files of a FileServer, with a token that may go nowhere else."""

    def __init__(self, url: str, auth: TokenAuth | None = None, clock: Clock | None = None) -> None:
        self._clock = clock
        self._transport = Transport("hpc", url, auth=auth, clock=clock)
        self._files = RemoteFiles(self._transport, lambda: (self._transport,), self._connect)

    def open_file(
        self, run: Run, file: OutputFile, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AbstractAsyncContextManager[ByteStream]:
        """The bytes of a file."""
        address = f"{self._transport.base_url}/{file.id}"
        return self._files.open(address, start=start, end=end, etag=etag)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._files.aclose()

    def _connect(self, origin: str) -> Transport:
        return Transport("hpc", origin, clock=self._clock)
