"""The budgets of requests that all of a user's processes share, one an account."""

from contextlib import suppress
from pathlib import Path

from runtui.config.paths import made_folder
from runtui.config.profile import Profile
from runtui.model.clock import Clock
from runtui.model.errors import StorageError
from runtui.services.account import account_mark
from runtui.transport.ledger import FileLedger
from runtui.transport.limits import RateBudget


class Budgets:
    """Budgets whose books lie in a folder. Where it cannot be made, each process counts for itself."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder / "budgets"
        self._clock = clock

    def of(self, profile: Profile) -> RateBudget:
        """The budget of the account behind a profile."""
        with suppress(StorageError):
            made_folder(self._folder)
        return RateBudget(self._clock, ledger=FileLedger(self._folder / account_mark(profile), self._clock))
