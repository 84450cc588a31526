"""Orders for transfers, as values that can be left for another process."""

from typing import Literal

import msgspec

from runtui.model.on_conflict import OnConflict
from runtui.services.transfer_engine import TransferEngine

Word = Literal["cancel", "pause", "resume", "retry", "decide", "reorder", "forget"]


class QueueOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with some transfers; `step` and `on_conflict` are for those words that take them."""

    word: Word
    ids: tuple[int, ...]
    step: int | None = None
    on_conflict: OnConflict | None = None


def obey(engine: TransferEngine, order: QueueOrder) -> None:
    """Do it."""
    match order.word:
        case "cancel":
            engine.cancel(order.ids)
        case "pause":
            engine.pause(order.ids)
        case "resume":
            engine.resume(order.ids)
        case "retry":
            engine.retry(order.ids, on_conflict=order.on_conflict)
        case "decide":
            engine.decide(order.ids, order.on_conflict or OnConflict.ASK)
        case "reorder":
            engine.reorder(frozenset(order.ids), order.step)
        case "forget":
            engine.forget(order.ids)
