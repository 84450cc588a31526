"""How far a run has come, where its log says so and can mean nothing else."""

import re
from typing import Final

_LINES: Final = 60
"""So many last lines are looked at."""

_NUMBER: Final = r"(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)"
_PERCENT: Final = re.compile(r"(?<![\d.+-])(\d{1,3}(?:\.\d+)?) ?%")
_ABOUT_ALL: Final = re.compile(r"(?i)\b(?:progress|completed?|completion|finished|done)\b")
_PROGRESS_BAR: Final = re.compile(r"^\s*(?:[^%|]{0,60}:)?\s*\d{1,3}%\|")
_BUILD: Final = re.compile(r"^\[ *\d{1,3}%\] ")
_STEP: Final = re.compile(
    r"(?i)\b(epoch|step|time ?step|iteration|iter|chunk|frame|batch|tile|stage|part|file|sample|case|task|scene)s?\b"
    r"[ :=#\[(]{0,3}(\d+) ?(?:of|/) ?(\d+)\b(?![./])"
)
_TIME: Final = re.compile(rf"(?i)^\s*time ?[=:] ?{_NUMBER} ?s? ?(?:/|of) ?{_NUMBER} ?s?\s*$")


def told_progress(text: str) -> float | None:
    """The share done that the last lines of a log tell, 0 to 1: `Time = 240 / 500`, `step 3 of 12`, `37 % done`.

    None where nothing is told, where several things are counted, and where a count began anew: what the whole is
    would then be a guess.
    """
    told: dict[str, list[float]] = {}
    for line in re.split(r"[\r\n]+", text)[-_LINES:]:
        found = _told_by(line)
        if found is not None:
            told.setdefault(found[0], []).append(found[1])
    if len(told) != 1:
        return None
    shares = next(iter(told.values()))
    return shares[-1] if shares == sorted(shares) else None


def _told_by(line: str) -> tuple[str, float] | None:
    """What a line counts, and the share of it that is done."""
    time = _TIME.match(line)
    if time is not None:
        return _share("time", float(time[1]), float(time[2]))
    steps = _STEP.findall(line)
    if steps:
        (word, done, whole), *more = steps
        return None if more else _share(f"{word.lower()} {whole}", int(done), int(whole))
    percents = _PERCENT.findall(line)
    if len(percents) == 1 and any(sign.search(line) for sign in (_ABOUT_ALL, _PROGRESS_BAR, _BUILD)):
        return _share("%", float(percents[0]), 100.0)
    return None


def _share(counted: str, done: float, whole: float) -> tuple[str, float] | None:
    return (counted, done / whole) if whole > 1 and 0 <= done <= whole else None
