"""Reading files at http(s) and gs:// addresses, whole or from a position on."""

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec

from runtui.backends.carrot.wire import ObjectWire
from runtui.model.errors import BackendError, NotFoundError, PermissionDeniedError
from runtui.model.moment import parse_moment
from runtui.model.output_file import FileHash, OutputFile
from runtui.transport.client import Transport, segment
from runtui.transport.decoding import decode_object
from runtui.transport.http_date import parse_http_date
from runtui.transport.ranges import range_headers
from runtui.transport.streamed_file import StreamedFile

_RANGE_CODES = frozenset({416})


class RemoteFiles:
    """Files by their address. `own` are connections whose origins get their own headers; others get none.

    `connect` opens a connection to a foreign origin, without any authorization; `storage` is that of gs:// addresses.
    """

    def __init__(
        self, storage: Transport, own: Callable[[], tuple[Transport, ...]], connect: Callable[[str], Transport]
    ) -> None:
        self._storage = storage
        self._own = own
        self._connect = connect
        self._foreign: dict[str, Transport] = {}

    async def aclose(self) -> None:
        """Close every connection."""
        await self._storage.aclose()
        for transport in self._foreign.values():
            await transport.aclose()

    @asynccontextmanager
    async def open(
        self, location: str, *, start: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncIterator[StreamedFile]:
        """The bytes from `start` up to and without `end`. With `etag` the range is asked for only if it still holds."""
        transport, path, params = self._place(location)
        try:
            async with transport.stream(
                path,
                operation="read the file",
                params=params,
                headers=range_headers(start, end, etag),
                accept=_RANGE_CODES,
            ) as streamed:
                yield StreamedFile(streamed, start)
        except BackendError as error:
            raise _named(error, location) from error

    async def describe(self, location: str) -> tuple[int | None, tuple[FileHash, ...], str | None]:
        """Size, hashes and date of a file, as far as its storage says: one request. Raises BackendError."""
        if location.startswith("gs://"):
            return await self._describe_object(location)
        transport, path, _ = self._place(location)
        reply = await transport.request(
            "HEAD", path, operation="look at the file", headers={"Accept-Encoding": "identity"}
        )
        length = reply.headers.get("content-length", "")
        changed = parse_http_date(reply.headers.get("last-modified"))
        updated = None if changed is None else changed.isoformat()
        return (int(length) if length.isdigit() else None), (), updated

    async def _describe_object(self, location: str) -> tuple[int | None, tuple[FileHash, ...], str | None]:
        bucket, name = _object_of(location)
        path = f"storage/v1/b/{segment(bucket)}/o/{segment(name)}"
        reply = await self._storage.request("GET", path, operation="look at the file")
        known = decode_object(reply, ObjectWire).value
        size = int(known.size) if known.size and known.size.isdigit() else None
        return size, _hashes(known.md5_hash), known.updated

    def _place(self, location: str) -> tuple[Transport, str, Mapping[str, str]]:
        if location.startswith("gs://"):
            bucket, name = _object_of(location)
            return self._storage, f"storage/v1/b/{segment(bucket)}/o/{segment(name)}", {"alt": "media"}
        return self._transport_for(location), location, {}

    def _transport_for(self, location: str) -> Transport:
        parts = urlsplit(location)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        for transport in self._own():
            if transport.origin == origin:
                return transport
        if origin not in self._foreign:
            self._foreign[origin] = self._connect(origin)
        return self._foreign[origin]


def with_description(
    file: OutputFile, size: int | None, hashes: tuple[FileHash, ...], updated: str | None
) -> OutputFile:
    """An output file with what its storage says of it."""
    return msgspec.structs.replace(file, size=size, hashes=hashes, modified_at=parse_moment(updated))


def _object_of(location: str) -> tuple[str, str]:
    bucket, _, name = location.removeprefix("gs://").partition("/")
    if not bucket or not name:
        raise NotFoundError(f"{location} is no address of a stored file")
    return bucket, name


def _hashes(md5: str | None) -> tuple[FileHash, ...]:
    try:
        return (FileHash("md5", base64.b64decode(md5, validate=True).hex()),) if md5 else ()
    except (binascii.Error, ValueError):
        return ()


def _named(error: BackendError, location: str) -> BackendError:
    """The error with where the file lies, and with what one can do about it."""
    if error.code in (401, 403) and location.startswith("gs://"):
        return PermissionDeniedError(
            f"{location} may not be read: {error.message}",
            hint='Give gcs_token in the profile, for example { command = "gcloud auth print-access-token" }.',
            profile=error.profile,
            operation=error.operation,
            code=error.code,
        )
    if isinstance(error, NotFoundError):
        return NotFoundError(
            f"{location} is not there (yet): {error.message}",
            hint="Google's backends upload stdout and stderr when the call ends." if location.startswith("gs:") else "",
            profile=error.profile,
            operation=error.operation,
            code=error.code,
        )
    return error
