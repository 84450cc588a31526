"""How a run really stands: CARROT's word, made fresher by Cromwell's.

CARROT looks at Cromwell every five minutes unless it is configured otherwise, so Cromwell is minutes ahead. What
Cromwell says never makes a run succeed: after its eval workflow CARROT still has to store the results, and may fail.
"""

from typing import Final

import msgspec

from runtui.backends.carrot.wire import RunWire
from runtui.backends.carrot.words import RUN_STATUSES, WORKFLOW_STATUSES, status_of
from runtui.model.status import Status

_ENDS: Final = {
    "buildfailed": "an image could not be built",
    "testfailed": "the test workflow failed",
    "evalfailed": "the eval workflow failed",
    "testaborted": "the test workflow was stopped",
    "evalaborted": "the eval workflow was stopped",
    "carrotfailed": "CARROT itself failed: it could not submit a workflow or not store the results",
}
_LAST_WORDS: Final = {Status.SUCCEEDED: "Succeeded", Status.FAILED: "Failed", Status.STOPPED: "Aborted"}


class Standing(msgspec.Struct, frozen=True):
    """A run's status, and why it is that. `workflow_status` is Cromwell's word for its current workflow, or empty."""

    status: Status
    reason: str = ""
    workflow_status: str = ""


def phase_of(run: RunWire) -> str:
    """`build`, `test`, `eval` or empty. An eval workflow's id tells more than the word: CARROT writes `testsubmitted`
    for an eval workflow that waits."""
    if run.eval_cromwell_job_id:
        return "eval"
    if run.test_cromwell_job_id:
        return "test"
    return "build" if run.status.startswith("build") else ""


def current_workflow(run: RunWire) -> str:
    """The id of the workflow the run is in now, or empty."""
    return run.eval_cromwell_job_id or run.test_cromwell_job_id or ""


def standing_of(run: RunWire, workflow_status: str = "", doomed: str = "") -> Standing:
    """How a run stands. `workflow_status` is Cromwell's word when it was asked, `doomed` the call it will fail by.

    The reason is never empty for a run that failed, was stopped or lives in a workflow, so that an earlier reason
    does not outlive its truth.
    """
    own = status_of(run.status, RUN_STATUSES)
    phase = phase_of(run)
    if own.is_final:
        last = _LAST_WORDS[own] if run.status.startswith(("test", "eval", "succeeded")) else ""
        return Standing(own, _ENDS.get(run.status, ""), last)
    if phase == "eval" and own is Status.QUEUED:
        own = Status.RUNNING
    if own is Status.UNKNOWN or phase in ("", "build"):
        # a word we do not know may mean more than Cromwell can tell
        return Standing(own, "waiting for a docker image to be built" if phase == "build" else "", workflow_status)
    theirs = status_of(workflow_status, WORKFLOW_STATUSES) if workflow_status else Status.UNKNOWN
    status, reason = _merged(own, theirs, phase, run.status, workflow_status)
    if doomed and status.is_live:
        reason = f"doomed: {doomed} has failed and Cromwell starts no further calls"
    return Standing(status, reason, workflow_status)


def _merged(own: Status, theirs: Status, phase: str, carrots: str, cromwells: str) -> tuple[Status, str]:
    both = f"{phase} workflow {cromwells.lower()}"
    if theirs is not own:
        both += f"; CARROT still says {carrots}"
    match theirs:
        case Status.UNKNOWN:
            return own, both if cromwells else f"{phase} workflow, as CARROT last saw it"
        case Status.SUCCEEDED:
            what = "stored the results" if phase == "eval" else "started the eval workflow"
            return Status.RUNNING, f"the {phase} workflow has succeeded; CARROT has not {what} yet"
        case Status.QUEUED if phase == "eval":
            return Status.RUNNING, "eval workflow submitted"
        case Status.FAILED | Status.STOPPED:
            return theirs, f"Cromwell says {cromwells} of the {phase} workflow; CARROT has not noticed yet"
        case _:
            return theirs, both
