"""Asking services, all at once, whether they know us."""

import asyncio
from collections.abc import Sequence

import msgspec

from runtui.cli.event_loop import run_to_end
from runtui.cli.known_profiles import KnownProfiles
from runtui.config.profile import Profile
from runtui.model.errors import RuntuiError
from runtui.model.identity import Identity
from runtui.services.session import Session


class ProfileCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking one profile's service: who we are, or an error. It took `seconds`."""

    profile: Profile
    identity: Identity | None = None
    error: RuntuiError | None = None
    seconds: float = 0.0


def check_profiles(known: KnownProfiles, profiles: Sequence[Profile]) -> list[ProfileCheck]:
    """Ask each, in the order given. One that fails does not hinder the others."""
    checks: list[ProfileCheck] = []

    async def ask_all() -> int:
        session = Session(known.config, profiles, read_only=True)
        try:
            checks.extend(await asyncio.gather(*(_ask(session, profile) for profile in profiles)))
        finally:
            await session.aclose()
        return 0

    if profiles:
        run_to_end(ask_all())
    return checks


async def _ask(session: Session, profile: Profile) -> ProfileCheck:
    began = session.clock.monotonic()
    try:
        identity = await session.check(profile.name)
    except RuntuiError as error:
        return ProfileCheck(profile=profile, error=error)
    return ProfileCheck(profile=profile, identity=identity, seconds=session.clock.monotonic() - began)
