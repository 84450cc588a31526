"""One step of a run."""

from datetime import datetime

import msgspec

from runtui.model.status import Status


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow node, a Cromwell call (task, shard, attempt), a local step.

    `kind` is the service's word (`model`, `input`, `call`). `needs` are ids of nodes that come before, when known.
    `run_id` is the run it is itself, where its service lists it as one, with a log and files of its own.
    `depth` is how far it is indented: a call of a sub-workflow is one deeper than the call that started it.
    """

    id: str
    name: str
    kind: str = ""
    status: Status = Status.UNKNOWN
    status_text: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parent_id: str | None = None
    depth: int = 0
    needs: tuple[str, ...] = ()
    shard: int | None = None
    attempt: int | None = None
    exit_code: int | None = None
    message: str = ""
    has_log: bool = True
    run_id: str = ""
    extra: dict[str, str] = {}

    def took_seconds(self, now: datetime) -> float | None:
        """Seconds from start to end, or to `now` while it lives; None when its times are not known."""
        if self.started_at is None:
            return None
        end = self.ended_at or (None if self.status.is_final else now)
        return None if end is None else max(0.0, (end - self.started_at).total_seconds())
