"""What a person or a script is told of downloads while they run."""

import sys
from collections import Counter
from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.json_shapes import transfer_shape
from runtui.cli.json_text import write_json
from runtui.model.clock import Clock
from runtui.model.transfer import Transfer, TransferState
from runtui.render import units
from runtui.render.sanitise import one_line
from runtui.render.widths import truncate, truncate_middle

_REDRAWN_EVERY = 0.2
_CLEARED = "\r\x1b[K"


class TransferReport:
    """Prints the path of each file that is there, or every change as JSON; beside paths also what is worth saying of a
    transfer, once, and on a terminal a line of progress and at the end what came.

    Transfers that fail are told by whoever waits for them.
    """

    def __init__(self, clock: Clock, *, as_lines: bool) -> None:
        self._clock = clock
        self._as_lines = as_lines
        self._draws = output.talks_to_terminal()
        self._drawn_at = float("-inf")
        self._transfers: dict[int, Transfer] = {}
        self._began = clock.monotonic()
        self._is_over = False

    def note(self, transfers: Sequence[Transfer]) -> None:
        """Take changes of transfers."""
        if not self._is_over:
            for transfer in transfers:
                self._note(transfer)
            self._draw()

    def _note(self, transfer: Transfer) -> None:
        before = self._transfers.get(transfer.id)
        self._transfers[transfer.id] = transfer
        if self._as_lines:
            write_json(transfer_shape(transfer))
            output.flush()
            return
        if transfer.note and (before is None or before.note != transfer.note):
            self.clear()
            output.say(f"{one_line(transfer.file.path)}: {one_line(transfer.note)}")
        if transfer.state in (TransferState.DONE, TransferState.SKIPPED):
            self.clear()
            output.write_line(one_line(str(transfer.target.absolute()), limit=100_000))
            output.flush()

    def clear(self) -> None:
        """Take the line of progress away, before something else is written."""
        if self._draws and self._drawn_at > float("-inf"):
            sys.stderr.write(_CLEARED)
            sys.stderr.flush()

    def sum_up(self) -> None:
        """Say on a terminal what came and what of it was compared with the service's word."""
        self.clear()
        done = [transfer for transfer in self._transfers.values() if transfer.state is TransferState.DONE]
        skipped = sum(transfer.state is TransferState.SKIPPED for transfer in self._transfers.values())
        if self._as_lines or not self._draws or not (done or skipped):
            return
        parts = []
        if done:
            came = units.size(sum(transfer.received for transfer in done))
            seconds = self._clock.monotonic() - self._began
            taken = f"{seconds:.1f} s" if seconds < 60 else units.duration(seconds)
            parts += [f"{units.counted(len(done), 'file')}, {came} in {taken}", *_verified(done)]
        if skipped:
            parts.append(f"{units.count(skipped)} {'was' if skipped == 1 else 'were'} here already")
        output.say("; ".join(parts))

    def break_off(self) -> None:
        """Report no more: it was interrupted. On a terminal, say what becomes of what is unfinished."""
        self.clear()
        self._is_over = True
        left = sum(not transfer.state.is_over for transfer in self._transfers.values())
        if left and self._draws and not self._as_lines:
            output.say(f"{units.counted(left, 'file')} unfinished: the same command goes on where this one stopped")

    def _draw(self) -> None:
        now = self._clock.monotonic()
        if not self._draws or now - self._drawn_at < _REDRAWN_EVERY:
            return
        self._drawn_at = now
        width = output.width() or 80
        sys.stderr.write(_CLEARED + truncate(self._progress(), width - 1))
        sys.stderr.flush()

    def _progress(self) -> str:
        transfers = self._transfers.values()
        over = sum(transfer.state.is_over for transfer in transfers)
        received = sum(transfer.received for transfer in transfers)
        sizes = [transfer.size for transfer in transfers]
        whole = None if None in sizes else sum(size or 0 for size in sizes)
        active = [transfer for transfer in transfers if transfer.state is TransferState.ACTIVE]
        rate = sum(transfer.rate for transfer in active)
        parts = [f"{over} of {len(self._transfers)}", units.size(received)]
        if whole:
            parts += [units.percent(received / whole), units.eta(whole - received, rate)]
        if active:
            parts += [units.rate(rate), truncate_middle(one_line(active[0].file.path), 40)]
        return "  ".join(parts)


def _verified(done: Sequence[Transfer]) -> list[str]:
    """How many files were verified by what, the most first."""
    ways = Counter(transfer.verified for transfer in done)
    return [
        f"{units.count(number)} verified by {one_line(way)}" if way else f"{units.count(number)} not verified"
        for way, number in ways.most_common()
    ]
