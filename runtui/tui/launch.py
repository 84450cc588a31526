"""Opening the dashboard in this terminal."""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runtui.config.paths import Paths, find_paths
from runtui.config.profile import Profile, chosen_profiles
from runtui.config.settings import Config, load_config
from runtui.config.this_machine import own_profiles
from runtui.tui.collector import calm_collector, return_large_pieces, spare_what_is_there
from runtui.tui.ending import Ending
from runtui.tui.link import Link, choose_link

if TYPE_CHECKING:
    from runtui.backends.registry import FoundProfile
    from runtui.services.first_runs import FirstRuns
    from runtui.services.session import Session


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
    calm_collector()
    environ = os.environ if environ is None else environ
    while True:
        paths = find_paths(config_path, environ)
        config = load_config(paths.config_file, environ, named=paths.named)
        known = (*config.profiles, *extra_profiles)
        own = own_profiles(config, extra_profiles)
        chosen = chosen_profiles((*known, *own), profiles)
        is_new = not known and not profiles and not _is_any_begun(own, paths.data_folder)
        ending, code = _show(config, chosen, read_only, environ, offers_demo=demo is not None, is_new=is_new)
        if ending is Ending.DEMO and demo is not None:
            return demo()
        if ending is not Ending.REOPEN:
            return code


def _is_any_begun(own: Sequence[Profile], data_folder: Path) -> bool:
    from runtui.backends.registry import is_begun

    return any(is_begun(one.service, data_folder) for one in own)


def _show(
    config: Config,
    chosen: tuple[Profile, ...],
    read_only: bool,
    environ: Mapping[str, str],
    *,
    offers_demo: bool,
    is_new: bool,
) -> tuple[Ending, int]:
    """Show it once; gives why it closed and the exit code.

    Nothing is brought in here that the first frame does without: the session and all below it come once that is
    painted, in the session's own thread.
    """
    link = choose_link(config.interface.link, environ)
    _prepare_terminal(config, link)

    from runtui.services.cache import RunCache
    from runtui.services.first_runs import first_counts, first_delta, first_runs
    from runtui.services.views import LastList, Views, keep_quietly
    from runtui.tui.app import RuntuiApp
    from runtui.tui.opening import Opening

    read_only = read_only or config.interface.readonly
    paths = find_paths(None, environ)
    views = Views(paths.data_folder)
    last_list = views.load_last()
    first = first_runs(RunCache(paths.cache_folder), chosen, last_list or LastList())

    @asynccontextmanager
    async def open_session() -> AsyncIterator["Session"]:
        session = _session(config, chosen, paths, environ, first, read_only=read_only)
        try:
            yield session
        finally:
            await session.aclose()

    no_color = os.environ.get("NO_COLOR")
    spare_what_is_there()
    app = RuntuiApp(
        Opening(
            open_session=open_session,
            config=config,
            known=first_delta(first, datetime.now(UTC)),
            known_counts=first_counts(first),
            profiles=chosen,
            read_only=read_only,
            link=link,
            keymap=_keymap(config),
            read_config=lambda: load_config(config.path, environ),
            find_profiles=lambda: _found_profiles(environ),
            views=views,
            saved_views=views.load(),
            last_list=last_list,
            offers_demo=offers_demo,
            is_new=is_new,
            data_folder=paths.data_folder,
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


def _keymap(config: Config) -> Mapping[str, str]:
    if not config.keys:
        return {}
    from runtui.tui.keymap import read_keymap

    return read_keymap(config.keys)


def _session(
    config: Config,
    chosen: Sequence[Profile],
    paths: Paths,
    environ: Mapping[str, str],
    first: "Sequence[FirstRuns]",
    *,
    read_only: bool,
) -> "Session":
    """The session of the dashboard, which begins with the runs that are shown already."""
    from runtui.services.cache import RunCache
    from runtui.services.kept_spools import KeptSpools
    from runtui.services.kept_summaries import KeptSummaries
    from runtui.services.pace import Pace
    from runtui.services.seen_marks import SeenMarks
    from runtui.services.session import Session

    return_large_pieces()
    return Session(
        config,
        chosen,
        read_only=read_only,
        environ=environ,
        pace=Pace(moving=config.interface.refresh_min, longest=config.interface.refresh_max),
        cache=RunCache(paths.cache_folder),
        spools=KeptSpools(paths.cache_folder),
        budget_folder=paths.cache_folder,
        marks=SeenMarks(paths.data_folder),
        data_folder=paths.data_folder,
        summaries=KeptSummaries(paths.cache_folder),
        open_now=False,
        first=first,
    )


def _found_profiles(environ: Mapping[str, str]) -> "Sequence[FoundProfile]":
    from runtui.backends.registry import discover_profiles

    return discover_profiles(Path.home(), environ)


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
