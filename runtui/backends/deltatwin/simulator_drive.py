"""What belongs to the simulated account beside its runs: published outputs, schedules and quotas."""

import uuid
from datetime import datetime, timedelta

import msgspec

from runtui.backends.deltatwin.simulator_json import Json
from runtui.backends.deltatwin.simulator_outputs import SimulatedOutputs
from runtui.backends.deltatwin.simulator_plan import Plan
from runtui.backends.deltatwin.simulator_runs import SimulatedRuns
from runtui.backends.deltatwin.simulator_switches import Switches
from runtui.backends.deltatwin.simulator_twins import TWINS
from runtui.simulation.world import World

_CREATION = timedelta(seconds=5)
_DRIVE_BYTES = 20 * 2**30
_MOST_SCHEDULES = 5


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """An output that was published. It is listed some seconds after it was asked for."""

    id: str
    plan: Plan
    output: str
    created_at: datetime
    wanted: Json

    def json(self, size: int) -> Json:
        """As the service sends it."""
        return {
            "id": self.id,
            "name": self.wanted.get("name") or self.output,
            "publication_date": self.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "deltatwin_name": self.plan.twin.name,
            "deltatwin_version": self.plan.version,
            "size": size,
            "visibility": self.wanted.get("visibility") or "private",
            "description": self.wanted.get("description") or "",
            "owner": self.wanted.get("owner") or self.plan.owner,
            "topics": self.wanted.get("topics") or [],
        }


class Drive:
    """Artifacts, schedules and metrics. Not safe for several threads: one server asks."""

    def __init__(self, world: World, switches: Switches, runs: SimulatedRuns, outputs: SimulatedOutputs) -> None:
        self._world = world
        self._switches = switches
        self._runs = runs
        self._outputs = outputs
        self._artifacts: dict[str, Artifact] = {}
        self.schedules: dict[str, Json] = {}
        self._made = 0
        self.add_schedule(
            "alice",
            {
                "deltatwin_name": "image-rotation",
                "type": "cron",
                "schedule": "5 4 * * *",
                "schedule_name": "nightly quicklook",
                "inputs": {"angle": {"param_type": "integer", "value": 90}},
            },
        )

    def publish(self, plan: Plan, output: str, wanted: Json) -> Artifact:
        """Publish an output of a run."""
        artifact = Artifact(
            id=self._new_id("artifact"), plan=plan, output=output, created_at=self._world.now(), wanted=wanted
        )
        self._artifacts[artifact.id] = artifact
        return artifact

    def artifact(self, artifact_id: str) -> Artifact | None:
        """The artifact with that id, once it is there."""
        artifact = self._artifacts.get(artifact_id)
        return artifact if artifact and self._world.now() >= artifact.created_at + _CREATION else None

    def artifacts(self, visibility: str, twin: str) -> list[Json]:
        """The artifacts of a visibility and of a component; empty texts mean all."""
        there = [artifact for artifact in self._artifacts.values() if self.artifact(artifact.id)]
        items = [self.artifact_json(artifact) for artifact in there if not twin or artifact.plan.twin.name == twin]
        return [item for item in items if not visibility or item["visibility"] == visibility]

    def artifact_json(self, artifact: Artifact) -> Json:
        """As the service sends it."""
        return artifact.json(len(self._outputs.content(artifact.plan, artifact.output)))

    def drop_artifact(self, artifact_id: str) -> bool:
        """Delete an artifact; False when there is none."""
        return self._artifacts.pop(artifact_id, None) is not None

    def add_schedule(self, owner: str, wanted: Json) -> Json:
        """Plan runs. They are kept and shown; none is started by them."""
        schedule_id = self._new_id("schedule")
        twin = TWINS[str(wanted["deltatwin_name"])]
        is_date = wanted.get("type") == "date"
        following = self._world.start.replace(hour=4, minute=5, second=0, microsecond=0) + timedelta(days=1)
        text = str(wanted.get("schedule") or "")
        self.schedules[schedule_id] = {
            "schedule_id": schedule_id,
            "schedule_name": wanted.get("schedule_name") or "",
            "owner": owner,
            "type": wanted.get("type") or "cron",
            "schedule": text,
            "next_schedule": f"{text}+00:00" if is_date else following.strftime("%Y-%m-%d %H:%M:%S+00:00"),
            "deltatwin_name": twin.name,
            "deltatwin_version": wanted.get("deltatwin_version") or twin.latest,
            "status": "active",
            "inputs": wanted.get("inputs") or {},
        }
        return self.schedules[schedule_id]

    def metrics(self, owner: str) -> list[Json]:
        """The quotas of a user, one item a kind."""
        now = self._world.now()
        own = self._runs.of_owner(owner, now - timedelta(hours=24))
        ended = [plan.ended_at(now) or now for plan in own]
        busy = [
            (end - plan.script.started_at).total_seconds()
            for plan, end in zip(own, ended, strict=True)
            if plan.script.has_started(now)
        ]
        stored = [self.artifact_json(artifact)["size"] for artifact in self._artifacts.values()]
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        return [
            {
                "type": "run",
                "number_of_runs": len(own),
                "max_run": self._switches.max_run,
                "number_of_runs_parallel": self._runs.running(owner),
                "max_run_parallel": self._switches.max_run_parallel,
                "execution_time": round(sum(busy), 1),
            },
            {
                "type": "s3",
                "occupied_size": 36306993 + sum(size for size in stored if isinstance(size, int)),
                "max_size": _DRIVE_BYTES,
                "total_objects": 1 + len(stored),
                "metric_date": stamp,
            },
            {
                "type": "cron",
                "cron_number": sum(item["owner"] == owner for item in self.schedules.values()),
                "max_cron": _MOST_SCHEDULES,
                "metric_date": stamp,
            },
            *(
                {
                    "type": "harbor",
                    "project_name": twin.name.replace("-", "_"),
                    "occupied_size": 176867025.0 + 1e6 * len(twin.name),
                    "metric_date": stamp,
                }
                for twin in TWINS.values()
                if twin.owner == owner
            ),
        ]

    def _new_id(self, kind: str) -> str:
        self._made += 1
        return str(uuid.UUID(int=self._world.chance(kind, self._made).getrandbits(128), version=4))
