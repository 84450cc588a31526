"""Keys that a user chose instead of ours."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from runtui.config.profile import Origin
from runtui.config.settings import KeyOverride, load_config
from runtui.model.errors import ConfigError
from runtui.tui.actions import live_actions
from runtui.tui.keymap import read_keymap
from runtui.tui.palette import screen_commands
from runtui.tui.screens.runs import RunsScreen
from runtui.tui.widgets.key_names import NO_KEY
from tests.support.dashboard import dashboard
from tests.support.stage import ServedSimulator
from tests.support.ways import to_help

Services = Mapping[str, ServedSimulator]


def override(action: str, *keys: str) -> KeyOverride:
    return KeyOverride(action=action, keys=keys, origin=Origin(place="config.toml", table="keys", line=4))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("x", "x"), ("X", "X"), ("ctrl+x", "ctrl+x"), ("^x", "ctrl+x"), ("Ctrl+X", "ctrl+X"), ("F5", "f5"),
        ("PgDn", "pagedown"), ("Esc", "escape"), ("?", "?"), ("question_mark", "question_mark"), ("+", "+"),
        (",", "comma"), ("Shift+Tab", "shift+tab"), ("^", "^"),
    ],
)  # fmt: skip
def test_keys_may_be_written_as_the_help_shows_them_or_by_name(written: str, key: str) -> None:
    assert read_keymap([override("runs.filter", written)]) == {"runs.filter": key}


def test_several_keys_and_none_at_all() -> None:
    assert read_keymap([override("runs.filter", "x", "y"), override("runs.sort")]) == {
        "runs.filter": "x,y",
        "runs.sort": NO_KEY,
    }
    assert read_keymap([]) == {}


@pytest.mark.parametrize(
    ("wrong", "sentence", "hint"),
    [
        (override("runs.filtr", "x"), r"config\.toml:4: \[keys\] runs\.filtr is not an action", "'runs.filter'"),
        (override("nonsense", "x"), "nonsense is not an action", ""),
        (override("runs.filter", "contrl+x"), r"runs\.filter is given 'contrl\+x', which is not a key", "ctrl+x"),
        (override("runs.filter", "foo"), "is given 'foo', which is not a key", "pagedown"),
        (override("runs.filter", ""), "which is not a key", ""),
    ],
)
def test_an_action_or_a_key_there_is_not_is_told_with_its_place(wrong: KeyOverride, sentence: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as raised:
        read_keymap([wrong])
    assert hint in raised.value.hint


async def test_a_key_remapped_in_the_configuration_works_and_is_shown(destine: Services, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\n"runs.filter" = ["ctrl+f", "F"]\n"app.help" = "h"\n"runs.sort" = []\n')
    keymap = read_keymap(load_config(file, {}).keys)
    async with dashboard(destine, keymap=keymap) as dash:
        footer = dash.frame.splitlines()[-1]
        assert "^f filter" in footer
        assert "h help" in footer
        assert "sort" not in footer
        line = cast(RunsScreen, dash.screen).filter_line
        typing = []
        for key in ("ctrl+f", "slash", "F"):
            await dash.press(key)
            typing.append(line.is_typing)
            await dash.press("escape")
        assert typing == [True, False, True]
        await dash.press("h")
        await dash.shows("^f  F")


async def test_an_action_that_was_switched_off_stays_in_the_palette_without_a_key(destine: Services) -> None:
    async with dashboard(destine, keymap=read_keymap([override("runs.sort")])) as dash:
        screen = cast(RunsScreen, dash.screen)
        before = screen.selection.order
        await dash.press("s")
        assert screen.selection.order == before
        sort = next(action for action in live_actions(dash.app, screen) if action.id == "runs.sort")
        assert sort.keys == ()
        assert any(command.help == "Runs" for command in screen_commands(dash.app, screen))
        await to_help(dash)
        assert not any(line.lstrip().startswith("s ") for line in dash.frame.splitlines())
