"""The closed set of statuses every service's own words are mapped to."""

from enum import StrEnum


class Status(StrEnum):
    """What became of a run, a job or a node.

    The service's own word is always kept beside it (`status_text`), so nothing is lost by the mapping.
    """

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    ENDED = "ended"
    """Over, outcome not known. Never shown green."""
    UNKNOWN = "unknown"
    """A word the backend does not know: shown as it came."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen. `unknown` is not final: the word may mean anything."""
        return self in FINAL

    @property
    def is_live(self) -> bool:
        """Whether the service is expected to change it again soon."""
        return self in LIVE


LIVE = frozenset({Status.QUEUED, Status.RUNNING, Status.STOPPING})
FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.STOPPED, Status.ENDED})
