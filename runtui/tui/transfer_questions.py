"""What is asked about downloads: what becomes of a file in the way, and of downloads when one quits."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import App

from runtui.model.errors import RuntuiError
from runtui.model.on_conflict import OnConflict
from runtui.model.transfer import Transfer, TransferState
from runtui.render.cell import Tone
from runtui.render.sanitise import one_line
from runtui.render.units import age_of, size
from runtui.render.widths import truncate_middle
from runtui.tui.error_cells import error_lines
from runtui.tui.widgets.ask_dialog import Answer, AskDialog

if TYPE_CHECKING:
    from runtui.services.session import Session
    from runtui.tui.app import RuntuiApp

_MOST_NAMED = 5

_CHOICES = (
    ("s", OnConflict.SKIP, "skip", "keep the file that is here", Tone.TEXT),
    ("r", OnConflict.RENAME, "rename", "fetch it under another name", Tone.TEXT),
    ("c", OnConflict.COMPARE, "compare", "read it, and skip when it is the same", Tone.TEXT),
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
    held = "size unknown" if transfer.file.size is None else size(transfer.file.size)
    lines.append(f"At the service: {held}{dated}.")
    if there is not None and there.differs:
        differs = one_line(there.differs)
        lines.append(f"{differs[:1].upper()}{differs[1:]}.")
    return "\n".join(lines)


async def ask_about_quitting(app: "RuntuiApp", unfinished: int, leave: Callable[[], None]) -> None:
    """Ask what becomes of downloads that are under way, and call `leave` unless they are to go on here."""
    can_outlive = await app.ask(_can_outlive)
    answers = [
        Answer("n", "do not quit", "the downloads go on here"),
        Answer("g", "go on without me", "another process carries on, the next runtui shows it", Tone.ACCENT),
        Answer("s", "stop for now", "the next runtui offers to resume: nothing is fetched twice", Tone.WARNING),
    ]
    said = f"{unfinished} download{' is' if unfinished == 1 else 's are'} under way."
    chosen = await app.push_screen_wait(
        AskDialog("Quit?", said, [answer for answer in answers if can_outlive or answer.key != "g"])
    )
    if chosen == "g":
        try:
            await app.ask(lambda session: session.transfers.hand_over())
        except RuntuiError as error:
            app.notify("\n".join(error_lines(error)), severity="error", markup=False, timeout=8)
            return
    if chosen in ("g", "s"):
        leave()


async def _can_outlive(session: "Session") -> bool:
    return session.transfers.can_outlive


async def offer_left_overs(app: "RuntuiApp") -> None:
    """Ask what becomes of downloads that an earlier runtui left unfinished, when there are any."""
    left = await app.ask(lambda session: session.transfers.left_overs())
    if not left:
        return
    named = [truncate_middle(one_line(str(transfer.target)), 72) for transfer in left[:_MOST_NAMED]]
    if len(left) > _MOST_NAMED:
        named.append(f"and {len(left) - _MOST_NAMED} more")
    answers = [
        Answer("r", "resume", "each from where it stopped"),
        Answer("l", "later", "the next start asks again"),
        Answer("f", "forget them", "what was received stays beside its place", Tone.WARNING),
    ]
    title = f"{len(left)} download{' is' if len(left) == 1 else 's are'} unfinished since the last time"
    chosen = await app.push_screen_wait(AskDialog(title, "\n".join(named), answers))
    if chosen == "r":
        app.tell(lambda session: session.transfers.take_over())
    elif chosen == "f":
        app.tell(lambda session: session.transfers.drop_left_overs())


def ask_about_conflicts(
    app: App[int], transfers: Sequence[Transfer], now: datetime, tell: "Callable[[Callable[[Session], object]], None]"
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
