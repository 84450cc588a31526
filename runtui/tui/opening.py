"""What the dashboard opens with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runtui.config.profile import Profile
from runtui.config.settings import Config
from runtui.model.delta import Delta
from runtui.model.list_view import ListView
from runtui.model.status import Status
from runtui.services.views import LastList, Views
from runtui.tui.link import FAST, Link

if TYPE_CHECKING:
    from runtui.backends.registry import FoundProfile
    from runtui.services.session import Session


def _system_now() -> datetime:
    return datetime.now(UTC)


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard opens with. `open_session` is called in a thread of its own, after the first frame."""

    open_session: "Callable[[], AbstractAsyncContextManager[Session]]"
    config: Config
    known: Delta = Delta()
    """What the first frame shows: runs and healths that are the first of what the session's store has."""
    known_counts: Mapping[Status, int] = {}
    """How many runs have each status among all those the store begins with; nothing where that is not known."""
    profiles: tuple[Profile, ...] = ()
    """Those the session is opened with, in their order; without any the first screen tells how to begin."""
    is_new: bool = False
    """Whether nothing was configured or started yet: then too the first screen tells how to begin."""
    read_only: bool = False
    link: Link = FAST
    keymap: Mapping[str, str] = {}
    """Keys by action id, where the user wants others than ours."""
    find_profiles: "Callable[[], Sequence[FoundProfile]]" = tuple
    """What the services' own clients left on this machine; called in a thread."""
    read_config: Callable[[], Config] | None = None
    """Reads the configuration anew; may raise RuntuiError. None gives `config` again."""
    views: Views | None = None
    """Where views of the list are saved; without it none are."""
    saved_views: tuple[ListView, ...] = ()
    last_list: LastList | None = None
    """What the list showed when it was left."""
    offers_demo: bool = False
    """Whether the caller opens the dashboard on simulated services when that is how this one ends."""
    data_folder: Path | None = None
    """Where what was entered and looked at is kept for the next time; nothing is kept without one."""
    now: Callable[[], datetime] = _system_now
    """The time ages are counted to, aware, in UTC."""
