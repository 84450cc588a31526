"""A session opened for one command, and closed whatever happens."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.cli.output import say
from runtui.cli.places import places
from runtui.config.profile import Profile
from runtui.services.kept_spools import KeptSpools
from runtui.services.session import Session

Work = Callable[[Session], Awaitable[int]]


def in_session(options: CommonOptions, work: Work, *, written: Sequence[str] = ()) -> int:
    """Let `work` use a session over the profiles that are wanted, and return its exit code.

    `written` are the references a person wrote: when each of them names a profile, only those profiles are opened.
    Raises RuntuiError, and KeyboardInterrupt for an interrupt and for a request to end; the session is closed before.
    """
    known = KnownProfiles(options)
    profiles = known.usable(options.profiles or _named_in(written, known))
    _say_what_is_odd(known, profiles)
    read_only = options.read_only or known.config.interface.readonly

    async def with_session() -> int:
        folder = places(options).cache_folder
        spools = KeptSpools(folder)
        session = Session(known.config, profiles, read_only=read_only, spools=spools, budget_folder=folder)
        try:
            return await work(session)
        finally:
            await session.aclose()

    return run_to_end(with_session())


def run_to_end(work: Coroutine[object, object, int]) -> int:
    """Run a coroutine in an event loop of its own. A request to end, or a terminal that goes away, interrupts it."""
    try:
        return asyncio.run(_interruptible(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _interruptible(work: Coroutine[object, object, int]) -> int:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await work


def _named_in(written: Sequence[str], known: KnownProfiles) -> tuple[str, ...]:
    names = tuple(known.of_reference(reference) for reference in written)
    return names if all(names) else ()


def _say_what_is_odd(known: KnownProfiles, profiles: Sequence[Profile]) -> None:
    for problem in known.config.problems:
        say(problem)
    found = [] if known.configured else [profile for profile in profiles if profile in known.found]
    if found:
        named = ", ".join(f"{profile.name} ({profile.origin})" for profile in found)
        say(f"nothing is configured: using what was found on this machine: {named}")
