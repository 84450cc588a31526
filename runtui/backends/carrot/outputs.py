"""A run's output files: what its workflows put out, and what its results and reports name."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from runtui.backends.carrot.file_places import looks_like_file, path_below
from runtui.model.output_file import OutputFile

_REPORT_FILES = ("html_report", "populated_notebook", "empty_notebook", "run_csv_zip")


class OutputCollection:
    """Gathers files; each place counts once, and every file gets a path of its own."""

    def __init__(self) -> None:
        self._files: dict[str, OutputFile] = {}
        self._paths: set[str] = set()

    def add_outputs(self, outputs: Mapping[str, Any], phase: str, workflow_ids: Collection[str]) -> None:
        """The files among a workflow's outputs, at any depth of lists and objects."""
        for value in outputs.values():
            for location in _places_in(value):
                self.add(location, path_below(location, phase, workflow_ids), "output")

    def add_result(self, location: str, name: str, workflow_ids: Collection[str]) -> None:
        """The file a result names: mostly one of the outputs, which then counts as a result."""
        if not looks_like_file(location):
            return
        known = self._files.get(location)
        if known is None:
            self.add(location, path_below(location, "results", workflow_ids), "result")
        else:
            self._files[location] = msgspec.structs.replace(known, kind="result")

    def add(self, location: str, path: str, kind: str) -> None:
        """One file; one that lies at the same place as an earlier one is that one."""
        if location not in self._files:
            self._files[location] = OutputFile(id=location, path=self._own_path(path), kind=kind, location=location)

    def files(self) -> tuple[OutputFile, ...]:
        """Those gathered, in the order in which they came."""
        return tuple(self._files.values())

    def _own_path(self, path: str) -> str:
        """The path, with a number before its last part's end when another file has it already."""
        folder, slash, name = path.rpartition("/")
        stem, dot, end = name.partition(".")
        number, own = 2, path
        while own in self._paths:
            own = f"{folder}{slash}{stem}-{number}{dot}{end}"
            number += 1
        self._paths.add(own)
        return own


def report_files(results: Mapping[str, Any] | None, report: str) -> tuple[OutputFile, ...]:
    """The files of a report: its page first."""
    collection = OutputCollection()
    known = results or {}
    for name in (*_REPORT_FILES, *(name for name in known if name not in _REPORT_FILES)):
        location = known.get(name)
        if isinstance(location, str) and looks_like_file(location):
            collection.add(location, f"reports/{_one_part(report)}/{location.rstrip('/').rpartition('/')[2]}", "report")
    return collection.files()


def _one_part(name: str) -> str:
    return name.replace("/", "_") or "report"


def _places_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if looks_like_file(value):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _places_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _places_in(item)
