"""How the dashboard treats the line to the terminal."""

from collections.abc import Mapping
from typing import Literal

import msgspec


class Link(msgspec.Struct, frozen=True):
    """What may be sent: seconds between two redraws of ages, and frames a second at most."""

    name: Literal["fast", "slow"]
    tick_seconds: float
    frames: int


FAST = Link("fast", 1.0, 60)
SLOW = Link("slow", 5.0, 15)


def choose_link(setting: Literal["auto", "fast", "slow"], environ: Mapping[str, str]) -> Link:
    """The link the setting means; `auto` takes a terminal reached over SSH or mosh for slow."""
    if setting == "auto":
        remote = any(name in environ for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"))
        return SLOW if remote else FAST
    return SLOW if setting == "slow" else FAST
