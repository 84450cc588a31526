"""Taking a folder with results that something else made into the list of runs."""

import msgspec


class Adopting(msgspec.Struct, frozen=True, kw_only=True):
    """Which folder, and how its status is told: by whether the process `pid` of this host lives, by `done_file` below
    it being there, else by whether nothing was written for `silence` seconds. `log` is a file below it; without one
    the newest that looks like a log is taken."""

    folder: str
    name: str = ""
    pid: int = 0
    done_file: str = ""
    silence: float = 120.0
    log: str = ""
