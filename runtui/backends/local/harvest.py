"""What a run that is over has left: results, and the output files it promised.

Imports the standard library alone: supervisors use it without the rest of the package.
"""

from __future__ import annotations

import json
import math
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

MOST_BYTES = 256 * 1024
"""How much of the end of a node's output is looked through for results."""
MOST_RESULTS = 200
_LINE = re.compile(r"^\s*([A-Za-z_][\w.\-/]{0,63})\s*=\s*([^\s=]{1,200})\s*$")


def results_of(work_folder: str, outputs: Iterable[str], patterns: Iterable[str] = ()) -> dict[str, Any]:
    """The results of a run, the last value of each name: from `results.json` in its work folder, and from the ends of
    the files in `outputs` where a whole line reads `name = value` or a part of one matches a pattern.

    A pattern has groups with names, or one group whose value is called after the word before it, else `result`.
    """
    found: dict[str, Any] = {}
    compiled = [re.compile(pattern) for pattern in patterns]
    for path in outputs:
        for line in end_of(path).splitlines():
            found.update(_in_line(line, compiled))
    found.update(_of_file(os.path.join(work_folder, "results.json")))
    return dict(list(found.items())[:MOST_RESULTS])


def end_of(path: str, most: int = MOST_BYTES) -> str:
    """The last whole lines of a text file; empty when there is none."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            text = file.read(most)
    except OSError:
        return ""
    if size > most:
        text = text.partition(b"\n")[2]
    return text.decode("utf-8", "replace")


def value_of(text: str) -> Any:
    """A number, a truth or a text, whichever `text` reads as. What JSON has no number for stays a text: nan, inf."""
    word = text.strip()
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    for kind in (int, float):
        try:
            number = kind(word)
        except ValueError:
            continue
        return plain(number, word)
    return word


def plain(value: Any, text: str = "") -> Any:
    """A value as JSON can hold it everywhere; numbers beyond that as the text they were."""
    if isinstance(value, float) and not math.isfinite(value):
        return text or str(value)
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return text or str(value)
    return value


def missing_outputs(work_folder: str, globs: Iterable[str]) -> list[str]:
    """Those of the globs, relative to the work folder, that no file matches."""
    import glob

    return [one for one in globs if next(glob.iglob(one, root_dir=work_folder, recursive=True), None) is None]


def matches_anywhere(pattern: str, paths: Iterable[str]) -> str:
    """The first line of the ends of some files that a pattern matches; empty when none does."""
    compiled = re.compile(pattern)
    lines = (line for path in paths for line in end_of(path).splitlines())
    return next((line.strip() for line in lines if compiled.search(line)), "")


def _in_line(line: str, patterns: Iterable[re.Pattern[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    plain = _LINE.match(line)
    if plain:
        found[plain[1]] = value_of(plain[2])
    for pattern in patterns:
        for match in pattern.finditer(line):
            found.update(_of_match(match))
    return found


def _of_match(match: re.Match[str]) -> dict[str, Any]:
    named = {name: value_of(text) for name, text in match.groupdict().items() if text is not None}
    if named or not match.re.groups or match[1] is None:
        return named
    before = re.findall(r"[A-Za-z_][\w.\-]*", match.string[match.start() : match.start(1)])
    return {before[-1] if before else "result": value_of(match[1])}


def _of_file(path: str) -> dict[str, Any]:
    """Plain values of a JSON object, those of objects inside by names with dots."""
    try:
        if os.path.getsize(path) > 4 * 1024 * 1024:
            return {}
        with open(path, "rb") as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return _flat(content, "") if isinstance(content, dict) else {}


def _flat(content: dict[str, Any], before: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in content.items():
        if isinstance(value, dict) and before.count(".") < 4:
            found.update(_flat(value, f"{before}{name}."))
        elif value is None or isinstance(value, str | int | float | bool):
            found[f"{before}{name}"] = plain(value)
        else:
            found[f"{before}{name}"] = json.dumps(value)
    return found
