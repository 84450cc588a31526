"""When a request is sent again, and how long we wait before."""

import random
import re
from collections.abc import Callable
from datetime import datetime

import msgspec

from runtui.model.errors import BackendError, ServiceTimeoutError, TemporaryError
from runtui.transport.http_date import parse_http_date

SAFE_METHODS = frozenset({"GET", "HEAD"})

_SECONDS = re.compile(r"\d+(\.\d*)?", re.ASCII)
_LONGEST_RETRY_AFTER = 24 * 3600.0


class RetryPolicy(msgspec.Struct, frozen=True):
    """Safe requests are tried `attempts` times in all, with a growing, jittered pause of seconds between.

    A service that is silent has cost one wait already, so it is asked only `attempts_in_silence` times. A `Retry-After`
    longer than `longest_wait` is not waited for here: the error carries it up to whoever polls.
    """

    attempts: int = 3
    attempts_in_silence: int = 2
    first_pause: float = 0.4
    longest_wait: float = 5.0

    def pause_before(
        self, attempt: int, error: BackendError, *, method: str, jitter: Callable[[], float] = random.random
    ) -> float | None:
        """Seconds to wait before the next try after `attempt` (1 is the first) failed, or None to give up."""
        is_silence = isinstance(error, ServiceTimeoutError) and error.code is None
        most = min(self.attempts, self.attempts_in_silence) if is_silence else self.attempts
        if method not in SAFE_METHODS or not isinstance(error, TemporaryError) or attempt >= most:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.longest_wait else None
        return min(self.longest_wait, self.first_pause * 2.0 ** (attempt - 1)) * (0.5 + jitter())


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """What a `Retry-After` header asks for, in seconds from `now` (aware): a number, or an HTTP date.

    Never negative and never more than a day; None when it cannot be read.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(_LONGEST_RETRY_AFTER, float(text))
    moment = parse_http_date(text)
    if moment is None:
        return None
    return min(_LONGEST_RETRY_AFTER, max(0.0, (moment - now).total_seconds()))
