"""What is meant to happen to each run: a pure function of its place, the seed and what a client asked for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import msgspec

from runtui.backends.carrot.simulation.catalogue import AUTHORS, PIPELINES, Test, software_named
from runtui.backends.carrot.simulation.identity import Dice, Ids, Kind, Name, Origin, RunKey
from runtui.backends.carrot.simulation.ledger import Ledger, StartedRun
from runtui.backends.carrot.simulation.shapes import failure_share


class RunOutcome(StrEnum):
    """How a run ends if nobody interferes."""

    SUCCEEDED = "succeeded"
    TEST_FAILED = "test_failed"
    TEST_ABORTED = "test_aborted"
    EVAL_FAILED = "eval_failed"
    EVAL_ABORTED = "eval_aborted"
    BUILD_FAILED = "build_failed"
    NOT_STORED = "not_stored"
    """Both workflows succeed and CARROT cannot store the results."""
    NOT_SUBMITTED = "not_submitted"
    """CARROT fails before anything is at Cromwell; nothing says why."""


class RunPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One run's plan. Spans are in seconds; `build_seconds` is 0 when no image has to be built."""

    key: RunKey
    run_id: str
    test: Test
    name: str
    created_at: datetime
    created_by: str | None
    outcome: RunOutcome
    build_seconds: float
    queue_seconds: float
    test_seconds: float
    eval_queue_seconds: float
    eval_seconds: float
    failure: int
    scatter: int
    test_input: dict[str, Any]
    eval_input: dict[str, Any]
    test_options: dict[str, Any] | None
    eval_options: dict[str, Any] | None
    group_ids: tuple[str, ...]

    @property
    def shape(self) -> str:
        """The name of the workflows it has."""
        return PIPELINES[self.key.pipeline].shape


_SPANS: Final = {"example": ((16.0, 42.0), (9.0, 24.0)), "germline": ((95.0, 210.0), (28.0, 62.0))}
_RUNNING_AT_START: Final = RunKey(0, Origin.HISTORY, 1)
_BUILDING_AT_START: Final = RunKey(0, Origin.HISTORY, 2)
_DOOMED_AT_START: Final = (RunKey(1, Origin.HISTORY, 1), RunKey(1, Origin.HISTORY, 3))
"""One shard of theirs fails early while the others go on."""
_COMING_EVERY: Final = (47.0, 113.0, 0.0)
_COMING_FIRST: Final = (9.0, 21.0, 0.0)

_FIRST_OUTCOMES: Final[dict[str, tuple[RunOutcome, ...]]] = {
    "example": (
        RunOutcome.SUCCEEDED, RunOutcome.SUCCEEDED, RunOutcome.SUCCEEDED, RunOutcome.TEST_FAILED,
        RunOutcome.EVAL_FAILED, RunOutcome.SUCCEEDED, RunOutcome.NOT_SUBMITTED, RunOutcome.SUCCEEDED,
        RunOutcome.TEST_FAILED, RunOutcome.BUILD_FAILED, RunOutcome.SUCCEEDED, RunOutcome.TEST_ABORTED,
        RunOutcome.NOT_STORED, RunOutcome.SUCCEEDED,
    ),
    "germline": (
        RunOutcome.SUCCEEDED, RunOutcome.TEST_FAILED, RunOutcome.SUCCEEDED, RunOutcome.TEST_FAILED,
        RunOutcome.SUCCEEDED, RunOutcome.SUCCEEDED, RunOutcome.TEST_FAILED, RunOutcome.EVAL_ABORTED,
        RunOutcome.EVAL_FAILED, RunOutcome.SUCCEEDED, RunOutcome.TEST_ABORTED, RunOutcome.SUCCEEDED,
    ),
}  # fmt: skip
_LATER_OUTCOMES: Final = (
    (0.74, RunOutcome.SUCCEEDED),
    (0.84, RunOutcome.TEST_FAILED),
    (0.89, RunOutcome.EVAL_FAILED),
    (0.92, RunOutcome.TEST_ABORTED),
    (0.94, RunOutcome.EVAL_ABORTED),
    (0.96, RunOutcome.BUILD_FAILED),
    (0.98, RunOutcome.NOT_STORED),
    (1.0, RunOutcome.NOT_SUBMITTED),
)


