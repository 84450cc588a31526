"""What became of runs between two looks at them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from runtui.model.reference import RunReference
from runtui.model.run import Run
from runtui.model.status import Status


class ChangeKind(StrEnum):
    """What happened; the order is the order in which they are told."""

    FAILED = "failed"
    ENDED = "ended"
    """It is over, and did not fail."""
    CHANGED = "changed"
    """It lives, and its status is another one."""
    APPEARED = "appeared"
    GONE = "gone"
    """Its service does not have it any more."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one run. `before` is its status at the last look, None when it was not there; `run` is None for
    one that is gone."""

    kind: ChangeKind
    reference: RunReference
    run: Run | None = None
    before: Status | None = None

    @property
    def at(self) -> datetime | None:
        """When it happened (aware, in UTC), as far as the run tells."""
        if self.run is None:
            return None
        return self.run.ended_at or self.run.sort_moment


def change_of(reference: RunReference, before: Status | None, run: Run | None) -> Change | None:
    """How a run differs from how it was; None when it does not, as far as a person cares.

    That more or less is known of how a run ended which was over already is no change.
    """
    if run is None:
        return None if before is None else Change(kind=ChangeKind.GONE, reference=reference, before=before)
    now = run.status
    if before is now or (before is not None and before.is_final and now.is_final):
        return None
    return Change(kind=_kind(before, now), reference=reference, run=run, before=before)


def _kind(before: Status | None, now: Status) -> ChangeKind:
    if now is Status.FAILED:
        return ChangeKind.FAILED
    if now.is_final:
        return ChangeKind.ENDED
    return ChangeKind.APPEARED if before is None else ChangeKind.CHANGED


def changes_between(profile: str, before: Mapping[str, Status], runs: Iterable[Run], *, is_whole: bool) -> list[Change]:
    """How a profile's runs differ from the statuses they had, by id. Those that are missing are gone if `is_whole`."""
    left = dict(before)
    changes = [change_of(run.reference, left.pop(run.id, None), run) for run in runs]
    if is_whole:
        changes += [change_of(RunReference(profile, run_id), status, None) for run_id, status in left.items()]
    return [change for change in changes if change is not None]


def changes_since(runs: Iterable[Run], since: datetime) -> list[Change]:
    """What the dates of runs tell of a time: those that ended, started or were created since that moment."""
    found: list[Change] = []
    for run in runs:
        ended = run.status.is_final and _is_since(run.ended_at, since)
        if ended or _is_since(run.created_at, since):
            found.append(Change(kind=_kind(None, run.status), reference=run.reference, run=run))
        elif _is_since(run.started_at, since) and not run.status.is_final:
            found.append(Change(kind=ChangeKind.CHANGED, reference=run.reference, run=run, before=Status.QUEUED))
    return found


def _is_since(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment >= since


def in_telling_order(changes: Iterable[Change]) -> list[Change]:
    """Failures first, the latest of each kind first."""
    kinds = list(ChangeKind)

    def rank(change: Change) -> tuple[int, float, RunReference]:
        return kinds.index(change.kind), -(change.at.timestamp() if change.at else 0.0), change.reference

    return sorted(changes, key=rank)
