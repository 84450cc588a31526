"""Every style sheet is read with the screens it is about, and with no others."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from textual.screen import Screen

from runtui.styles_folder import style_sheets, styles_folder
from runtui.tui import screens
from runtui.tui.app import RuntuiApp
from runtui.tui.screens.base import RuntuiScreen

WITH_ALL = {Path(path).name for path in RuntuiApp.CSS_PATH}
WITH_THE_PALETTE = {Path(path).name for path in style_sheets("palette")}


def below(base: type[Screen[None]]) -> Iterator[type[Screen[None]]]:
    for screen in base.__subclasses__():
        yield screen
        yield from below(screen)


def sheets_by_screen() -> dict[str, set[str]]:
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    return {
        screen.__name__: {Path(path).name for path in screen.CSS_PATH if isinstance(path, Path)}
        for screen in below(RuntuiScreen)
        if isinstance(screen.CSS_PATH, list)
    }


def test_every_style_sheet_is_read_by_somebody() -> None:
    there = {path.name for path in styles_folder().glob("*.tcss")}
    assert there == WITH_ALL.union(WITH_THE_PALETTE, *sheets_by_screen().values())


def test_a_screen_reads_the_style_sheets_that_speak_of_it() -> None:
    read = sheets_by_screen()
    for path in styles_folder().glob("*.tcss"):
        for named in re.findall(r"^(\w+Screen)\b", path.read_text(), re.MULTILINE):
            assert path.name in read[named], f"{named} needs style_sheets({path.stem!r})"


def test_a_screen_with_a_form_reads_the_looks_of_forms() -> None:
    read = sheets_by_screen()
    for path in Path(screens.__path__[0]).glob("*.py"):
        if "FieldForm(" in path.read_text():
            (named,) = (name for name in re.findall(r"^class (\w+Screen)\(", path.read_text(), re.MULTILINE))
            assert "forms.tcss" in read[named], f"{named} needs style_sheets('forms')"
