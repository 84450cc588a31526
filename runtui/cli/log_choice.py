"""Which of a run's logs a person means."""

from collections.abc import Sequence

from runtui.model.errors import NotFoundError
from runtui.model.log import LogSource, Stream

_MOST_NAMED = 12


def chosen_sources(sources: Sequence[LogSource], wanted: str, *, stderr_only: bool) -> list[LogSource]:
    """The sources of the node or file called `wanted`, by its id or its name; all logs without one.

    A file that only happens to be text is a log when it is named, or when there is no other. A node's stderr comes
    only when it is asked for, or when it is all there is of the node. Empty when nothing is called that.
    """
    if not wanted:
        logs = [source for source in sources if source.stream is not Stream.FILE] or list(sources)
        return [source for source in logs if source.stream is Stream.STDERR or not stderr_only]
    named = [source for source in sources if wanted in (source.id, source.name, source.name.rsplit("/", 1)[-1])]
    if named:
        return named
    of_node = [source for source in sources if wanted in (source.node_id, source.node)]
    asked = [source for source in of_node if (source.stream is Stream.STDERR) == stderr_only]
    return asked or of_node


def nothing_called(wanted: str, sources: Sequence[LogSource], files: Sequence[str] = ()) -> NotFoundError:
    """The error that no log is called `wanted`, naming what there is."""
    names = list(dict.fromkeys([*(source.node or source.name for source in sources), *files]))
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    there = f"There are {', '.join(names[:_MOST_NAMED])}{more}." if names else "The run has no logs yet."
    return NotFoundError(f"no node and no file of the run is called {wanted!r}", hint=there)
