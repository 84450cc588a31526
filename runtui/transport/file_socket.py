"""One blocking HTTP connection that reads bodies into memory given to it."""

import http.client
import select
import socket
import ssl
from contextlib import suppress
from typing import cast

import httpx

from runtui.transport.addresses import Origin


class FileAnswer(http.client.HTTPResponse):
    """An answer whose body is read into memory the caller gives."""

    def read_some_into(self, view: memoryview) -> int:
        """Receive what there is, at least a byte, and say how many; 0 at the end. Raises IncompleteRead when the
        connection ends before the length that was promised."""
        if self.isclosed():
            return 0
        if self.chunked:
            piece = self.read1(len(view))
            view[: len(piece)] = piece
            return len(piece)
        if self.length is None:
            return self.fp.readinto1(view)
        if self.length == 0:
            return 0
        count = self.fp.readinto1(view[: self.length])
        if count == 0:
            raise http.client.IncompleteRead(b"", self.length)
        self.length -= count
        return count

    @property
    def is_read(self) -> bool:
        """Whether all of the body was read, and its end is known."""
        return self.isclosed() or (self.length == 0 and not self.chunked)

    def finish(self) -> None:
        """Let go of the socket."""
        if not self.isclosed():
            self._close_conn()  # type: ignore[attr-defined]


class FileSocket:
    """A socket to one place, over which one request after another is asked."""

    def __init__(self, place: Origin, trust: ssl.SSLContext | None) -> None:
        self.place = place
        self.was_closed_before_it_answered = False
        self._answer: FileAnswer | None = None
        self._is_broken_off = False
        scheme, host, port = place
        if scheme == "https":
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, context=trust or _trusting()
            )
        else:
            self._connection = http.client.HTTPConnection(host, port)
        self._connection.response_class = FileAnswer

    def ask(self, request: httpx.Request, body: bytes) -> FileAnswer:
        """Send a request and read the head of its answer. Raises httpx's errors."""
        waits = request.extensions.get("timeout", {})
        self._answer = None
        if self._connection.sock is None:
            self._connect(request, waits.get("connect"))
        if self._is_broken_off:  # before there was a socket
            raise httpx.ReadError("it was closed here", request=request)
        self._connection.sock.settimeout(waits.get("read"))
        try:
            self._send(request, body)
            self._answer = cast(FileAnswer, self._connection.getresponse())
        except (http.client.HTTPException, OSError, ValueError) as error:
            closed = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)
            self.was_closed_before_it_answered = isinstance(error, closed)
            raise _read_error(error, request) from None
        return self._answer

    def read_into(self, answer: FileAnswer, view: memoryview, request: httpx.Request) -> int:
        """Receive some of the body; 0 at its end. Raises httpx's errors."""
        try:
            return answer.read_some_into(view)
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise _read_error(error, request) from None

    @property
    def is_reusable(self) -> bool:
        """Whether another request may be sent: the last answer was read to its end and the other side keeps on."""
        return (
            self._answer is not None
            and not self._is_broken_off
            and self._answer.is_read
            and not self._answer.will_close
            and self._connection.sock is not None
        )

    def is_quiet(self) -> bool:
        """Whether nothing has come since the last answer: neither bytes too many nor the end of the connection."""
        sock = self._connection.sock
        if sock is None:
            return False
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return not poll.poll(0)

    def break_off(self) -> None:
        """Make whoever reads from it in another thread stop at once."""
        self._is_broken_off = True
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):
                # not the method of an ssl socket: that would let the reader take what is still encrypted for bytes
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it."""
        if self._answer is not None:
            self._answer.finish()
        self._connection.close()

    def _connect(self, request: httpx.Request, seconds: float | None) -> None:
        self._connection.timeout = seconds
        try:
            self._connection.connect()
        except TimeoutError:
            raise httpx.ConnectTimeout("timed out", request=request) from None
        except (OSError, ValueError) as error:
            raise httpx.ConnectError(str(error), request=request) from None

    def _send(self, request: httpx.Request, body: bytes) -> None:
        path = request.url.raw_path.decode("ascii")
        self._connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.multi_items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body or None)


def _read_error(error: Exception, request: httpx.Request) -> httpx.TransportError:
    match error:
        case TimeoutError():
            return httpx.ReadTimeout("timed out", request=request)
        case http.client.InvalidURL() | http.client.CannotSendRequest():
            return httpx.LocalProtocolError("the request cannot be sent", request=request)
        case http.client.HTTPException() | ValueError():
            return httpx.RemoteProtocolError(type(error).__name__, request=request)
        case _:
            return httpx.ReadError(str(error), request=request)


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
