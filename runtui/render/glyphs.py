"""The signs the screens are drawn with, and their variant for terminals or fonts that only have ASCII."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from runtui.model.status import Status


class Glyphs(msgspec.Struct, frozen=True, kw_only=True):
    """One set of signs. All take one cell, except where a comment says otherwise."""

    status: Mapping[Status, str]
    healthy: str
    starting: str
    troubled: str
    broken: str
    ellipsis: str
    cursor: str
    mark: str
    optimal: str
    fetching: str
    """Beside a run whose output files are fetched as they appear, and before how far all downloads have come."""
    telling: str
    """Beside a run whose end one is told of."""
    folder_open: str
    folder_closed: str
    branch: str
    """Two cells: a child that has siblings after it."""
    last_branch: str
    """Two cells: the last child."""
    trunk: str
    """Two cells: an ancestor that has siblings after it."""
    bar_left: str
    bar_full: str
    bar_right: str
    progress_full: str
    progress_empty: str
    sparks: str
    """Levels of a sparkline, the lowest first."""
    yes: str
    no: str
    secret: str
    """What stands for a secret, whatever its length."""


UNICODE = Glyphs(
    status=MappingProxyType(
        {
            Status.QUEUED: "○",
            Status.RUNNING: "●",
            Status.STOPPING: "◐",
            Status.SUCCEEDED: "✔",
            Status.FAILED: "✖",
            Status.STOPPED: "■",
            Status.ENDED: "◇",
            Status.UNKNOWN: "?",
        }
    ),
    healthy="●",
    starting="○",
    troubled="▲",
    broken="✖",
    ellipsis="…",
    cursor="▌",
    mark="*",
    optimal="★",
    fetching="↓",
    telling="♪",
    folder_open="▾",
    folder_closed="▸",
    branch="├ ",
    last_branch="└ ",
    trunk="│ ",
    bar_left="▕",
    bar_full="█",
    bar_right="▏",
    progress_full="█",
    progress_empty="░",
    sparks="▁▂▃▄▅▆▇█",
    yes="✔",
    no="✖",
    secret="••••••",
)

ASCII = Glyphs(
    status=MappingProxyType(
        {
            Status.QUEUED: "o",
            Status.RUNNING: "*",
            Status.STOPPING: "~",
            Status.SUCCEEDED: "+",
            Status.FAILED: "x",
            Status.STOPPED: "#",
            Status.ENDED: "=",
            Status.UNKNOWN: "?",
        }
    ),
    healthy="*",
    starting="o",
    troubled="!",
    broken="x",
    ellipsis="~",
    cursor=">",
    mark="*",
    optimal="^",
    fetching="v",
    telling="!",
    folder_open="v",
    folder_closed=">",
    branch="|-",
    last_branch="`-",
    trunk="| ",
    bar_left="[",
    bar_full="#",
    bar_right="]",
    progress_full="#",
    progress_empty=".",
    sparks="_.-=+*#@",
    yes="+",
    no="x",
    secret="******",
)
