"""Turning what httpx and HTTP say into the model's errors."""

import http

import httpx
import msgspec

from runtui.model.errors import (
    AuthenticationError,
    BackendError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    ServiceDownError,
    ServiceTimeoutError,
    UnsupportedError,
)
from runtui.transport.reply import Reply
from runtui.transport.retry import retry_after_seconds

_LONGEST_DETAIL = 300


def error_for_exception(error: httpx.HTTPError | httpx.InvalidURL, host: str) -> BackendError:
    """The model's error for one of httpx's. `host` is what a person knows the service by.

    Most specific first; whatever httpx may add later is a service that is down.
    """
    match error:
        case httpx.ConnectTimeout():
            return ServiceTimeoutError(
                f"{host} does not answer", hint="Is this machine online? It tries again by itself."
            )
        case httpx.TimeoutException():
            return ServiceTimeoutError(f"{host} took too long to answer", hint="It tries again by itself.")
        case httpx.ConnectError():
            return ServiceDownError(
                f"{host} cannot be reached: {_cause(error)}", hint="Check the address and the network."
            )
        case httpx.RemoteProtocolError():
            return ServiceDownError(f"{host} broke the answer off", hint="It tries again by itself.")
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return RejectedError(f"{host} is not an address one can ask", hint="Write url as https://host.")
        case httpx.DecodingError():
            return ServiceDownError(f"{host} sent an answer that cannot be unpacked")
        case _:
            return ServiceDownError(f"the connection to {host} failed: {_cause(error)}")


def _cause(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    for known, plain in (
        ("Name or service not known", "no such host name"),
        ("nodename nor servname", "no such host name"),
        ("Temporary failure in name resolution", "host names cannot be looked up"),
        ("Connection refused", "connection refused"),
        ("All connection attempts failed", "connection refused"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
        ("Network is unreachable", "the network is unreachable"),
    ):
        if known in text:
            return plain
    return text.partition("\n")[0][:_LONGEST_DETAIL]


def error_for_reply(reply: Reply, host: str) -> BackendError | None:
    """The model's error for an HTTP status, or None for a success. A backend may know better and go first."""
    if 200 <= reply.status < 300:
        return None
    detail = detail_of(reply)
    said = f": {detail}" if detail else ""
    code = reply.status
    phrase = _phrase(code)
    match code:
        case 401:
            return AuthenticationError(
                f"{host} does not accept the credentials{said}", hint="Log in again, or check the token.", code=code
            )
        case 403:
            return PermissionDeniedError(f"{host} does not allow this{said}", code=code)
        case 404 | 410:
            return NotFoundError(f"{host} does not know it{said}", code=code)
        case 429:
            return RateLimitedError(
                f"{host} asks for fewer requests{said}",
                code=code,
                retry_after=retry_after_seconds(reply.headers.get("retry-after"), reply.server_moment),
            )
        case 408 | 425:
            return ServiceTimeoutError(f"{host} answered {code} {phrase}{said}", code=code)
        case 501:
            return UnsupportedError(f"{host} cannot do this{said}", code=code)
        case _ if code >= 500:
            return ServiceDownError(
                f"{host} answered {code} {phrase}{said}",
                code=code,
                retry_after=retry_after_seconds(reply.headers.get("retry-after"), reply.server_moment),
            )
        case _ if code >= 400:
            return RejectedError(f"{host} refused it ({code} {phrase}){said}", code=code)
        case _:
            return ServiceDownError(f"{host} answered {code} {phrase}, which leads nowhere", code=code)


def _phrase(code: int) -> str:
    try:
        return http.HTTPStatus(code).phrase
    except ValueError:
        return "unknown code"


def detail_of(reply: Reply) -> str:
    """The sentence in an error's body, on one line and of bounded length; empty for a web page or none.

    Field names are those the services here use: `error.message`, `error`, `detail`, `message`, `title`.
    """
    if reply.is_html or not reply.body.strip():
        return ""
    try:
        body = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = reply.body.decode("utf-8", "replace") if reply.content_type == "text/plain" else ""
        return _shortened(text)
    return _shortened(_sentence(body))


def _sentence(body: object) -> str:
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(_sentence(item) for item in body)
    if not isinstance(body, dict):
        return ""
    for key in ("error", "detail", "message", "msg", "title"):
        if key in body and (sentence := _sentence(body[key])):
            return sentence
    return "; ".join(f"{key}: {_sentence(value)}" for key, value in body.items() if _sentence(value))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"
