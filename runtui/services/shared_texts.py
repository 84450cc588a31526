"""Equal texts of many runs held once."""

from typing import Final

from msgspec.structs import force_setattr

from runtui.model.run import Run

_TEXTS: Final = ("profile", "service", "job", "job_id", "name", "status_text", "owner", "message", "created_at")
_NOTHING: Final[dict[str, str]] = {}


class SharedTexts:
    """Lets runs that were just read, and are nobody's yet, hold the same objects where they hold equal ones."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {}

    def share(self, run: Run) -> None:
        """Let a run hold what runs before it held."""
        held = self._known.setdefault
        for field in _TEXTS:
            value = getattr(run, field)
            if value:
                force_setattr(run, field, held(value, value))
        if run.started_at is not None:
            force_setattr(run, "started_at", held(run.started_at, run.started_at))
        for variable in run.variables:
            force_setattr(variable, "name", held(variable.name, variable.name))
            force_setattr(variable, "type", held(variable.type, variable.type))
        if not run.extra:
            force_setattr(run, "extra", _NOTHING)
