"""One profile opened for a command that does one thing at once.

It does without what a session has for lists, logs and transfers: to bring that in takes longer than to start a run.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtui.cli.event_loop import run_to_end
from runtui.cli.known_profiles import KnownProfiles, say_what_is_odd
from runtui.cli.options import CommonOptions
from runtui.model.clock import SystemClock
from runtui.services.connection import Connection, open_connection

T = TypeVar("T")


def in_connection(options: CommonOptions, profile: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Let `work` use the profile of this name, and return what it does; the profile is closed whatever happens.

    Raises RuntuiError, and KeyboardInterrupt for an interrupt and for a request to end.
    """
    known = KnownProfiles(options)
    profiles = known.usable([profile])
    say_what_is_odd(known, profiles)
    read_only = options.read_only or known.config.interface.readonly

    async def with_connection() -> T:
        connection = open_connection(profiles[0], clock=SystemClock(), read_only=read_only)
        try:
            return await work(connection)
        finally:
            await connection.aclose()

    return run_to_end(with_connection())
