"""Turning what httpx and HTTP say into the model's errors."""

import http
from collections.abc import Iterator

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
from runtui.model.secret_names import is_secret_name
from runtui.transport.redaction import redact
from runtui.transport.reply import Reply
from runtui.transport.retry import retry_after_seconds

_LONGEST_DETAIL = 300
_DEEPEST_SENTENCE = 8
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_TRUST = "Where a site signs its own certificates, SSL_CERT_FILE names the file of its authority."


def error_for_exception(error: httpx.HTTPError | httpx.InvalidURL, host: str) -> BackendError:
    """The model's error for one of httpx's. `host` is what a person knows the service by.

    Most specific first; whatever httpx may add later is a service that is down. What httpx raised is named in a note
    and not kept as the cause: it holds the request with its token.
    """
    mapped = _mapped(error, host)
    mapped.add_note(f"httpx.{type(error).__name__}")
    return mapped


def _mapped(error: httpx.HTTPError | httpx.InvalidURL, host: str) -> BackendError:
    match error:
        case httpx.ConnectTimeout():
            return ServiceTimeoutError(
                f"{host} does not answer", hint="Is this machine online? The dashboard tries again by itself."
            )
        case httpx.PoolTimeout():
            return ServiceTimeoutError(
                f"all connections to {host} are busy", hint="The dashboard tries again by itself."
            )
        case httpx.TimeoutException():
            return ServiceTimeoutError(f"{host} took too long to answer", hint="The dashboard tries again by itself.")
        case httpx.ConnectError():
            hint = _TRUST if _UNTRUSTED in str(error) else "Check the address and the network."
            return ServiceDownError(f"{host} cannot be reached: {_cause(error)}", hint=hint)
        case httpx.ProxyError():
            return ServiceDownError(
                f"the proxy does not lead to {host}: {_cause(error)}", hint="Check HTTPS_PROXY and NO_PROXY."
            )
        case httpx.RemoteProtocolError():
            return ServiceDownError(f"{host} broke the answer off", hint="The dashboard tries again by itself.")
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return RejectedError(f"{host} is not an address one can ask", hint="Write url as https://host.")
        case httpx.LocalProtocolError():
            return RejectedError(f"what {host} was to be asked cannot be sent")
        case httpx.TooManyRedirects():
            return RejectedError(f"{host} sends us in circles")
        case httpx.DecodingError():
            return ServiceDownError(f"{host} sent an answer that cannot be unpacked")
        case _:
            return ServiceDownError(f"the connection to {host} failed: {_cause(error)}")


def _cause(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    for known, plain in (
        ("Name or service not known", "no such host name"),
        ("No address associated", "no such host name"),
        ("nodename nor servname", "no such host name"),
        ("Temporary failure in name resolution", "host names cannot be looked up"),
        ("Connection refused", "connection refused"),
        ("All connection attempts failed", "connection refused"),
        ("certificate has expired", "its certificate has expired"),
        ("certificate is not valid for", "its certificate is that of another name"),
        (_UNTRUSTED, "its certificate is not trusted"),
        ("Network is unreachable", "the network is unreachable"),
    ):
        if known in text:
            return plain
    return text.partition("\n")[0][:_LONGEST_DETAIL]


def error_for_reply(reply: Reply, host: str, operation: str = "") -> BackendError | None:
    """The model's error for an HTTP status, or None for a success. A backend may know better and go first.

    `operation` stands for what is not known where the service does not say.
    """
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
            return NotFoundError(f"{host} does not know it{said if _tells(detail) else _asked(operation)}", code=code)
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
            return _error_for_redirect(reply, host, f"{host} answered {code} {phrase}")


def _tells(detail: str) -> bool:
    return detail.rstrip(".").lower() not in ("", "not found")


def _asked(operation: str) -> str:
    return f" ({operation})" if operation else ""


def _error_for_redirect(reply: Reply, host: str, what: str) -> BackendError:
    place = redact(reply.headers.get("location", ""))
    hint = f"It points to {place[:_LONGEST_DETAIL]}: is the url of the profile right?" if place else ""
    return RejectedError(f"{what}, which leads nowhere", hint=hint, code=reply.status)


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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = reply.body.decode("utf-8", "replace") if reply.content_type == "text/plain" else ""
        return _shortened(text)
    return _shortened(_sentence(body, _DEEPEST_SENTENCE))


def _sentence(body: object, depth: int) -> str:
    if isinstance(body, str):
        return body
    if depth == 0:
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, (_sentence(item, depth - 1) for item in body)))
    if not isinstance(body, dict):
        return ""
    for key in ("error", "detail", "message", "msg", "title"):
        if sentence := _sentence(body.get(key), depth - 1):
            return _with_place(sentence, body.get("loc"))
    return "; ".join(_field_sentences(body, depth))


def _with_place(sentence: str, place: object) -> str:
    """The sentence after the field it is about, where its `loc` (FastAPI) ends with the name of one it does not say."""
    name = place[-1] if isinstance(place, list) and len(place) > 1 else None
    return f"{name}: {sentence}" if isinstance(name, str) and name and name not in sentence else sentence


def _field_sentences(body: dict[str, object], depth: int) -> Iterator[str]:
    for key, value in body.items():
        sentence = "***" if isinstance(value, str) and is_secret_name(key) else _sentence(value, depth - 1)
        if sentence:
            yield f"{key}: {sentence}"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"
