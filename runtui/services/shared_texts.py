"""Equal texts and variables of many runs held once."""

from typing import Final

from msgspec.structs import force_setattr

from runtui.model.run import Run
from runtui.model.variable import Variable

_TEXTS: Final = ("profile", "service", "job", "job_id", "owner", "status_text")
_OFTEN_EMPTY: Final = ("name", "message", "reason")
_MOST_VARIABLES: Final = 20_000
_MOST_TEXTS: Final = 20_000
_NOTHING: Final[dict[str, str]] = {}


class SharedTexts:
    """Lets runs that were just read, and are nobody's yet, hold the same objects where they hold equal ones."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._variables: dict[tuple[type, Variable], Variable] = {}

    def shared(self, run: Run) -> Run:
        """The run, which from now on holds what runs before it held."""
        held = self._texts.setdefault
        for field in _TEXTS:
            text = getattr(run, field)
            force_setattr(run, field, held(text, text))
        for field in _OFTEN_EMPTY:
            text = getattr(run, field)
            if text:
                force_setattr(run, field, held(text, text))
        if run.started_at == run.created_at:
            force_setattr(run, "started_at", run.created_at)
        if run.variables:
            force_setattr(run, "variables", tuple([self._variable(variable) for variable in run.variables]))
        if not run.extra:
            force_setattr(run, "extra", _NOTHING)
        return run

    def _text(self, text: str) -> str:
        """An equal text known before, or itself: rounded numbers are often equal where exact ones are not."""
        if len(self._texts) < _MOST_TEXTS:
            return self._texts.setdefault(text, text)
        return self._texts.get(text, text)

    def _variable(self, variable: Variable) -> Variable:
        """An equal variable known before, or itself: where it differs from run to run its texts alone are shared.

        Equal means of the same kind too, for 1 is equal to 1.0 and to true.
        """
        key = (variable.value.__class__, variable)
        known = self._variables.get(key)
        if known is not None:
            return known
        if variable.text:
            force_setattr(variable, "text", self._text(variable.text))
        held = self._texts.setdefault
        force_setattr(variable, "name", held(variable.name, variable.name))
        force_setattr(variable, "type", held(variable.type, variable.type))
        if len(self._variables) < _MOST_VARIABLES:
            self._variables[key] = variable
        return variable
