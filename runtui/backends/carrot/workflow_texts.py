"""The texts of a run's two workflows, as files among the others."""

from collections.abc import AsyncIterator
from typing import Final

from runtui.backends.carrot.wire import RunWire
from runtui.model.output_file import OutputFile

WORKFLOW: Final = "workflow"
"""The kind of these files; their id is the phase."""


def workflow_files(run: RunWire) -> tuple[OutputFile, ...]:
    """The workflows CARROT keeps of the run: what it ran, whatever its template has by now."""
    kept = (("test", run.test_wdl), ("eval", run.eval_wdl))
    return tuple(
        OutputFile(id=phase, path=f"workflows/{phase}.wdl", kind=WORKFLOW, location=place)
        for phase, place in kept
        if place
    )


class TextStream:
    """A text that is here already, as the bytes of a file."""

    def __init__(self, text: str, start: int, end: int | None) -> None:
        content = text.encode()
        self.offset = start
        self.size: int | None = len(content)
        self.etag: str | None = None
        self.name: str | None = None
        self._content = content[start:end]

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes asked for, at once."""
        yield self._content
