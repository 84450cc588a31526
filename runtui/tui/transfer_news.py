"""How often a screen hears of transfers, however fast they change."""

from collections.abc import Callable, Sequence
from typing import Final

from runtui.model.transfer import Transfer

SHOWN_EVERY: Final = 0.25
"""Seconds between two times that transfers are drawn."""


class TransferNews:
    """Passes on what changed, at once when nothing was passed on lately, else together with what comes until then.

    `show` is given the newest value of each transfer; `later` calls something after so many seconds.
    """

    def __init__(
        self, show: Callable[[Sequence[Transfer]], None], later: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._show = show
        self._later = later
        self._changed: dict[int, Transfer] = {}
        self._waits = False

    def take(self, transfers: Sequence[Transfer]) -> None:
        """These changed."""
        self._changed.update((transfer.id, transfer) for transfer in transfers)
        if not self._waits:
            self._pass_on()

    def _pass_on(self) -> None:
        self._waits = bool(self._changed)
        if self._changed:
            changed = tuple(self._changed.values())
            self._changed.clear()
            self._show(changed)
            self._later(SHOWN_EVERY, self._pass_on)
