"""The dashboard on simulated services in a world that stands still, driven by keys."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from runtui.backends.registry import FoundProfile
from runtui.config.profile import Origin, Profile
from runtui.config.settings import Config, Interface
from runtui.model.delta import FeedState
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.services.cache import RunCache
from runtui.services.pace import Pace
from runtui.services.seen_marks import SeenMarks
from runtui.services.session import Session
from runtui.services.tail import TailPace
from runtui.services.views import Views
from runtui.tui.app import RuntuiApp
from runtui.tui.opening import Opening
from runtui.tui.screens.base import RuntuiScreen
from tests.support.conditions import reached
from tests.support.frames import assert_frame_text, drawn, frame_of
from tests.support.stage import START, ServedSimulator

CONFIG_FILE = Path("/home/ada/.config/runtui/config.toml")
"""Where the profiles are said to come from; nothing is read there."""
LONG = 1000.0
"""Seconds of every pause between two polls: longer than any pause before something is tried again."""
_BETWEEN_LOOKS = 0.01
_PORT = re.compile(r"(127\.0\.0\.1:)\d{5}\b")
_PAUSES = Pace(moving=LONG, still=LONG, full=LONG, refused=LONG, longest=LONG)
_TAIL_PAUSES = TailPace(growing=LONG, quiet=LONG, failing=LONG)


class StandingClock:
    """Time that moves only with `advance`: then everything that waits for its next poll polls once.

    Shorter pauses, such as those before something is tried again, take no time at all.
    """

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The start of the staged worlds and what was advanced, aware, in UTC."""
        return START + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        """Seconds advanced so far."""
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        """Return at once, or for a long pause once the time was moved at all."""
        began = self.elapsed
        await asyncio.sleep(0)
        while seconds >= LONG and self.elapsed == began:  # noqa: ASYNC110  # it is moved in another thread
            await asyncio.sleep(_BETWEEN_LOOKS)


class Dashboard:
    """The app under test, the services behind it, and the keyboard."""

    def __init__(self, app: RuntuiApp, pilot: Pilot[Any], clock: StandingClock, served: Iterable[ServedSimulator]):
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self.served = tuple(served)

    @property
    def screen(self) -> RuntuiScreen:
        """The screen one sees."""
        assert isinstance(self.app.screen, RuntuiScreen)
        return self.app.screen

    @property
    def frame(self) -> str:
        """The screen as text."""
        return frame_of(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until what they caused at once is on the screen."""
        await self.pilot.press(*keys)
        await drawn(self.pilot)

    async def paste(self, text: str) -> None:
        """Put a text into the prompt that has the keys, all at once as a terminal pastes it."""
        self.app.post_message(events.Paste(text))
        await drawn(self.pilot)

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until something is true, and on the screen."""
        await reached(condition, what)
        await drawn(self.pilot)

    async def shows(self, text: str) -> None:
        """Wait until a text stands on the screen."""
        await reached(lambda: text in self.frame, f"{text!r} on\n{self.frame}")
        await drawn(self.pilot)

    async def idle(self) -> None:
        """Wait until nothing that was begun for a screen is still under way."""
        await self.until(lambda: all(worker.is_finished for worker in self.app.workers), "the end of all work")

    async def listed(self) -> None:
        """Wait until every profile has answered, or has failed."""
        health = self.app.index.health
        names = [profile.name for profile in self.app.opening.profiles]
        await self.until(
            lambda: all(name in health and health[name].state is not FeedState.STARTING for name in names),
            "an answer of every profile",
        )

    async def advance(self, seconds: float) -> None:
        """Let time pass in all worlds; every feed and every tail polls once, and the answers are on the screen."""
        for served in self.served:
            served.world.advance(seconds)
        self.clock.elapsed += seconds
        health, now = self.app.index.health, self.clock.now()
        pending = [name for name in health if health[name].state is FeedState.FRESH]
        await self.until(lambda: all(health[name].refreshed_at == now for name in pending), "a refresh of each profile")
        self.screen.time_passed(now)
        await drawn(self.pilot)

    def put(self, *runs: Run) -> None:
        """Let the session's store learn of runs no service has, as if one had listed them."""
        for run in runs:
            self.app.tell(lambda session, run=run: session.store.put(run))  # type: ignore[misc]  # the loop's own run

    def run_with(self, status: Status, profile: str = "") -> Run:
        """Some run that is listed with this status."""
        runs = self.app.index.runs.values()
        return next(run for run in runs if run.status is status and profile in ("", run.profile))

    async def opened(self, screen: type[RuntuiScreen]) -> None:
        """Wait until a screen of this class is the one in sight."""
        await self.until(lambda: isinstance(self.app.screen, screen), screen.__name__)

    def matches_frame(self, name: str) -> None:
        """The screen is as kept in `tests/frames/screens/NAME.txt`, but for the ports of loopback."""
        assert_frame_text(_PORT.sub(r"\g<1>00000", self.frame), f"screens/{name}")


def a_profile(name: str, served: ServedSimulator, **options: object) -> Profile:
    """A profile that connects to a simulator."""
    origin = Origin(place=str(CONFIG_FILE), table=f"profiles.{name}", line=1)
    return Profile(name=name, service=served.simulator.service, options={**served.options, **options}, origin=origin)


@asynccontextmanager
async def dashboard(
    served: Mapping[str, ServedSimulator],
    *,
    size: tuple[int, int] = (120, 40),
    profiles: Iterable[Profile] = (),
    interface: Interface | None = None,
    keymap: Mapping[str, str] | None = None,
    found: Iterable[FoundProfile] = (),
    offers_demo: bool = False,
    read_config: Callable[[], Config] | None = None,
    config_path: Path = CONFIG_FILE,
    lists: bool = True,
    is_new: bool = False,
    views: Views | None = None,
    data_folder: Path | None = None,
    marks: SeenMarks | None = None,
    cache: RunCache | None = None,
) -> AsyncIterator[Dashboard]:
    """The dashboard on these services by profile name, and on `profiles` beside them; closed at the end.

    Unless told otherwise every profile has answered when it is given.
    """
    known = (*(a_profile(name, one) for name, one in served.items()), *profiles)
    clock = StandingClock()
    config = Config(
        path=config_path, profiles=known, interface=interface or Interface(download_dir=Path("/home/ada/runs"))
    )

    @asynccontextmanager
    async def open_session() -> AsyncIterator[Session]:
        session = Session(
            config,
            known,
            clock=clock,
            environ={},
            pace=_PAUSES,
            tail_pace=_TAIL_PAUSES,
            marks=marks,
            cache=cache,
            data_folder=data_folder,
        )
        try:
            yield session
        finally:
            await session.aclose()

    opening = Opening(
        open_session=open_session,
        config=config,
        profiles=known,
        is_new=is_new,
        keymap=keymap or {},
        find_profiles=lambda: tuple(found),
        read_config=read_config,
        offers_demo=offers_demo,
        data_folder=data_folder,
        now=clock.now,
        views=views,
        saved_views=views.load() if views else (),
        last_list=views.load_last() if views else None,
    )
    app = RuntuiApp(opening)
    async with app.run_test(size=size, notifications=True) as pilot:
        shown = Dashboard(app, pilot, clock, served.values())
        if lists:
            await shown.listed()
        yield shown
    if views is not None and app.last_list is not None:
        views.save_last(app.last_list)
    if app.crash is not None:
        raise app.crash
