"""How a run of a job is asked for."""

from enum import StrEnum

import msgspec


class InputForm(StrEnum):
    """What a service wants its inputs to look like in JSON."""

    PLAIN = "plain"
    """Values by name. What the job declares are the defaults it knows; other names are the service's to judge."""
    TYPED = "typed"
    """By name an object of `type` and the value, whose key depends on the type. No other names than the declared."""
    DOCUMENT = "document"
    """One JSON object that says everything; nothing in it is declared."""
    NONE = "none"
    """None are taken when a run is started."""


class StartForm(msgspec.Struct, frozen=True, kw_only=True):
    """What one may say when starting a run. `refusal` is a sentence on why no run can be started, or empty."""

    inputs: InputForm = InputForm.PLAIN
    links: tuple[str, ...] = ()
    """Beginnings of texts that stand for a value made elsewhere: such a text may be given for an input of any type."""
    has_name: bool = False
    """Whether the run is given a name."""
    has_versions: bool = False
    """Whether one of several versions of the job can be chosen; without one the newest is meant."""
    refusal: str = ""
