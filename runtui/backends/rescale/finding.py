"""The filters Rescale's list of jobs has itself: `state`, `job_status` and `t`. Its lists of runs have none."""

from collections.abc import Callable, Mapping
from typing import Final

from runtui.backends.rescale.mapping import JOB_PHASES, JobState
from runtui.model.near import near_matches
from runtui.model.run_filter import RunFilter, read_filters

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
    given = read_filters(filters, RUN_FILTERS, _value, service="Rescale")
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


def _value(name: str, text: str) -> str:
    """The text as it is. Raises ValueError with a phrase for one that is none of the service's words."""
    choices = _CHOICES.get(name, ())
    if choices and text not in choices:
        raise ValueError(f"{text!r} is not {' or '.join(choices)}")
    if name == "status" and _plain(text) not in JOB_PHASES:
        near = near_matches(_plain(text), filter(None, JOB_PHASES))
        raise ValueError(f"{text!r} is no word of Rescale for a job. {near}")
    return text


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").lower().split())
