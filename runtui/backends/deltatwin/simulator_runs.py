"""All runs of the simulated service: the scripted ones, and what clients started and deleted."""

import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from runtui.backends.deltatwin.simulator_calendar import USUAL_RUNS, Calendar
from runtui.backends.deltatwin.simulator_inputs import code_of_inputs, shown_inputs
from runtui.backends.deltatwin.simulator_plan import Failure, Plan, Word, failing_script
from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.backends.deltatwin.simulator_twins import Twin
from runtui.simulation.script import Phase, Script
from runtui.simulation.world import World

_LAUNCH_SECONDS = 3.0
_DAY = timedelta(hours=24)
_LIVE_WORDS = frozenset({Word.CREATED, Word.PENDING, Word.RUNNING})


class QuotaReachedError(Exception):
    """The owner may start no more runs today; the arguments are how many were started and how many may be."""


class SimulatedRuns:
    """Looks up, pages, starts and deletes runs. Safe to use from several threads."""

    def __init__(self, world: World, switches: Switches, runs: int | None) -> None:
        self._world = world
        self._switches = switches
        self._calendar = Calendar(world, USUAL_RUNS if runs is None else max(0, runs))
        self._started: list[Plan] = []
        self._deleted: set[str] = set()
        self._deleted_numbers: set[int] = set()
        self._settled: dict[tuple[str, str], tuple[list[int], Iterator[int]]] = {}
        self._lock = threading.RLock()

    def get(self, run_id: str) -> Plan | None:
        """The run with that id if it exists now. The id must be a UUID."""
        run_id = str(uuid.UUID(run_id))
        with self._lock:
            if run_id in self._deleted:
                return None
            own = next((plan for plan in self._started if plan.id == run_id), None)
            number = self._calendar.number_of(run_id, self._world.now())
            return own or (None if number is None or number > self._newest() else self._calendar.plan(number))

    def page(self, *, top: int, skip: int, status: str = "", twin: str = "") -> list[Plan]:
        """Existing runs that match, newest first (or oldest first, as the switch says), from `skip` on."""
        with self._lock:
            now = self._world.now()
            recent = [
                plan
                for plan in self._recent(now)
                if (not status or plan.word(now) == status) and (not twin or plan.twin.name == twin)
            ]
            if self._switches.order == "oldest":
                whole = recent + self._settled_slice(status, twin, 0, self._count())
                return whole[::-1][skip : skip + top]
            first = max(0, skip - len(recent))
            last = max(0, skip + top - len(recent))
            return recent[skip : skip + top] + self._settled_slice(status, twin, first, last)

    def start(self, owner: str, twin: Twin, version: str, inputs: object) -> Plan:
        """Start a run. Raises QuotaReachedError."""
        with self._lock:
            now = self._world.now()
            today = len(self.of_owner(owner, now - _DAY))
            if today >= self._switches.max_run:
                raise QuotaReachedError(today, self._switches.max_run)
            plan = self._planned(owner, twin, version, inputs, now)
            self._started.append(plan)
            return plan

    def delete(self, run_id: str) -> bool:
        """Delete a run whatever its status; False when there is none."""
        with self._lock:
            plan = self.get(run_id)
            if plan is None:
                return False
            self._deleted.add(plan.id)
            number = self._calendar.number_of(plan.id, self._world.now())
            if number is not None:
                self._deleted_numbers.add(number)
            self._started = [other for other in self._started if other.id != plan.id]
            self._settled.clear()
            self._let_waiting_go(plan.owner)
            return True

    def of_owner(self, owner: str, since: datetime) -> list[Plan]:
        """The owner's runs created since then."""
        with self._lock:
            own = [plan for plan in self._started if plan.owner == owner and plan.script.created_at >= since]
            number = self._newest()
            while number >= self._calendar.oldest and self._calendar.created_at(number) >= since:
                if self._calendar.owner(number) == owner and number not in self._deleted_numbers:
                    own.append(self._calendar.plan(number))
                number -= 1
            return own

    def running(self, owner: str) -> int:
        """How many of the owner's runs are running now."""
        now = self._world.now()
        since = now - timedelta(hours=1)
        return sum(plan.script.phase(now) is Phase.RUNNING for plan in self.of_owner(owner, since))

    def _count(self) -> int:
        return self._newest() - self._calendar.oldest + 1

    def _newest(self) -> int:
        return self._calendar.newest(self._world.now()) if self._switches.new_runs else -1

    def _recent(self, now: datetime) -> list[Plan]:
        """What was started here, and the scripted runs that were not over when the world began; newest first."""
        numbers = range(self._newest(), max(self._calendar.newest_settled, self._calendar.oldest - 1), -1)
        scripted = [self._calendar.plan(number) for number in numbers if number not in self._deleted_numbers]
        plans = scripted + self._started[::-1]
        return sorted(plans, key=lambda plan: plan.script.created_at, reverse=True)

    def _settled_slice(self, status: str, twin: str, first: int, last: int) -> list[Plan]:
        """A part of the runs that were over when the world began; looks only as far back as the part reaches."""
        if last <= first:
            return []
        found, more = self._settled.setdefault((status, twin), ([], self._settled_numbers(status, twin)))
        while len(found) < last and (number := next(more, None)) is not None:
            found.append(number)
        return [self._calendar.plan(number) for number in found[first:last]]

    def _settled_numbers(self, status: str, twin: str) -> Iterator[int]:
        calendar = self._calendar
        if status in _LIVE_WORDS:
            return
        for number in range(calendar.newest_settled, calendar.oldest - 1, -1):
            if status and calendar.fate(number)[0] != status:
                continue
            if twin and calendar.twin(number).name != twin:
                continue
            if number not in self._deleted_numbers:
                yield number

    def _planned(self, owner: str, twin: Twin, version: str, inputs: object, now: datetime) -> Plan:
        chance = self._world.chance("started", owner, len(self._started) + len(self._deleted), now.isoformat())
        code, _ = code_of_inputs(twin, version, inputs)
        failure = Failure(code, None) if code else None
        full = chance.uniform(*twin.seconds)
        created_at = now.replace(microsecond=0)
        queue = self._queue_seconds(owner, created_at)
        script = (
            failing_script(created_at, queue, full, failure)
            if failure
            else Script(created_at=created_at, queue_seconds=queue, run_seconds=full)
        )
        return Plan(
            id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            owner=owner,
            twin=twin,
            version=version,
            inputs=shown_inputs(inputs),
            sent_inputs=inputs,
            script=script,
            full_seconds=full,
            failure=failure,
        )

    def _queue_seconds(self, owner: str, created_at: datetime) -> float:
        """Seconds until the owner has fewer than the allowed number of runs at work."""
        others = [plan.script for plan in self.of_owner(owner, created_at - timedelta(hours=1))]
        earliest = created_at + timedelta(seconds=_LAUNCH_SECONDS)
        ends = sorted(script.ended_at for script in others if script.ended_at > earliest)
        for moment in (earliest, *ends):
            at_work = sum(script.started_at <= moment < script.ended_at for script in others)
            if at_work < self._switches.max_run_parallel:
                return (moment - created_at).total_seconds()
        return _LAUNCH_SECONDS

    def _let_waiting_go(self, owner: str) -> None:
        """After a run is gone: those that wait for its place start sooner."""
        now = self._world.now()
        waiting = [plan for plan in self._started if plan.owner == owner and plan.script.started_at > now]
        self._started = [plan for plan in self._started if plan not in waiting]
        for plan in waiting:
            created_at = plan.script.created_at
            wait = self._queue_seconds(owner, created_at)
            plan.script.queue_seconds = max(wait, (now - created_at).total_seconds() + 1.0)
            self._started.append(plan)
