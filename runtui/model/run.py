"""One execution with one status."""

from datetime import datetime

import msgspec

from runtui.model.reference import RunReference
from runtui.model.status import Status
from runtui.model.variable import Variable


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is known of a run. All moments are aware UTC; a list may know less than `fetch_run` does.

    `job` is the name of what the run is listed under, `job_id` its id at the service. `message` is the service's own
    word on what happened. `reason` says why `status` is what it is where the backend had to derive it.
    `variables` are in the service's order. `revision` grows when a run of the same id was replaced by the service.
    """

    profile: str
    service: str
    id: str
    job: str = ""
    job_id: str = ""
    name: str = ""
    status: Status = Status.UNKNOWN
    status_text: str = ""
    reason: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    owner: str = ""
    message: str = ""
    exit_code: int | None = None
    progress: float | None = None
    """Share done, 0 to 1, when the service or its log tells it."""
    parent_id: str | None = None
    """Id of the run this one is part of (an iteration of an optimisation, a dependency's run)."""
    is_optimal: bool = False
    output_count: int | None = None
    output_bytes: int | None = None
    variables: tuple[Variable, ...] = ()
    pending: str = ""
    """What was asked of the service and is not confirmed yet: `stop`, `snapshot`."""
    extra: dict[str, str] = {}
    """Facts only this service has, and fields we do not know, by name, as texts. Never a secret."""

    @property
    def reference(self) -> RunReference:
        """`profile:id`."""
        return RunReference(self.profile, self.id)

    @property
    def sort_moment(self) -> datetime | None:
        """The moment lists are ordered by when nothing else is asked: started, else created, else ended."""
        return self.started_at or self.created_at or self.ended_at

    @property
    def sort_stamp(self) -> float | None:
        """The same moment in seconds since 1970."""
        moment = self.sort_moment
        return None if moment is None else moment.timestamp()

    def took_seconds(self, now: datetime) -> float | None:
        """Seconds from start to end, or to `now` while it lives; None when it never started or its end is unknown."""
        if self.started_at is None:
            return None
        end = self.ended_at or (None if self.status.is_final else now)
        return None if end is None else max(0.0, (end - self.started_at).total_seconds())

    def filled_from(self, known: "Run") -> "Run":
        """This run with what only an earlier and fuller answer knew.

        A list often says less than a fetch of the run: variables, a message, an exit code or an explanation that it
        does not speak of stay as they were while the status does, and so does what is asked and not confirmed. That a
        run is over is no news where its outcome is known.
        """
        keeps = self._outcome_from(known)
        same = keeps or self.status is known.status
        return msgspec.structs.replace(
            self,
            status=known.status if keeps else self.status,
            variables=self.variables or known.variables,
            message=self.message or (known.message if same else ""),
            reason=known.reason if keeps else self.reason or (known.reason if same else ""),
            exit_code=known.exit_code if self.exit_code is None and same else self.exit_code,
            pending=self.pending or (known.pending if same else ""),
            output_count=known.output_count if self.output_count is None else self.output_count,
            output_bytes=known.output_bytes if self.output_bytes is None else self.output_bytes,
            extra=known.extra | self.extra if known.extra else self.extra,
        )

    def _outcome_from(self, known: "Run") -> bool:
        """Whether `known` tells how this very execution ended, and this only that it did."""
        if self.status is not Status.ENDED or not known.status.is_final or known.status is Status.ENDED:
            return False
        return self.started_at == known.started_at and known.ended_at in (None, self.ended_at)

    def whole(self) -> "Run":
        """The same with every field in its place, for what reads the fields of a struct by itself."""
        return self

    def variable(self, name: str) -> Variable | None:
        """The first variable of that name, or None."""
        return next((variable for variable in self.variables if variable.name == name), None)
