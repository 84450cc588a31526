"""What the session's thread tells the dashboard."""

from concurrent.futures import Future
from typing import TYPE_CHECKING

from textual.message import Message

from runtui.model.delta import Delta
from runtui.model.errors import RuntuiError
from runtui.model.reference import RunReference
from runtui.model.transfer import Transfer

if TYPE_CHECKING:
    from runtui.services.listed_series import SeriesChange


class DeltaArrived(Message):
    """The store changed. `taken` is to be completed once it was taken in: the next delta comes only then."""

    def __init__(self, delta: Delta, taken: "Future[None]") -> None:
        super().__init__()
        self.delta = delta
        self.taken = taken


class TransfersChanged(Message):
    """Some transfers are now so."""

    def __init__(self, transfers: tuple[Transfer, ...]) -> None:
        super().__init__()
        self.transfers = transfers


class WatchesChanged(Message):
    """The output files of these runs, and of no others, are fetched as they appear."""

    def __init__(self, references: frozenset[RunReference]) -> None:
        super().__init__()
        self.references = references


class WatchFailed(Message):
    """The output files of this run are not fetched any more, because of this."""

    def __init__(self, reference: RunReference, error: RuntuiError) -> None:
        super().__init__()
        self.reference = reference
        self.error = error


class SessionCrashed(Message):
    """A background task of the session met what nobody expected."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class SeriesFound(Message):
    """Something was found in the logs of listed runs, or remembered of their jobs."""

    def __init__(self, change: "SeriesChange") -> None:
        self.change = change
        super().__init__()
