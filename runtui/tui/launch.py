"""Opening the dashboard in this terminal."""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from runtui.backends.registry import discover_profiles, is_begun
from runtui.config.paths import find_paths
from runtui.config.profile import Profile
from runtui.config.settings import Config, load_config
from runtui.config.this_machine import own_profiles
from runtui.services.cache import RunCache
from runtui.services.kept_spools import KeptSpools
from runtui.services.kept_summaries import KeptSummaries
from runtui.services.pace import Pace
from runtui.services.seen_marks import SeenMarks
from runtui.services.session import Session, chosen_profiles
from runtui.services.views import LastList, Views, keep_quietly
from runtui.tui.ending import Ending
from runtui.tui.link import Link, choose_link


def open_dashboard(
    *,
    profiles: Sequence[str] = (),
    extra_profiles: Sequence[Profile] = (),
    config_path: str | None = None,
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
    demo: Callable[[], int] | None = None,
) -> int:
    """Show the dashboard until the user quits; returns the exit code.

    `demo` opens it on simulated services: called when the user chose that on the first screen, and not offered when
    None. Raises ConfigError before the terminal is touched. What crashes the dashboard is raised once the terminal is
    restored, so that whoever reports it can do so in plain sight.
    """
    environ = os.environ if environ is None else environ
    while True:
        paths = find_paths(config_path, environ)
        config = load_config(paths.config_file, environ, named=paths.named)
        known = (*config.profiles, *extra_profiles)
        own = own_profiles(config, extra_profiles)
        chosen = chosen_profiles((*known, *own), profiles)
        is_new = not known and not profiles and not any(is_begun(one.service, paths.data_folder) for one in own)
        ending, code = _show(config, chosen, read_only, environ, offers_demo=demo is not None, is_new=is_new)
        if ending is Ending.DEMO and demo is not None:
            return demo()
        if ending is not Ending.REOPEN:
            return code


def _show(
    config: Config,
    chosen: tuple[Profile, ...],
    read_only: bool,
    environ: Mapping[str, str],
    *,
    offers_demo: bool,
    is_new: bool,
) -> tuple[Ending, int]:
    """Show it once; gives why it closed and the exit code."""
    link = choose_link(config.interface.link, environ)
    _prepare_terminal(config, link)

    from runtui.tui.app import Opening, RuntuiApp
    from runtui.tui.collector import calm_collector, return_large_pieces
    from runtui.tui.keymap import read_keymap

    read_only = read_only or config.interface.readonly
    views = Views(find_paths(None, environ).data_folder)
    last_list = views.load_last()

    @asynccontextmanager
    async def open_session() -> AsyncIterator[Session]:
        pace = Pace(moving=config.interface.refresh_min, longest=config.interface.refresh_max)
        paths = find_paths(None, environ)
        session = Session(
            config,
            chosen,
            read_only=read_only,
            environ=environ,
            pace=pace,
            cache=RunCache(paths.cache_folder),
            spools=KeptSpools(paths.cache_folder),
            budget_folder=paths.cache_folder,
            marks=SeenMarks(paths.data_folder),
            data_folder=paths.data_folder,
            summaries=KeptSummaries(paths.cache_folder),
            open_now=False,
            shown=last_list or LastList(),
        )
        try:
            yield session
        finally:
            await session.aclose()

    no_color = os.environ.get("NO_COLOR")
    calm_collector()
    return_large_pieces()
    app = RuntuiApp(
        Opening(
            open_session=open_session,
            config=config,
            profiles=chosen,
            read_only=read_only,
            link=link,
            keymap=read_keymap(config.keys),
            read_config=lambda: load_config(config.path, environ),
            find_profiles=lambda: discover_profiles(Path.home(), environ),
            views=views,
            saved_views=views.load(),
            last_list=last_list,
            offers_demo=offers_demo,
            is_new=is_new,
            data_folder=find_paths(None, environ).data_folder,
        )
    )
    if no_color:
        os.environ["NO_COLOR"] = no_color  # the framework takes it away, and there may be another dashboard after this
    code = app.run(mouse=config.interface.mouse)
    if app.last_list is not None and app.last_list != app.opening.last_list:
        keep_quietly(views, app.last_list)
    if app.crash is not None:
        raise app.crash
    return app.ending, code or 0


def _prepare_terminal(config: Config, link: Link) -> None:
    """Set what Textual reads from the environment while it is imported.

    Animations cost up to 460 KB a page. Under NO_COLOR only the terminal's own colours may be used, and the theme
    that does so must be chosen before the app exists.
    """
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    if link.name == "slow":
        os.environ.setdefault("TEXTUAL_FPS", str(link.frames))
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)
    elif config.interface.theme is None:
        os.environ.setdefault("TEXTUAL_THEME", "ansi-dark")
