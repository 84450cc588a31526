"""The scripted runs of the simulated service, numbered through time and made only when looked at.

Numbers below zero are history, newest first from -1; from 0 on they arrive while one watches. What a run is follows
from its number and the world's seed alone, so a hundred thousand of them cost nothing until a page shows some.
"""

import math
import uuid
from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import md5
from zlib import crc32

from runtui.backends.deltatwin.simulator_inputs import scripted_inputs, shown_inputs
from runtui.backends.deltatwin.simulator_plan import Failure, Plan, Word, failing_script
from runtui.backends.deltatwin.simulator_twins import COASTAL_FLOOD, IMAGE_ROTATION, SEN2COR, Twin
from runtui.simulation.script import Outcome, Script
from runtui.simulation.world import World

OWNERS = ("alice", "bob", "carla.rossi", "j.virtanen", "weber")
USUAL_RUNS = 72

_PACE = 12.0
_FIRST_ARRIVAL = 6.0
_DENSE = 20
_LONGEST = 280.0
"""No scripted run lives longer than this, from its creation to its end."""
_LAST_QUEUE = 45.0
"""How long history's last run waits: it is still in the queue when the world begins."""
_LONG_ONE = -2
"""The newest run that works when the world begins goes on for a while."""
_PLANS_KEPT = 4096
_FIRST_FATES: dict[int, tuple[Twin, Word, int]] = {
    -1: (SEN2COR, Word.SUCCESS, 0),
    -2: (IMAGE_ROTATION, Word.SUCCESS, 0),
    -3: (COASTAL_FLOOD, Word.ERROR, 221),
    -8: (SEN2COR, Word.ERROR, 221),
    -11: (IMAGE_ROTATION, Word.CANCELLED, 0),
    -13: (IMAGE_ROTATION, Word.ERROR, 210),
    -15: (COASTAL_FLOOD, Word.ERROR, 410),
}
"""What the latest of history are in every world, so that each has all that can happen."""
_MANNERS = {
    "rotation": ("truncated", "memory", "glob"),
    "ai-sen2cor-processor": ("forbidden", "memory", "nan"),
    "mesh": ("memory", "killed"),
    "solver": ("diverged", "diverged", "killed"),
    "extent": ("memory",),
}