class Planner:
    """Makes the plans of one world and remembers the last few thousand."""

    def __init__(self, seed: int, start: datetime, ids: Ids, ledger: Ledger, stride: int) -> None:
        self._start = start
        self._ids = ids
        self._ledger = ledger
        self._stride = stride
        self._dice = Dice(seed)
        self.plan = lru_cache(maxsize=4096)(self._plan)

    def test_of(self, key: RunKey) -> Test:
        """The test of a run."""
        if key.origin is Origin.STARTED:
            return self._ledger.started[key].test
        tests = PIPELINES[key.pipeline].template.tests
        return tests[self._dice.pick(key, 1, len(tests))]

    def created_at(self, key: RunKey) -> datetime:
        """When a run was created: whole seconds, milliseconds or microseconds, as PostgreSQL shows them."""
        if key.origin is Origin.STARTED:
            return self._ledger.started[key].created_at
        if key.origin is Origin.COMING:
            at = _COMING_FIRST[key.pipeline] + key.number * _COMING_EVERY[key.pipeline]
            moment = self._start + timedelta(seconds=at + 3 * self._dice.throw(key, 2))
        else:
            age = _age(key.number * self._stride, self._dice.throw(key, 2)) + 2 * key.pipeline
            moment = self._start - timedelta(seconds=age)
        digits = self._dice.pick(key, 3, 8)
        if digits == 0:
            return moment.replace(microsecond=0)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000) if digits == 1 else moment

    def coming_count(self, pipeline: int, elapsed: float) -> int:
        """How many runs of a pipeline the script has created by that second of the world."""
        every, first = _COMING_EVERY[pipeline], _COMING_FIRST[pipeline]
        return 0 if every == 0 or elapsed < first else int((elapsed - first - 3) // every) + 1

    def _plan(self, key: RunKey) -> RunPlan:
        started = self._ledger.started.get(key)
        shape = PIPELINES[key.pipeline].shape or "example"
        outcome = self._outcome(key, shape, started)
        test, created_at = self.test_of(key), self.created_at(key)
        test_input, eval_input = self._inputs(key, test, started)
        failure = 0 if key in _DOOMED_AT_START else self._dice.pick(key, 9, 3)
        test_fails, eval_fails = outcome is RunOutcome.TEST_FAILED, outcome is RunOutcome.EVAL_FAILED
        (shortest, longest), (shortest_eval, longest_eval) = _SPANS[shape]
        share = 1.0 if key == _RUNNING_AT_START else self._dice.throw(key, 4)
        test_seconds = shortest + (longest - shortest) * share
        eval_seconds = shortest_eval + (longest_eval - shortest_eval) * self._dice.throw(key, 5)
        group = self._group(key)
        return RunPlan(
            key=key,
            run_id=self._ids.run(key),
            test=test,
            name=started.name if started else self._name(key, test, created_at),
            created_at=created_at,
            created_by=started.created_by if started else self._author(key, group),
            outcome=outcome,
            build_seconds=self._build_seconds(key, outcome, test_input),
            queue_seconds=self._queue_seconds(key, shape),
            test_seconds=test_seconds * (failure_share(shape, "test", failure) if test_fails else 1.0),
            eval_queue_seconds=0.8 + 2.0 * self._dice.throw(key, 7),
            eval_seconds=eval_seconds * (failure_share(shape, "eval", failure) if eval_fails else 1.0),
            failure=failure,
            scatter=_scatter(test_input) if shape == "germline" else 0,
            test_input=test_input,
            eval_input=eval_input,
            test_options=started.test_options if started else test.test_option_defaults,
            eval_options=started.eval_options if started else None,
            group_ids=(group,) if group else (),
        )

    def _outcome(self, key: RunKey, shape: str, started: StartedRun | None) -> RunOutcome:
        if started is not None:
            return _outcome_of_inputs(started)
        if key.origin is Origin.HISTORY and key.number * self._stride < len(_FIRST_OUTCOMES[shape]):
            return _FIRST_OUTCOMES[shape][key.number * self._stride]
        throw = self._dice.throw(key, 10)
        return next(outcome for limit, outcome in _LATER_OUTCOMES if throw < limit)

    def _build_seconds(self, key: RunKey, outcome: RunOutcome, test_input: Mapping[str, Any]) -> float:
        """An image is built before some runs; those a client starts build one when its version is a bare commit."""
        if outcome is RunOutcome.BUILD_FAILED:
            return 22.0 + 10.0 * self._dice.throw(key, 11)
        if outcome is RunOutcome.NOT_SUBMITTED:
            return 0.0
        if key.origin is Origin.STARTED:
            return 12.0 if any(_is_commit_build(value) for value in test_input.values()) else 0.0
        builds = self._dice.throw(key, 12) < (0.2 if key.origin is Origin.COMING else 0.06)
        if key.origin is Origin.HISTORY and key.number == 0:
            return 0.0
        if key == _BUILDING_AT_START:
            return 85.0
        return 14.0 + 12.0 * self._dice.throw(key, 11) if builds else 0.0

    def _queue_seconds(self, key: RunKey, shape: str) -> float:
        """The newest run of each pipeline still waits when the world starts."""
        shortest, span = (14.0, 12.0) if key.origin is Origin.HISTORY and key.number == 0 else (2.0, 6.0)
        return shortest + (2.0 if shape == "germline" else 1.0) * span * self._dice.throw(key, 6)

    def _inputs(self, key: RunKey, test: Test, started: StartedRun | None) -> tuple[dict[str, Any], dict[str, Any]]:
        if started is not None:
            return started.test_input, started.eval_input
        if PIPELINES[key.pipeline].shape == "germline":
            caller = "HaplotypeCallerBenchmark"
            varied: dict[str, Any] = {
                f"{caller}.scatter_count": 4 + self._dice.pick(key, 13, 5),
                f"{caller}.min_base_quality": (10, 10, 15, 20)[self._dice.pick(key, 14, 4)],
                f"{caller}.gatk_docker": f"image_build:gatk|{self._version(key, 'gatk')}",
            }
            return {**test.test_input_defaults, **varied}, dict(test.eval_input_defaults)
        image = f"image_build:example-test|{self._version(key, 'example-test')}"
        varied = {
            "test_workflow.a": (0.25, 0.5, 0.5, 0.75, 1.0)[self._dice.pick(key, 13, 5)],
            "test_workflow.b": (1.5, 1.5, 1.75, 2.0, 2.25)[self._dice.pick(key, 14, 5)],
            "test_workflow.image_to_use": image,
        }
        return (
            {**test.test_input_defaults, **varied},
            {**test.eval_input_defaults, "eval_workflow.image_to_use": image},
        )

    def _version(self, key: RunKey, software: str) -> str:
        found = software_named(software)
        tags = found.tags if found else ("1.0.0",)
        tag = tags[self._dice.pick(key, 15, len(tags))]
        return found.commit(tag) if found and self._dice.throw(key, 16) < 0.25 else tag

    def _group(self, key: RunKey) -> str:
        """Two of every thirteen runs are the base and the head of a pull request."""
        if key.origin is not Origin.HISTORY or key.number % 13 not in (4, 5):
            return ""
        return self._ids.make(Name(Kind.GROUP, key._replace(number=key.number // 13)))

    def _author(self, key: RunKey, group: str) -> str | None:
        return None if group else AUTHORS[self._dice.pick(key, 17, len(AUTHORS))]

    def _name(self, key: RunKey, test: Test, created_at: datetime) -> str:
        if self._dice.throw(key, 18) < 0.35:
            word = ("nightly", "baseline", "rerun", "candidate")[self._dice.pick(key, 19, 4)]
            origin = "" if key.origin is Origin.HISTORY else "n"
            return f"{word}-{created_at:%Y%m%d}-{key.pipeline}-{origin}{key.number}"
        return f"{test.name}_run_{created_at:%Y-%m-%d %H:%M:%S}.{created_at.microsecond * 1000:09d} UTC"


def _age(number: int, jitter: float) -> float:
    """How many seconds before the start the number-th newest run was created: ever larger steps, then even ones."""
    if number < 6:
        return 4.0 + 24.0 * number + 9.0 * jitter
    step = number - 5
    bent = min(step, 60)
    return 180.0 + 260.0 * step + 100.0 * bent**2 + 900.0 * max(0, step - 60) + 140.0 * jitter


def _is_commit_build(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("image_build:"):
        return False
    name, _, version = value.removeprefix("image_build:").partition("|")
    software = software_named(name)
    return software is not None and software.version_of(version) is None


def _outcome_of_inputs(started: StartedRun) -> RunOutcome:
    """A client's run fails when its inputs make it: numbers that are none."""
    if started.never_submitted:
        return RunOutcome.NOT_SUBMITTED
    return RunOutcome.SUCCEEDED if has_usable_numbers(started.test_input) else RunOutcome.TEST_FAILED


def has_usable_numbers(test_input: Mapping[str, Any]) -> bool:
    """Whether the inputs that are numbers are ones a run can work with; a run fails by those that are not."""
    for name in _NUMBER_INPUTS:
        value = test_input.get(name, 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LARGEST_INPUT:
            return False
    return True


_NUMBER_INPUTS: Final = (
    "test_workflow.a",
    "test_workflow.b",
    "HaplotypeCallerBenchmark.min_base_quality",
    "HaplotypeCallerBenchmark.scatter_count",
)
_LARGEST_INPUT: Final = 1e6
_MOST_SHARDS: Final = 32


def _scatter(test_input: Mapping[str, Any]) -> int:
    count = test_input.get("HaplotypeCallerBenchmark.scatter_count")
    return min(_MOST_SHARDS, max(1, count)) if isinstance(count, int) else 6
