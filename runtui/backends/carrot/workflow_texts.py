"""The texts of a run's two workflows, as files among the others."""

from collections.abc import AsyncIterator
from typing import Final

from runtui.backends.carrot.wire import RunWire
from runtui.model.output_file import OutputFile

WORKFLOW: Final = "workflow"
"""The kind of these files; their id is the phase, for what a workflow imports with the ending below."""
DEPENDENCIES: Final = "-dependencies"
"""Of these CARROT gives those its template has by now: its address for those of the run is wrong."""


def workflow_files(run: RunWire) -> tuple[OutputFile, ...]:
    """The workflows CARROT keeps of the run: what it ran, whatever its template has by now."""
    kept = (
        ("test", "test.wdl", run.test_wdl),
        (f"test{DEPENDENCIES}", "test_dependencies.zip", run.test_wdl_dependencies),
        ("eval", "eval.wdl", run.eval_wdl),
        (f"eval{DEPENDENCIES}", "eval_dependencies.zip", run.eval_wdl_dependencies),
    )
    return tuple(
        OutputFile(id=id, path=f"workflows/{name}", kind=WORKFLOW, location=place) for id, name, place in kept if place
    )


class HeldStream:
    """Bytes that are here already, as those of a file."""

    def __init__(self, content: bytes, start: int, end: int | None) -> None:
        self.offset = start
        self.size: int | None = len(content)
        self.etag: str | None = None
        self.name: str | None = None
        self._content = content[start:end]

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes asked for, at once."""
        yield self._content
