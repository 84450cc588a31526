"""What a service answered."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from runtui.transport.http_date import parse_http_date


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A complete answer. Header names are lower case; `url` is where it came from after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    received_at: datetime
    profile: str = ""
    operation: str = ""

    @property
    def content_type(self) -> str:
        """The media type, lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def server_moment(self) -> datetime:
        """The service's own clock when it answered (its `Date`), else ours, aware UTC: what ages are counted from."""
        return parse_http_date(self.headers.get("date")) or self.received_at

    @property
    def is_html(self) -> bool:
        """Whether it is a web page: a proxy's error, a log-in page, a wrong address."""
        return self.content_type == "text/html" or self.body[:200].lstrip()[:1] == b"<"
