"""CARROT's and Cromwell's words for how things stand, and what they are here."""

from typing import Final

from runtui.model.status import Status

RUN_STATUSES: Final[dict[str, Status]] = {
    "created": Status.QUEUED,
    "building": Status.QUEUED,
    "testsubmitted": Status.QUEUED,
    "teststarting": Status.QUEUED,
    "testqueuedincromwell": Status.QUEUED,
    "testwaitingforqueuespace": Status.QUEUED,
    "testrunning": Status.RUNNING,
    "testaborting": Status.STOPPING,
    "evalsubmitted": Status.RUNNING,
    "evalstarting": Status.RUNNING,
    "evalqueuedincromwell": Status.RUNNING,
    "evalwaitingforqueuespace": Status.RUNNING,
    "evalrunning": Status.RUNNING,
    "evalaborting": Status.STOPPING,
    "succeeded": Status.SUCCEEDED,
    "buildfailed": Status.FAILED,
    "testfailed": Status.FAILED,
    "evalfailed": Status.FAILED,
    "carrotfailed": Status.FAILED,
    "testaborted": Status.STOPPED,
    "evalaborted": Status.STOPPED,
}
"""A run whose eval workflow waits is running: its test workflow has run."""

DELETABLE: Final = frozenset({"buildfailed", "testfailed", "testaborted", "evalfailed", "evalaborted", "carrotfailed"})
"""The only statuses CARROT deletes a run in."""

REPORT_STATUSES: Final[dict[str, Status]] = {
    "created": Status.QUEUED,
    "submitted": Status.QUEUED,
    "starting": Status.QUEUED,
    "queuedincromwell": Status.QUEUED,
    "waitingforqueuespace": Status.QUEUED,
    "running": Status.RUNNING,
    "succeeded": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "aborted": Status.STOPPED,
    "expired": Status.ENDED,
}
"""Also the words of image builds."""

WORKFLOW_STATUSES: Final[dict[str, Status]] = {
    "on hold": Status.QUEUED,
    "submitted": Status.QUEUED,
    "running": Status.RUNNING,
    "aborting": Status.STOPPING,
    "aborted": Status.STOPPED,
    "failed": Status.FAILED,
    "succeeded": Status.SUCCEEDED,
}

CALL_STATUSES: Final[dict[str, Status]] = {
    "notstarted": Status.QUEUED,
    "waitingforqueuespace": Status.QUEUED,
    "queuedincromwell": Status.QUEUED,
    "starting": Status.QUEUED,
    "running": Status.RUNNING,
    "aborting": Status.STOPPING,
    "failed": Status.FAILED,
    "retryablefailure": Status.FAILED,
    "done": Status.SUCCEEDED,
    "bypassed": Status.ENDED,
    "aborted": Status.STOPPED,
    "unstartable": Status.FAILED,
}


def status_of(word: str, table: dict[str, Status]) -> Status:
    """What a word means, whatever its case and underscores; UNKNOWN for one that is not in the table."""
    return table.get(word.strip().lower().replace("_", ""), Status.UNKNOWN)


def words_for(statuses: frozenset[Status]) -> tuple[str, ...]:
    """The run words that mean one of these statuses."""
    return tuple(word for word, status in RUN_STATUSES.items() if status in statuses)
