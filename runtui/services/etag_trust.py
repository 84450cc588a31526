"""Whether what a service says about versions can be believed."""

from typing import Final

from runtui.model.log import LogWindow

_FIRST_DOUBT: Final = 3
_DOUBT_OF_PROVEN: Final = 60


class EtagTrust:
    """The ETag to ask with. A service that answers "unchanged" is asked without it now and then: often as long as its
    ETag was never seen to change, seldom afterwards. When that brings what the ETag denied, it is not used again."""

    def __init__(self, etag: str | None = None) -> None:
        self.etag = etag
        """What the last window carried."""
        self._is_proven = False
        self._is_wrong = False
        self._unchanged = 0
        self._doubt_after = _FIRST_DOUBT

    def to_send(self) -> str | None:
        """The ETag for the next request, or None to have the content in any case."""
        if self._is_wrong or self._unchanged >= (_DOUBT_OF_PROVEN if self._is_proven else self._doubt_after):
            return None
        return self.etag

    def note(self, sent: str | None, window: LogWindow, *, grew: bool) -> None:
        """Learn from an answer to a request that carried `sent`."""
        if window.unchanged:
            self._unchanged += 1 if sent is not None else 0
            return
        if grew and self.etag is not None and window.etag == self.etag:
            self._is_wrong = True
        elif grew and self.etag is not None and window.etag is not None:
            self._is_proven = True
        elif sent is None and self.etag is not None and not grew:
            self._doubt_after *= 2
        self._unchanged = 0
        self.etag = window.etag
