"""How much of each allowance is used."""

from collections.abc import Mapping

from runtui.model.usage import Usage
from runtui.render.usage_lines import usage_lines
from runtui.simulation.faults import Fault
from runtui.tui.screens.profiles import ProfilesScreen
from runtui.tui.screens.usage import UsageScreen
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator, Stage

Services = Mapping[str, ServedSimulator]


def text_of(usage: Usage, width: int = 100) -> str:
    (line,) = usage_lines([usage], width)
    return "".join(cell.text for cell in line)


async def test_allowances_have_bars_and_services_that_do_not_tell_say_so(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.press("U")
        await dash.opened(UsageScreen)
        await dash.idle()
        assert "parallel runs" in dash.frame
        assert "of 1,000 runs" in dash.frame
        assert dash.frame.count("does not tell what is used") == 2


async def test_the_profile_one_looked_at_comes_first(services: Services) -> None:
    async with dashboard(services) as dash:
        await dash.press("P")
        await dash.opened(ProfilesScreen)
        assert isinstance(dash.screen, ProfilesScreen)
        for name in services:
            assert isinstance(dash.screen, ProfilesScreen)
            assert dash.screen.table.move_to_key(name)
            await dash.press("U")
            await dash.opened(UsageScreen)
            await dash.idle()
            assert next(line.strip() for line in dash.frame.splitlines() if line.strip() in services) == name
            await dash.press("q")
            await dash.opened(ProfilesScreen)


async def test_an_error_stands_in_place_of_the_bars_and_r_asks_again(stage: Stage) -> None:
    with stage.serving("deltatwin", runs=3) as served:
        async with dashboard({"destine": served}) as dash:
            served.simulator.application.add(Fault(match="metrics", status=403))
            await dash.press("U")
            await dash.opened(UsageScreen)
            await dash.idle()
            assert "parallel runs" not in dash.frame
            served.simulator.application.clear()
            await dash.press("r")
            await dash.idle()
            assert "parallel runs" in dash.frame


def test_figures_have_the_unit_of_the_allowance() -> None:
    assert "82%   17 GB of 21 GB" in text_of(
        Usage(name="drive", used=17_100_000_000, limit=20_900_000_000, unit="bytes")
    )
    assert text_of(Usage(name="time", used=190, unit="seconds")).endswith("03:10")
    assert text_of(Usage(name="runs", used=3, limit=4, unit="runs")).endswith("75%   3 of 4 runs")


def test_an_allowance_without_limit_has_no_bar() -> None:
    assert "░" not in text_of(Usage(name="elements", used=12, unit="elements"))
    assert "░" not in text_of(Usage(name="elements", used=12, limit=0, unit="elements"))


def test_what_is_over_its_limit_is_full() -> None:
    assert "100%   6 of 4 runs" in text_of(Usage(name="runs", used=6, limit=4, unit="runs"))


def test_a_long_or_hostile_name_is_made_safe_and_cut() -> None:
    shown = text_of(Usage(name="x\x1b[31m" * 40, used=1, limit=2))
    assert "\x1b" not in shown
    assert len(shown) <= 110


def test_no_allowance_at_all_is_said() -> None:
    assert "no allowance" in usage_lines([], 80)[0][0].text
