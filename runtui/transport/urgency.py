"""Whether a request is made because a person asked for something, or because a list is kept up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_POLLING: Final = ContextVar("polling", default=False)


@contextmanager
def polling() -> Iterator[None]:
    """Requests made in this block, and in tasks it begins, are nobody's wish: they yield to those that are."""
    token = _POLLING.set(True)
    try:
        yield
    finally:
        _POLLING.reset(token)


def is_polling() -> bool:
    """Whether what is under way was not asked for by a person."""
    return _POLLING.get()
