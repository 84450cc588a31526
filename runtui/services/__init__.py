"""Async and headless: everything runtui does, usable from a script or a notebook without a terminal.

async with open_session() as session:
    for run in (await session.list_runs()).runs:
        print(run.reference, run.status)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtui.services.session import RunList, Session, open_session

__all__ = ["RunList", "Session", "open_session"]


def __getattr__(name: str) -> object:
    """What is named here, brought in when it is first asked for: commands that need one module of these are not to
    pay for all of them. Raises AttributeError.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from runtui.services import session

    return getattr(session, name)
