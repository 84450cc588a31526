"""A session opened for one command, and closed whatever happens."""

from collections.abc import Awaitable, Callable, Sequence

from runtui.cli.event_loop import run_to_end
from runtui.cli.known_profiles import KnownProfiles, say_what_is_odd
from runtui.cli.options import CommonOptions
from runtui.cli.places import places
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
    say_what_is_odd(known, profiles)
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


def _named_in(written: Sequence[str], known: KnownProfiles) -> tuple[str, ...]:
    names = tuple(known.of_reference(reference) for reference in written)
    return names if all(names) else ()
