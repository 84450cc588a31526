"""Reading the body of an answer: whole, its beginning, or piece by piece."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from runtui.model.errors import BackendError, PayloadError, ServiceTimeoutError
from runtui.transport.errors import error_for_exception

_BEGINNING = 64 * 1024


async def read_whole(response: httpx.Response, host: str, *, largest: int, seconds: float) -> bytes:
    """All of the body, unpacked. Raises PayloadError when it has more than `largest` bytes, TemporaryError when it
    breaks off or is not complete after `seconds`."""
    failure: BackendError
    try:
        async with asyncio.timeout(seconds):
            return b"".join([piece async for piece in _bounded(response, host, largest)])
    except TimeoutError:
        failure = ServiceTimeoutError(f"{host} took too long to answer", hint="The dashboard tries again by itself.")
    except httpx.HTTPError as error:
        failure = error_for_exception(error, host)
    raise failure


async def read_beginning(response: httpx.Response, *, seconds: float) -> bytes:
    """The first 64 KiB at most, and what came of it when it breaks off: enough for the sentence in an error."""
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size >= _BEGINNING:
                    break
    except (TimeoutError, httpx.HTTPError):
        pass  # the answer's code is known already and says more than how its body ended
    return b"".join(pieces)[:_BEGINNING]


async def read_pieces(response: httpx.Response, host: str, *, plain: bool) -> AsyncGenerator[bytes, None]:
    """The body as it arrives; `plain` leaves it as it was sent. Raises TemporaryError when it breaks off."""
    is_read = response.is_stream_consumed
    try:
        async for piece in response.aiter_raw() if plain and not is_read else response.aiter_bytes():
            yield piece
    except httpx.HTTPError as error:
        failure = error_for_exception(error, host)
    else:
        return
    raise failure


async def _bounded(response: httpx.Response, host: str, largest: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > largest:
            raise PayloadError(f"{host} sent more than {largest} bytes for one answer")
        yield piece