class Calendar:
    """Runs by number. Not safe for several threads: its owner locks."""

    def __init__(self, world: World, history: int) -> None:
        self._world = world
        self._history = history
        self._plans: OrderedDict[int, Plan] = OrderedDict()

    @property
    def oldest(self) -> int:
        """The number of the oldest run."""
        return -self._history

    @property
    def newest_settled(self) -> int:
        """From this number down every run was over when the world began."""
        return -min(self._history, _DENSE) - 1

    def newest(self, now: datetime) -> int:
        """The number of the newest run that exists."""
        elapsed = (now - self._world.start).total_seconds()
        number = max(-1, int((elapsed - _FIRST_ARRIVAL) // _PACE))
        return number if number < 0 or self.created_at(number) <= now else number - 1

    def created_at(self, number: int) -> datetime:
        """When a run is created; grows with its number."""
        jitter = 6.0 * self._share(number, "created")
        if number >= 0:
            return self._world.start + timedelta(seconds=_FIRST_ARRIVAL + _PACE * number + jitter)
        return self._world.start - timedelta(seconds=self._age(-number) + jitter)

    def _age(self, back: int) -> float:
        """Seconds before the world's start: dense at the end, then minutes, hours and days apart."""
        dense = min(self._history, _DENSE)
        if back <= dense:
            return back * _LONGEST / dense
        if back <= 64:
            return _LONGEST + 60.0 + 932.0 * math.pow(back - dense, 1.6)
        return _LONGEST + 60.0 + 932.0 * math.pow(64 - dense, 1.6) + 300.0 * (back - 64)

    def id_of(self, number: int) -> str:
        """The run's id: a UUID that holds its number, hidden."""
        digest = bytearray(md5(f"{self._world.seed}/run/{number}".encode(), usedforsecurity=False).digest())
        digest[6] = (digest[6] & 0x0F) | 0x40
        digest[8] = (digest[8] & 0x3F) | 0x80
        zigzag = 2 * number if number >= 0 else -2 * number - 1
        digest[:4] = (zigzag ^ crc32(bytes(digest[4:]))).to_bytes(4, "big")
        return str(uuid.UUID(bytes=bytes(digest)))

    def number_of(self, run_id: str, now: datetime) -> int | None:
        """The number of the existing run with that id, or None."""
        parts = uuid.UUID(run_id).bytes
        zigzag = int.from_bytes(parts[:4], "big") ^ crc32(parts[4:])
        number = zigzag // 2 if zigzag % 2 == 0 else -(zigzag + 1) // 2
        if not self.oldest <= number <= self.newest(now) or self.id_of(number) != run_id.lower():
            return None
        return number

    def owner(self, number: int) -> str:
        """Who started it."""
        return OWNERS[int(self._share(number, "owner") * len(OWNERS))]

    def twin(self, number: int) -> Twin:
        """What it is a run of."""
        if number in _FIRST_FATES:
            return _FIRST_FATES[number][0]
        share = self._share(number, "twin")
        return IMAGE_ROTATION if share < 0.42 else SEN2COR if share < 0.68 else COASTAL_FLOOD

    def fate(self, number: int) -> tuple[Word, int]:
        """How it ends: the final status and the engine's return code."""
        if number in _FIRST_FATES:
            return _FIRST_FATES[number][1:]
        share = self._share(number, "fate")
        if share < 0.78:
            return Word.SUCCESS, 0
        if share < 0.93:
            return Word.ERROR, 221
        if share < 0.96:
            return Word.ERROR, 210 if self.twin(number) is IMAGE_ROTATION else 221
        return (Word.ERROR, 410) if share < 0.975 else (Word.CANCELLED, 0)

    def plan(self, number: int) -> Plan:
        """The whole plan of a run."""
        plan = self._plans.get(number)
        if plan is None:
            plan = self._plans[number] = self._made(number)
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        return plan

    def _made(self, number: int) -> Plan:
        twin = self.twin(number)
        version = twin.versions[0] if self._share(number, "version") < 0.3 else twin.latest
        inputs = scripted_inputs(twin, version, self._world.chance("inputs", number))
        shortest, longest = twin.seconds
        length = 1.0 if number == _LONG_ONE else self._share(number, "length")
        full = shortest + (longest - shortest) * length
        queue = _LAST_QUEUE if number == -1 else 4.0 + 14.0 * self._share(number, "queue")
        word, code = self.fate(number)
        failure = self._failure(number, twin, code) if word is Word.ERROR else None
        return Plan(
            id=self.id_of(number),
            owner=self.owner(number),
            twin=twin,
            version=version,
            inputs=shown_inputs(inputs),
            sent_inputs=inputs,
            script=self._script(number, queue, full, failure, word),
            full_seconds=full,
            failure=failure,
        )

    def _script(self, number: int, queue: float, full: float, failure: Failure | None, word: Word) -> Script:
        created_at = self.created_at(number).replace(microsecond=0)
        if failure is not None:
            return failing_script(created_at, queue, full, failure)
        share, outcome = (0.5, Outcome.STOPPED) if word is Word.CANCELLED else (1.0, Outcome.SUCCESS)
        return Script(created_at=created_at, queue_seconds=queue, run_seconds=share * full, outcome=outcome)

    def _failure(self, number: int, twin: Twin, code: int) -> Failure:
        if code == 210:
            return Failure(code, twin.steps[0])
        models = twin.models
        step = models[int(self._share(number, "step") * len(models))]
        manners = _MANNERS[step.name]
        return Failure(code, step, manners[int(self._share(number, "manner") * len(manners))] if code == 221 else "")

    def _share(self, number: int, purpose: str) -> float:
        digest = md5(f"{self._world.seed}/{number}/{purpose}".encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[:6], "big") / 2**48
