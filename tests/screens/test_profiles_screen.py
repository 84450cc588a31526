"""The profiles, and how each does."""

from collections.abc import Mapping
from typing import cast

import pytest

from runtui.config.profile import Origin, Profile
from runtui.model.delta import FeedState
from runtui.simulation.faults import Fault
from runtui.tui.screens.profiles import ProfilesScreen
from runtui.tui.screens.runs import RunsScreen
from tests.support.dashboard import CONFIG_FILE, Dashboard, a_profile, dashboard
from tests.support.stage import ServedSimulator, Stage
from tests.support.ways import to_profiles

Services = Mapping[str, ServedSimulator]
SIZES = [(120, 40), (80, 24), (60, 16)]
BROKEN = Profile(
    name="mistyped",
    service="rescale",
    options={"tokn": "abc", "apiconfg": "x"},
    origin=Origin(place=str(CONFIG_FILE), table="profiles.mistyped", line=9),
)
UNKNOWN = Profile(name="other", service="slurm", origin=Origin(place=str(CONFIG_FILE), line=14))


def shown(dash: Dashboard) -> ProfilesScreen:
    return cast(ProfilesScreen, dash.screen)


async def with_cursor_on(dash: Dashboard, name: str) -> None:
    await to_profiles(dash)
    assert shown(dash).table.move_to_key(name)
    await dash.shows(f"── {name} ──")


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_every_profile_has_its_line_and_one_of_them_its_sentences(
    services: Services, width: int, height: int
) -> None:
    services["hpc"].simulator.application.fail(status=503)
    async with dashboard(services, size=(width, height), profiles=[BROKEN, UNKNOWN]) as dash:
        await to_profiles(dash)
        dash.matches_frame(f"profiles_{width}x{height}")


async def test_an_offline_profile_tells_that_it_is_tried_again(services: Services) -> None:
    services["hpc"].simulator.application.fail(status=503)
    async with dashboard(services, size=(80, 24)) as dash:
        await with_cursor_on(dash, "hpc")
        dash.matches_frame("profiles_offline")


async def test_a_profile_that_is_written_wrong_says_where_and_what(hpc: Services) -> None:
    async with dashboard(hpc, size=(80, 24), profiles=[BROKEN]) as dash:
        await with_cursor_on(dash, "mistyped")
        assert "abc" not in dash.frame
        dash.matches_frame("profiles_broken")


async def test_a_profile_that_has_not_answered_yet_says_so(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        served.simulator.application.add(Fault(hang=True))
        async with dashboard({"destine": served}, size=(80, 24), lists=False) as dash:
            await dash.until(lambda: dash.app.index.health)
            await to_profiles(dash)
            dash.matches_frame("profiles_starting")


async def test_without_any_profile_the_screen_says_where_they_are_read_from() -> None:
    async with dashboard({}, size=(80, 24)) as dash:
        await dash.press("P")
        await dash.opened(ProfilesScreen)
        dash.matches_frame("profiles_empty")


async def test_items_that_could_not_be_read_are_told_one_by_one(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=20) as served:
        served.simulator.switches.bad_items = True  # type: ignore[attr-defined]  # DeltaTwin's own
        async with dashboard({"destine": served}, size=(80, 24)) as dash:
            await to_profiles(dash)
            assert "in part" in dash.frame
            dash.matches_frame("profiles_in_part")


async def test_long_and_hostile_names_and_errors_stay_in_their_places(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        served.simulator.application.fail(
            status=400, body=b'{"detail": "\\u001b[2J\\u202e \xe7\xbf\xbc\xe5\x9e\x8b no"}'
        )
        name = "a-very-long-name.of-a-profile-that-goes-on-and-on-and-on-0123456"
        async with dashboard({name: served}, size=(80, 24)) as dash:
            await to_profiles(dash)
            assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)
            dash.matches_frame("profiles_strange")


# what it does


async def test_the_cursor_chooses_whose_sentences_are_shown(services: Services) -> None:
    async with dashboard(services) as dash:
        await to_profiles(dash)
        await dash.shows("── destine ──")
        await dash.press("j")
        await dash.shows("── hpc ──")
        assert services["hpc"].url in dash.frame


async def test_r_refreshes_the_profile_under_the_cursor_alone(services: Services) -> None:
    async with dashboard(services) as dash:
        await with_cursor_on(dash, "hpc")
        for served in services.values():
            served.behave()
        await dash.press("r")
        await dash.until(lambda: services["hpc"].requests)
        assert not services["destine"].requests
        assert not services["carrot"].requests


async def test_while_a_refresh_is_awaited_it_says_so(stage: Stage) -> None:
    with stage.serving("rescale", runs=3) as served:
        async with dashboard({"hpc": served}) as dash:
            await to_profiles(dash)
            served.simulator.application.fail(status=503)
            await dash.press("r")
            await dash.until(lambda: dash.app.index.health["hpc"].state is FeedState.OFFLINE)
            assert "asking now" not in dash.frame
            served.simulator.application.clear()
            served.simulator.application.add(Fault(hang=True))
            await dash.press("r")
            await dash.shows("asking now")


async def test_r_on_a_profile_that_cannot_be_opened_says_why(hpc: Services) -> None:
    async with dashboard(hpc, profiles=[UNKNOWN]) as dash:
        await with_cursor_on(dash, "other")
        before = dash.frame.count("there is no service 'slurm'")
        await dash.press("r")
        await dash.until(lambda: dash.frame.count("there is no service 'slurm'") == before + 1)


async def test_l_tells_who_the_service_takes_us_for(destine: Services) -> None:
    async with dashboard(destine) as dash:
        await to_profiles(dash)
        await dash.press("l")
        await dash.shows("logged in as alice")


async def test_l_after_the_password_was_mended_brings_the_profile_back(stage: Stage) -> None:
    with stage.serving("rescale", runs=5) as served:
        served.simulator.application.fail(status=401, body=b'{"detail": "Invalid token."}')
        async with dashboard({"hpc": served}) as dash:
            await to_profiles(dash)
            assert dash.app.index.health["hpc"].state is FeedState.NEEDS_LOGIN
            await dash.press("l")
            await dash.until(lambda: "asking whether" not in dash.frame)
            assert "Invalid token." in dash.frame
            served.behave()
            await dash.press("l")
            await dash.shows("logged in as")
            await dash.until(lambda: dash.app.index.health["hpc"].state is FeedState.FRESH)


async def test_the_secret_of_a_profile_is_never_shown(services: Services) -> None:
    wrong = a_profile("wrong", services["hpc"], token="t0ps3cret-token")
    async with dashboard({"hpc": services["hpc"]}, profiles=[wrong]) as dash:
        await with_cursor_on(dash, "wrong")
        await dash.press("l")
        await dash.until(lambda: "asking whether" not in dash.frame)
        assert dash.app.index.health["wrong"].state is FeedState.NEEDS_LOGIN
        assert "t0ps3cret" not in dash.frame


async def test_enter_lists_the_runs_of_the_profile_and_no_others(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.press("5")
        await with_cursor_on(dash, "hpc")
        await dash.press("enter")
        await dash.opened(RunsScreen)
        table = cast(RunsScreen, dash.screen).table
        of_hpc = [reference for reference in dash.app.index.runs if reference.profile == "hpc"]
        await dash.until(lambda: set(table.keys) == set(of_hpc))
        assert table.cursor_index == 0


async def test_a_click_on_a_badge_shows_its_profile(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.pilot.click("#badges", offset=(dash.frame.index("hpc"), 0))
        await dash.opened(ProfilesScreen)
        assert shown(dash).table.cursor_key == "hpc"
