"""What the switches do to the JSON of runs."""

from typing import Any

from runtui.backends.carrot.simulation.switches import Switches

_NEW_FIELDS = (
    "run_group_ids", "test_wdl", "test_wdl_hash", "test_wdl_dependencies", "test_wdl_dependencies_hash", "eval_wdl",
    "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
)  # fmt: skip


def odd_run(run: dict[str, Any], switches: Switches, number: int = 0) -> dict[str, Any]:
    """One run's object as the switches make it; `number` is its place in its list."""
    if switches.old_server:
        run = {name: value for name, value in run.items() if name not in _NEW_FIELDS}
    if switches.unknown_fields:
        run = {**run, "cost": 1.25, "cluster": {"zone": "us-central1-a", "access_token": "ya29.never-shown"}}
    if switches.hostile_names:
        run = {**run, "name": f"\x1b]0;owned\x07\x1b[2J{run['name']}\u202e"}
    if switches.odd_dates and number < 3:
        created = run["created_at"].partition(".")[0]
        run = {**run, "created_at": (None, f"{created}.123456789", f"{created}+02:00")[number]}
    if switches.unknown_status and number == 0:
        run = {**run, "status": switches.unknown_status}
    if switches.bad_items and number == 1:
        run = {name: value for name, value in run.items() if name != "run_id"} | {"name": 17}
    return run


def odd_runs(runs: list[dict[str, Any]], switches: Switches) -> list[dict[str, Any]]:
    """A list of runs as the switches make it."""
    odd = [odd_run(run, switches, number) for number, run in enumerate(runs)]
    return [odd[0], *odd] if switches.duplicate_rows and odd else odd
