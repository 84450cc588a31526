"""Async and headless: everything runtui does, usable from a script or a notebook without a terminal.

async with open_session() as session:
    for run in (await session.list_runs()).runs:
        print(run.reference, run.status)
"""

from runtui.services.session import RunList, Session, open_session

__all__ = ["RunList", "Session", "open_session"]
