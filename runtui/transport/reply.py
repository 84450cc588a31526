"""What a service answered."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import msgspec


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
        """The service's own clock when it answered (its `Date`), else ours: what ages are counted from."""
        try:
            return parsedate_to_datetime(self.headers.get("date", ""))
        except (TypeError, ValueError):
            return self.received_at

    @property
    def is_html(self) -> bool:
        """Whether it is a web page: a proxy's error, a log-in page, a wrong address."""
        return self.content_type == "text/html" or self.body[:200].lstrip()[:1] == b"<"
