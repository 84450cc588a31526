"""A plan that is read at a moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from runtui.simulation.script import Outcome, Phase, Script

START = datetime(2026, 1, 29, 10, 0, tzinfo=UTC)
ORDER = list(Phase)

spans = st.floats(min_value=0.0, max_value=1e5)
moments = st.floats(min_value=-1e5, max_value=4e5).map(lambda seconds: START + timedelta(seconds=seconds))
scripts = st.builds(
    Script,
    created_at=st.just(START),
    queue_seconds=spans,
    run_seconds=spans,
    outcome=st.sampled_from(Outcome),
    stop_asked_at=st.none() | moments.filter(lambda moment: moment >= START),
    stopping_seconds=spans,
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def script(**changes: float) -> Script:
    return Script(created_at=START, queue_seconds=changes.get("queue", 10.0), run_seconds=changes.get("run", 100.0))


def phases(plan: Script, *seconds: float) -> list[Phase]:
    return [plan.phase(at(second)) for second in seconds]


def test_a_plan_goes_from_absent_to_over() -> None:
    assert phases(script(), -1, 0, 9.9, 10, 109.9, 110, 1e6) == [
        Phase.ABSENT, Phase.QUEUED, Phase.QUEUED, Phase.RUNNING, Phase.RUNNING, Phase.OVER, Phase.OVER,
    ]  # fmt: skip


@given(scripts, moments, moments)
def test_a_plan_never_goes_back(plan: Script, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert ORDER.index(plan.phase(earlier)) <= ORDER.index(plan.phase(later))
    assert plan.share_done(earlier) <= plan.share_done(later)
    assert plan.has_started(earlier) <= plan.has_started(later)


@given(scripts, moments)
def test_reading_a_plan_does_not_change_it(plan: Script, now: datetime) -> None:
    first = (plan.phase(now), plan.share_done(now), plan.has_started(now))
    plan.phase(now + timedelta(days=1))
    assert (plan.phase(now), plan.share_done(now), plan.has_started(now)) == first


@given(scripts, moments)
def test_what_runs_has_started_and_what_is_absent_has_done_nothing(plan: Script, now: datetime) -> None:
    phase = plan.phase(now)
    if phase is Phase.RUNNING:
        assert plan.has_started(now)
    if phase in (Phase.ABSENT, Phase.QUEUED):
        assert not plan.has_started(now)
        assert plan.share_done(now) == 0.0


@given(scripts)
def test_a_plan_nobody_stopped_does_all_its_work(plan: Script) -> None:
    if plan.stop_asked_at is None:
        assert plan.share_done(plan.ended_at) == 1.0
        assert plan.ended_at == plan.work_ended_at == plan.planned_end


@given(scripts)
def test_a_plan_ends_when_it_says(plan: Script) -> None:
    assert plan.phase(plan.ended_at) is Phase.OVER
    assert plan.phase(plan.ended_at - timedelta(microseconds=1)) is not Phase.OVER or plan.ended_at == plan.created_at
    assert plan.created_at <= plan.ended_at


def test_a_stop_takes_its_time_and_ends_the_work_at_once() -> None:
    plan = script()
    assert plan.stop(at(60), stopping_seconds=5)
    assert phases(plan, 59, 60, 64.9, 65) == [Phase.RUNNING, Phase.STOPPING, Phase.STOPPING, Phase.OVER]
    assert plan.outcome is Outcome.STOPPED
    assert (plan.work_ended_at, plan.ended_at) == (at(60), at(65))
    assert plan.share_done(at(1000)) == 0.5


def test_a_stop_in_the_queue_means_it_never_started() -> None:
    plan = script()
    assert plan.stop(at(4), stopping_seconds=1)
    assert phases(plan, 3, 4, 5, 50) == [Phase.QUEUED, Phase.STOPPING, Phase.OVER, Phase.OVER]
    assert not plan.has_started(at(1000))


def test_what_is_over_absent_or_stopping_cannot_be_stopped() -> None:
    plan = script()
    assert not plan.stop(at(-1))
    assert not plan.stop(at(110))
    assert plan.stop(at(20))
    assert not plan.stop(at(21))
    assert plan.stop_asked_at == at(20)


def test_a_stop_just_before_the_end_may_end_after_it() -> None:
    plan = script()
    plan.stop(at(109), stopping_seconds=4)
    assert plan.ended_at == at(113)


def test_a_plan_without_work_succeeds_as_soon_as_it_starts() -> None:
    plan = script(run=0.0)
    assert phases(plan, 9.9, 10) == [Phase.QUEUED, Phase.OVER]
    assert (plan.share_done(at(0)), plan.share_done(at(10))) == (0.0, 1.0)
    assert plan.has_started(at(10))
