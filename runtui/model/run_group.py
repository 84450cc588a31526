"""Runs a service keeps together."""

from datetime import datetime

import msgspec

from runtui.model.run import Run

GROUP_MARK = "group/"
"""What stands before the id of a group where one could also write that of a run."""


class RunGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of runs. `about` says in a line by what they belong together, as far as the service tells.

    `extra` are the service's facts behind that line, by name, as texts.
    """

    profile: str
    service: str
    id: str
    created_at: datetime | None = None
    about: str = ""
    extra: dict[str, str] = {}

    @property
    def reference(self) -> str:
        """What names it among the groups and runs of all profiles."""
        return f"{self.profile}:{GROUP_MARK}{self.id}"

    @property
    def as_run(self) -> Run:
        """What files made of the whole group belong to: no run there is, but what a download is filed under."""
        return Run(profile=self.profile, service=self.service, id=f"{GROUP_MARK}{self.id}", job="run groups")


Reportable = Run | RunGroup
"""What a report can be made of."""
