"""What is asked about downloads: what becomes of a file in the way, and of downloads when one quits."""

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.app import App

from runtui.model.transfer import OnConflict, Transfer, TransferState
from runtui.render.cell import Tone
from runtui.render.sanitise import one_line
from runtui.render.units import age_of, size
from runtui.services.session import Session
from runtui.tui.widgets.ask_dialog import Answer, AskDialog

_CHOICES = (
    ("s", OnConflict.SKIP, "skip", "keep the file that is here", Tone.TEXT),
    ("r", OnConflict.RENAME, "rename", "fetch it under another name", Tone.TEXT),
    ("c", OnConflict.COMPARE, "compare", "read the file that is here, and skip when it is the same", Tone.TEXT),
    ("o", OnConflict.OVERWRITE, "overwrite", "replace it once the new one is whole and verified", Tone.WARNING),
)


def asking(transfers: Sequence[Transfer]) -> list[Transfer]:
    """Those that wait for an answer."""
    return [transfer for transfer in transfers if transfer.state is TransferState.ASKING]


class ConflictDialog(AskDialog):
    """Asks what becomes of one file in the way, or of all `transfers` that ask: a capital answers for all."""

    def __init__(self, transfers: Sequence[Transfer], now: datetime) -> None:
        first, *others = transfers
        answers = [Answer(key, words, meaning, tone) for key, _, words, meaning, tone in _CHOICES]
        if others:
            answers += [
                Answer(key.upper(), f"{words} all {len(transfers)}", "", tone) for key, _, words, _, tone in _CHOICES
            ]
        super().__init__("Another file is there already", _what_is_there(first, now), answers)


def _what_is_there(transfer: Transfer, now: datetime) -> str:
    lines = [one_line(str(transfer.target))]
    there = transfer.existing
    if there is not None:
        lines.append(f"Here: {size(there.size)}, {age_of(there.modified_at, now)} old.")
    dated = "" if transfer.file.modified_at is None else f", {age_of(transfer.file.modified_at, now)} old"
    lines.append(f"At the service: {size(transfer.file.size)}{dated}.")
    if there is not None and there.differs:
        lines.append(one_line(there.differs))
    return "\n".join(lines)


def ask_about_quitting(app: App[int], unfinished: int, leave: Callable[[], None]) -> None:
    """Call `leave` when that is the answer; what was received stays for the next time."""
    answers = [
        Answer("n", "do not quit", "the downloads go on"),
        Answer("s", "stop and quit", "what was received stays, and is not fetched again", Tone.WARNING),
    ]
    noun = "download is" if unfinished == 1 else "downloads are"

    def answered(key: str | None) -> None:
        if key == "s":
            leave()

    app.push_screen(AskDialog("Quit?", f"{unfinished} {noun} under way.", answers), answered)


def ask_about_conflicts(
    app: App[int], transfers: Sequence[Transfer], now: datetime, tell: Callable[[Callable[[Session], object]], None]
) -> None:
    """Ask about transfers that wait for an answer, one after the other until all are answered or the question is left.

    `tell` passes an order to the session.
    """
    waiting = asking(transfers)
    if not waiting:
        return

    def answered(key: str | None) -> None:
        if key is None:
            return
        choice = next(choice for lower, choice, *_ in _CHOICES if lower == key.lower())
        ids = [transfer.id for transfer in (waiting if key.isupper() else waiting[:1])]
        tell(lambda session: session.transfers.decide(ids, choice))
        ask_about_conflicts(app, waiting[len(ids) :], now, tell)

    app.push_screen(ConflictDialog(waiting, now), answered)
