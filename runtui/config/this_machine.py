"""The profile that is there without being configured: the runs of this machine."""

from collections.abc import Sequence
from typing import Final

from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config

NAME: Final = "local"


def own_profiles(config: Config, taken: Sequence[Profile] = ()) -> tuple[Profile, ...]:
    """The profile of this machine, unless it is switched off, its name is taken, or one for it is configured.

    `taken` are further profiles that are there.
    """
    there = (*config.profiles, *taken)
    if not config.interface.local or any(NAME in (profile.name, profile.service) for profile in there):
        return ()
    return (Profile(name=NAME, service=NAME, origin=Origin(place="always there")),)
