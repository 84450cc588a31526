"""Opening the dashboard in this terminal."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from runtui.config.paths import find_paths
from runtui.config.profile import Profile
from runtui.config.settings import Config, load_config
from runtui.services.pace import Pace
from runtui.services.session import Session, chosen_profiles
from runtui.tui.link import Link, choose_link


def open_dashboard(
    *,
    profiles: Sequence[str] = (),
    extra_profiles: Sequence[Profile] = (),
    config_path: str | None = None,
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Show the dashboard until the user quits; returns the exit code.

    Raises ConfigError before the terminal is touched. What crashes the dashboard is raised once the terminal is
    restored, so that whoever reports it can do so in plain sight.
    """
    environ = os.environ if environ is None else environ
    paths = find_paths(config_path, environ)
    config = load_config(paths.config_file, environ, named=paths.named)
    chosen = chosen_profiles((*config.profiles, *extra_profiles), profiles)
    link = choose_link(config.interface.link, environ)
    _prepare_terminal(config, link)

    from runtui.tui.app import Opening, RuntuiApp

    @asynccontextmanager
    async def open_session() -> AsyncIterator[Session]:
        session = Session(
            config,
            chosen,
            read_only=read_only or config.interface.readonly,
            environ=environ,
            pace=Pace(moving=config.interface.refresh_min, longest=config.interface.refresh_max),
        )
        try:
            yield session
        finally:
            await session.aclose()

    app = RuntuiApp(
        Opening(
            open_session=open_session,
            config=config,
            has_profiles=bool(chosen),
            read_only=read_only or config.interface.readonly,
            link=link,
            keymap={override.action: ",".join(override.keys) for override in config.keys},
        )
    )
    code = app.run(mouse=config.interface.mouse)
    if app.crash is not None:
        raise app.crash
    return code or 0


def _prepare_terminal(config: Config, link: Link) -> None:
    """Set what Textual reads from the environment while it is imported.

    Animations cost up to 460 KB a page. Under NO_COLOR only the terminal's own colours may be used, and the theme
    that does so must be chosen before the app exists.
    """
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    if link.name == "slow":
        os.environ.setdefault("TEXTUAL_FPS", str(link.frames))
    if os.environ.get("NO_COLOR") and config.interface.theme is None:
        os.environ.setdefault("TEXTUAL_THEME", "ansi-dark")
