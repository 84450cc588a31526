"""Why the dashboard closed."""

from enum import Enum


class Ending(Enum):
    """What is to come after it."""

    QUIT = "quit"
    REOPEN = "reopen"
    """The dashboard again, with the configuration read anew: profiles were added."""
    DEMO = "demo"
    """The dashboard on simulated services."""
