"""The closed set of statuses."""

import pytest

from runtui.model.status import FINAL, LIVE, Status


@pytest.mark.parametrize("status", Status)
def test_a_status_is_live_or_final_or_the_unknown_one(status: Status) -> None:
    assert [status.is_live, status.is_final, status is Status.UNKNOWN].count(True) == 1


def test_the_groups_hold_what_the_properties_say() -> None:
    assert {status for status in Status if status.is_live} == LIVE
    assert {status for status in Status if status.is_final} == FINAL


def test_over_without_a_known_outcome_is_final() -> None:
    assert Status.ENDED.is_final
    assert not Status.STOPPING.is_final


def test_a_status_is_written_as_its_word() -> None:
    assert [str(status) for status in Status] == [
        "queued",
        "running",
        "stopping",
        "succeeded",
        "failed",
        "stopped",
        "ended",
        "unknown",
    ]
