"""The filters Rescale's list of jobs has itself: `state`, `job_status` and `t`. Its lists of runs have none."""

from collections.abc import Callable, Mapping
from typing import Final

from runtui.backends.rescale.mapping import JOB_PHASES, JobState
from runtui.model.errors import InputError, InputProblem
from runtui.model.near import near_matches
from runtui.model.run_filter import RunFilter

RUN_FILTERS: Final = (
    RunFilter(name="state", help="completed or not_completed: whether the job is over"),
    RunFilter(name="status", help="the job's word, such as Executing or Waiting for Queue"),
    RunFilter(name="t", help="1: jobs that are active"),
)
_CHOICES: Final = {"state": ("completed", "not_completed"), "t": ("1",)}
_WIRE_NAMES: Final = {"status": "job_status"}

Fits = Callable[[JobState], bool]


def job_query(filters: Mapping[str, str]) -> tuple[dict[str, str], Fits]:
    """The filters as the service takes them, and whether a job's state fits them: some servers ignore them.

    Raises InputError.
    """
    given = _checked(filters)
    params = {_WIRE_NAMES.get(name, name): value for name, value in given.items()}
    if "status" in given:
        params["job_status"] = _plain(given["status"]).replace(" ", "_").upper()

    def fits(state: JobState) -> bool:
        return (
            given.get("state") in (None, "completed" if state.phase.is_final else "not_completed")
            and not (given.get("t") and state.phase.is_final)
            and ("status" not in given or _plain(state.word) == _plain(given["status"]))
        )

    return params, fits


def _checked(filters: Mapping[str, str]) -> dict[str, str]:
    """Those that have a value."""
    known = {one.name for one in RUN_FILTERS}
    given = {name: value.strip() for name, value in filters.items() if value.strip()}
    problems = [
        InputProblem(name, f"Rescale has no such filter. {near_matches(name, known)}")
        for name in filters
        if name not in known
    ]
    problems += [
        InputProblem(name, f"{given[name]!r} is not {' or '.join(choices)}")
        for name, choices in _CHOICES.items()
        if name in given and given[name] not in choices
    ]
    if "status" in given and _plain(given["status"]) not in JOB_PHASES:
        near = near_matches(_plain(given["status"]), filter(None, JOB_PHASES))
        problems.append(InputProblem("status", f"{given['status']!r} is no word of Rescale for a job. {near}"))
    if problems:
        raise InputError.of(problems, hint="`runtui find PROFILE` lists the filters.")
    return given


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").lower().split())
