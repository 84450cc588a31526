"""How often a profile is asked."""

import msgspec

from runtui.model.errors import AuthenticationError, BackendError, RuntuiError, TemporaryError


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two polls of a profile.

    `moving` while runs are live, `still` when none is, `full` between two full listings, `refused` after an error
    that only a person can mend. An unfocused terminal multiplies by `unfocused`. After errors that pass by themselves
    the pause doubles from `moving` up to `longest`; what the service asks for with `Retry-After` is kept. A pause is
    no shorter than the poll before it took, and full listings are the rarer the more calls one takes: `full_per_call`
    seconds for each.
    """

    moving: float = 5.0
    still: float = 30.0
    full: float = 600.0
    full_per_call: float = 20.0
    refused: float = 300.0
    longest: float = 120.0
    unfocused: float = 4.0

    def after_success(self, *, live: bool, focused: bool, took: float = 0.0) -> float:
        """The pause after a listing that came, and took so many seconds."""
        pause = (self.moving if live else self.still) * (1.0 if focused else self.unfocused)
        return max(pause, min(took, self.longest))

    def until_full(self, calls: int) -> float:
        """The seconds until the next full listing, after one that took so many calls."""
        return max(self.full, self.full_per_call * calls)

    def after_error(self, error: RuntuiError, failures: int) -> float:
        """The pause after the `failures`th failure in a row."""
        if isinstance(error, TemporaryError):
            return max(error.retry_after or 0.0, min(self.longest, self.moving * 2.0 ** (failures - 1)))
        if isinstance(error, AuthenticationError) or not isinstance(error, BackendError):
            return self.refused
        return min(self.refused, self.longest * failures)
