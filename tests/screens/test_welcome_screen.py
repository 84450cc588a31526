"""The first screen of who has configured nothing yet."""

import tomllib
from pathlib import Path
from typing import cast

import pytest

from runtui.backends.registry import FoundProfile, discover_profiles, settings_type
from runtui.config.options import describe_options
from runtui.config.settings import Config, load_config
from runtui.tui.ending import Ending
from runtui.tui.profile_examples import profile_examples
from runtui.tui.screens.welcome import WelcomeScreen, with_own_names
from tests.support.dashboard import Dashboard, dashboard

SIZES = [(120, 40), (80, 24), (60, 16)]
FOUND = (
    FoundProfile(
        name="lab",
        service="carrot",
        options={"url": "http://carrot.lab:8080", "email": "ada@lab.org"},
        origin="/home/ada/.carrot_cli/config.json",
    ),
    FoundProfile(
        name="rescale",
        service="rescale",
        options={"url": "https://platform.rescale.com", "token": {"env": "RESCALE_API_KEY"}},
        origin="the environment: RESCALE_API_KEY",
    ),
)


def welcome(dash: Dashboard) -> WelcomeScreen:
    return cast(WelcomeScreen, dash.screen)


# what it looks like


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_it_offers_the_demo_what_was_found_and_how_to_write_a_profile(width: int, height: int) -> None:
    async with dashboard({}, size=(width, height), found=FOUND, offers_demo=True) as dash:
        await dash.until(lambda: welcome(dash).table.keys)
        await dash.idle()
        dash.matches_frame(f"welcome_{width}x{height}")


async def test_when_nothing_was_found_it_says_so_and_the_demo_is_a_command() -> None:
    async with dashboard({}, size=(80, 24)) as dash:
        await dash.shows("Nothing was found")
        await dash.idle()
        dash.matches_frame("welcome_empty")


async def test_names_found_in_files_of_others_are_made_safe() -> None:
    strange = FoundProfile(
        name="翼型" * 20,
        service="carrot",
        options={"url": "http://x/\x1b[2J"},
        origin="/home/ada/\x1b[31m\u202e.json",
    )
    async with dashboard({}, size=(80, 24), found=[strange]) as dash:
        await dash.shows("翼型")
        await dash.idle()
        assert not any(ord(character) < 32 for line in dash.frame.splitlines() for character in line)
        dash.matches_frame("welcome_strange")


# what it does


async def test_d_ends_for_the_demo_to_begin() -> None:
    async with dashboard({}, offers_demo=True) as dash:
        await dash.press("d")
        assert dash.app.return_code == 0
    assert dash.app.ending is Ending.DEMO


async def test_without_the_demos_packages_d_does_nothing() -> None:
    async with dashboard({}) as dash:
        await dash.press("d")
        assert dash.app.return_code is None
        assert "pip install 'runtui[demo]'" in dash.frame


async def test_enter_writes_what_was_found_and_opens_the_dashboard_on_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    async with dashboard({}, found=FOUND, config_path=file) as dash:
        await dash.shows("RESCALE_API_KEY")
        await dash.press("j", "enter")
        await dash.until(lambda: dash.app.return_code == 0)
    assert dash.app.ending is Ending.REOPEN
    profiles = load_config(file, {}).profiles
    assert [(profile.name, profile.service, dict(profile.options)) for profile in profiles] == [
        ("rescale", "rescale", dict(FOUND[1].options))
    ]


async def test_several_marked_ones_are_added_together(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[interface]\nmouse = false\n")
    async with dashboard({}, found=FOUND, config_path=file) as dash:
        await dash.shows("RESCALE_API_KEY")
        await dash.press("ctrl+a", "enter")
        await dash.until(lambda: dash.app.return_code == 0)
    written = file.read_text()
    assert list(tomllib.loads(written)["profiles"]) == ["lab", "rescale"]
    assert written.startswith("# mine\n")


async def test_a_file_that_cannot_be_written_is_told_in_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    async with dashboard({}, size=(160, 24), found=FOUND, config_path=tmp_path / "file" / "config.toml") as dash:
        await dash.shows("RESCALE_API_KEY")
        await dash.press("enter")
        await dash.shows("is a file, and a folder is needed there")
        assert dash.app.return_code is None


async def test_r_reads_the_configuration_again_until_there_is_a_profile_in_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    def read() -> Config:
        return load_config(file, {})

    async with dashboard({}, size=(200, 24), config_path=file, read_config=read) as dash:
        await dash.press("r")
        await dash.shows("There is no profile in")
        file.write_text("[profiles.x]\nservce = 1\n")
        await dash.press("r")
        await dash.shows("needs the key service")
        file.write_text('[profiles.x]\nservice = "carrot"\nurl = "http://x"\n')
        await dash.press("r")
        await dash.until(lambda: dash.app.return_code == 0)
    assert dash.app.ending is Ending.REOPEN


async def test_the_examples_are_copied_and_are_toml_with_keys_the_services_know() -> None:
    async with dashboard({}) as dash:
        await dash.shows("[profiles.")
        await dash.press("y")
        written = tomllib.loads(dash.app.clipboard)["profiles"]
    for table in written.values():
        known = {field.name for field in describe_options(settings_type(table.pop("service")))}
        assert table.keys() <= known
    assert profile_examples() == dash.app.clipboard.split("\n")


async def test_q_quits_and_escape_does_not() -> None:
    async with dashboard({}) as dash:
        codes = []
        for key in ("escape", "q"):
            await dash.press(key)
            codes.append(dash.app.return_code)
        assert codes == [None, 0]
    assert dash.app.ending is Ending.QUIT


def test_no_two_found_profiles_get_one_name() -> None:
    same = [FOUND[0], FOUND[0], FOUND[1], FOUND[0]]
    assert [found.name for found in with_own_names(same)] == ["lab", "lab-2", "rescale", "lab-3"]


def test_what_clients_left_here_can_be_written_as_it_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".carrot_cli"
    folder.mkdir()
    (folder / "config.json").write_text('{"carrot_server_address": "carrot.lab:8080"}')
    found = discover_profiles(tmp_path, {"RESCALE_API_KEY": "s3cret"})
    assert {one.service for one in found} == {"carrot", "rescale"}
    assert "s3cret" not in repr(found)
