"""The bare `runtui`: the dashboard. It and the demo alone bring Textual, and only once there is a terminal for it."""

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec

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
        demo=_demo(options) if _has_demo_packages() else None,
    )


def _demo(options: CommonOptions) -> Callable[[], int]:
    """What opens the dashboard on simulated services, for those who choose it on the first screen."""

    def open_demo() -> int:
        from runtui.cli import demo

        return demo.run(options, speed=1.0, seed=1)

    return open_demo


def _has_demo_packages() -> bool:
    return all(find_spec(name) is not None for name in ("starlette", "uvicorn"))


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
