"""Which actions a run allows now."""

import pytest

from runtui.model.capability import Capability, allowed_actions, refusal
from runtui.model.run import Run
from runtui.model.status import Status

ALL = frozenset(Capability)


def refused(status: Status) -> frozenset[Capability]:
    return ALL - allowed_actions(Run(profile="p", service="s", id="1", status=status), ALL)


@pytest.mark.parametrize(
    ("status", "not_now"),
    [
        (Status.QUEUED, {Capability.SNAPSHOT}),
        (Status.RUNNING, set()),
        (Status.STOPPING, {Capability.STOP}),
        (Status.SUCCEEDED, {Capability.STOP, Capability.SNAPSHOT}),
        (Status.FAILED, {Capability.STOP, Capability.SNAPSHOT}),
        (Status.STOPPED, {Capability.STOP, Capability.SNAPSHOT}),
        (Status.ENDED, {Capability.STOP, Capability.SNAPSHOT}),
        (Status.UNKNOWN, set()),
    ],
)
def test_what_needs_a_live_run_is_refused_for_others(status: Status, not_now: set[Capability]) -> None:
    assert refused(status) == not_now


@pytest.mark.parametrize("status", Status)
def test_nothing_is_allowed_that_the_backend_cannot_do(status: Status) -> None:
    run = Run(profile="p", service="s", id="1", status=status)
    assert allowed_actions(run, frozenset()) == frozenset()
    assert allowed_actions(run, {Capability.LOGS}) == {Capability.LOGS}


@pytest.mark.parametrize(
    ("status", "action", "reason"),
    [
        (Status.SUCCEEDED, Capability.STOP, "it is over"),
        (Status.STOPPING, Capability.STOP, "it is being stopped already"),
        (Status.QUEUED, Capability.SNAPSHOT, "it does not run yet"),
        (Status.RUNNING, Capability.STOP, ""),
    ],
)
def test_a_refusal_says_why(status: Status, action: Capability, reason: str) -> None:
    run = Run(profile="p", service="s", id="1", status=status)
    assert refusal(run, action, ALL) == reason
    assert (action in allowed_actions(run, ALL)) == (not reason)


def test_what_a_service_has_no_call_for_is_said_before_what_a_status_forbids() -> None:
    run = Run(profile="p", service="s", id="1", status=Status.SUCCEEDED)
    assert refusal(run, Capability.STOP, frozenset()) == "s has no call that stops runs"
