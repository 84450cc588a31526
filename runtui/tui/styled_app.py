"""The looks of the dashboard: its theme, and each style sheet once it is needed."""

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any, Final, TypeVar

from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from runtui.model.errors import ConfigError
from runtui.model.near import near_matches
from runtui.styles_folder import style_sheets
from runtui.tui.widgets.themes import THEMES

T = TypeVar("T")

USUAL_THEME: Final = "runtui-dark"


class StyledApp(App[T]):
    """Reads no style sheet twice. The framework reads all of them anew, 5 ms on every screen, when a theme is chosen
    and for each screen with sheets of its own.
    """

    CSS_PATH = style_sheets("app", "dialogs", "widgets")

    def __init__(self, *, driver_class: type[Driver] | None = None, ansi_color: bool | None = None) -> None:
        super().__init__(driver_class=driver_class, ansi_color=ansi_color)
        for theme in THEMES:
            self.register_theme(theme)

    def begin_with_theme(self, name: str | None, place: str = "") -> None:
        """Have a theme, the usual one when none is named, before the first sheet is read.

        Raises ConfigError where there is none of that name; `place` says where it is written.
        """
        name = name or USUAL_THEME
        if name not in self.available_themes:
            raise ConfigError(f"{place}theme {name!r} is not known", hint=near_matches(name, self.available_themes))
        self.set_reactive(App.theme, name)
        is_dark = self.current_theme.dark
        self.update_classes({f"-theme-{name}": True, "-dark-mode": is_dark, "-light-mode": not is_dark}, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def first_screen(self) -> Screen[Any]:
        """The screen that is shown first."""
        raise NotImplementedError

    def get_default_screen(self) -> Screen[Any]:
        """The first screen itself: the framework would lay an empty one under it."""
        screen = self.first_screen()
        self._load_screen_css(screen)
        screen._push_result_callback(self, None)  # as for a screen that is pushed: then another one can take its place
        return screen

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        self._add_sheets(screen.css_path)

    def _add_sheets(self, paths: Iterable[str | PurePath]) -> None:
        for path in paths:
            if not self.stylesheet.has_source(str(path)):
                self.stylesheet.add_source(Path(path).read_text(encoding="utf-8"), read_from=(str(path), ""))

    def action_command_palette(self) -> None:
        """Show the palette, as flat as the rest."""
        self._add_sheets(style_sheets("palette"))
        super().action_command_palette()
