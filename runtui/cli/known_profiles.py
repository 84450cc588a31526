"""The profiles a command may use: the configured ones, and those the services' own clients left on this machine."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from runtui.cli.options import CommonOptions
from runtui.cli.output import say
from runtui.cli.places import places
from runtui.config.profile import Origin, Profile
from runtui.config.settings import load_config
from runtui.config.this_machine import own_profiles
from runtui.model.errors import ConfigError


class KnownProfiles:
    """What is configured, and, looked for when it is first asked for, what else this machine knows.

    Raises ConfigError when the configuration cannot be read.
    """

    def __init__(self, options: CommonOptions) -> None:
        paths = places(options)
        self.config = load_config(paths.config_file, os.environ, named=paths.named)

    @property
    def configured(self) -> tuple[Profile, ...]:
        """Those of the configuration file, in its order."""
        return self.config.profiles

    @cached_property
    def always(self) -> tuple[Profile, ...]:
        """Those that are there without being configured or found."""
        return own_profiles(self.config)

    @property
    def all(self) -> tuple[Profile, ...]:
        """Every profile there is, the configured ones first."""
        return (*self.configured, *self.found, *self.always)

    @cached_property
    def found(self) -> tuple[Profile, ...]:
        """Those found on this machine. One with the name of a configured one, or of an earlier one, is left out."""
        from runtui.backends.registry import discover_profiles  # not for those who named only configured ones

        taken = {profile.name for profile in (*self.configured, *self.always)}
        profiles: dict[str, Profile] = {}
        for found in discover_profiles(Path.home(), os.environ):
            if found.name not in taken and found.name not in profiles:
                origin = Origin(place=found.origin)
                profiles[found.name] = Profile(
                    name=found.name, service=found.service, options=found.options, origin=origin
                )
        return tuple(profiles.values())

    def named(self, name: str) -> Profile | None:
        """The profile of this name; a configured one comes before a found one."""
        for profiles in (self.configured, self.always):
            for profile in profiles:
                if profile.name == name:
                    return profile
        return next((profile for profile in self.found if profile.name == name), None)

    def usable(self, names: Sequence[str]) -> tuple[Profile, ...]:
        """The profiles of these names; without names the configured ones, or the found ones when none is configured,
        and this machine's own.

        Raises ConfigError for a name that nobody has, and when there is no profile at all.
        """
        if not names:
            return (*(self.configured or self.found), *self.always) or self._none()
        return tuple(self.named(name) or self._unknown(name) for name in dict.fromkeys(names))

    def of_reference(self, written: str) -> str:
        """The profile that a reference to a run names, or empty when it names none that is known."""
        name, colon, _ = written.partition(":")
        return name if name and colon and self.named(name) else ""

    def _none(self) -> tuple[Profile, ...]:
        raise ConfigError(
            "no profile is configured",
            hint=f"Write one into {self.config.path}; `runtui demo` shows what it would look like.",
        )

    def _unknown(self, name: str) -> Profile:
        known = ", ".join(profile.name for profile in self.all)
        raise ConfigError(
            f"there is no profile {name!r}",
            hint=f"Profiles: {known}." if known else f"None is configured in {self.config.path}.",
        )


def say_what_is_odd(known: KnownProfiles, profiles: Sequence[Profile]) -> None:
    """Tell on stderr what is odd in the configuration, and where profiles come from that are not in it."""
    for problem in known.config.problems:
        say(problem)
    unsure = [] if known.configured else [profile for profile in profiles if profile not in known.always]
    found = [profile for profile in unsure if profile in known.found]
    if found:
        named = ", ".join(f"{profile.name} ({profile.origin})" for profile in found)
        say(f"nothing is configured: using what was found on this machine: {named}")
