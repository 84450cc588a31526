"""The bare `runtui`: the dashboard. It and the demo alone bring Textual, and only once there is a terminal for it."""

import os
import sys

from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.model.errors import ConfigError


def run(options: CommonOptions) -> int:
    """Open the dashboard. Raises ConfigError where it could not be drawn."""
    check_terminal()
    known = KnownProfiles(options)
    wanted = [known.named(name) for name in options.profiles]
    found = tuple(profile for profile in wanted if profile is not None and profile not in known.configured)

    from runtui.tui.launch import open_dashboard

    return open_dashboard(
        profiles=options.profiles,
        extra_profiles=found,
        config_path=options.config_path,
        read_only=options.read_only,
    )


def check_terminal() -> None:
    """Raise ConfigError unless there is a terminal that can draw a screen."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            "the dashboard needs a terminal",
            hint="`runtui list` and the other commands work without one: runtui --help.",
        )
    if os.environ.get("TERM") in (None, "", "dumb"):
        raise ConfigError(
            "this terminal cannot draw the dashboard (TERM is dumb or not set)",
            hint="`runtui list` and the other commands work in it: runtui --help.",
        )
