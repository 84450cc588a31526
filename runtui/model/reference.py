"""How a person and a script name a run: `profile:id`, or any prefix of it that only one run has."""

from collections.abc import Iterable, Iterator
from typing import Self

import msgspec

from runtui.model.errors import ConfigError


class RunReference(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """The name of one run: the profile it was seen through, and the id the backend gave it.

    An id may itself hold a slash (Rescale: `JOB/RUN`). It unpacks into the two, and is an array of them in a file.
    A list of 100,000 runs holds as many of these: as a named tuple each would be twice as large, and be looked at by
    every search for garbage.
    """

    profile: str
    id: str

    def __iter__(self) -> Iterator[str]:
        """The profile, then the id."""
        yield self.profile
        yield self.id

    def __str__(self) -> str:
        return f"{self.profile}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split `profile:id` at the first colon. Raises ConfigError when there is none, or a side is empty."""
        profile, colon, run_id = text.partition(":")
        if not colon or not profile or not run_id:
            raise ConfigError(
                f"{text!r} is not a run reference", hint="Write it as profile:id, as `runtui list` shows it."
            )
        return cls(profile, run_id)


def matching_references(prefix: str, known: Iterable[RunReference]) -> list[RunReference]:
    """The known references a person may mean by `prefix`: the exact one alone, else all that start with it.

    A prefix without a colon is looked for in the ids of every profile.
    """
    candidates = list(known)
    exact = [reference for reference in candidates if prefix in (str(reference), reference.id)]
    if exact:
        return exact
    return [
        reference
        for reference in candidates
        if str(reference).startswith(prefix) or (":" not in prefix and reference.id.startswith(prefix))
    ]
