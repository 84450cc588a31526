"""`runtui adopt`: a folder with results that something else made, as a run."""

import os

from runtui.cli.connection_command import in_connection
from runtui.cli.options import CommonOptions
from runtui.cli.start_command import write_started
from runtui.config.this_machine import NAME
from runtui.model.adopting import Adopting
from runtui.services.connection import Connection


def run(
    options: CommonOptions,
    *,
    folder: str,
    name: str,
    pid: int,
    done_file: str,
    silence: float,
    log: str,
    as_json: bool,
) -> int:
    """Show the folder as a run from now on, and print its reference."""
    profile = options.profiles[0] if options.profiles else NAME
    adopting = Adopting(
        folder=os.path.abspath(os.path.expanduser(folder)),
        name=name,
        pid=pid,
        done_file=done_file,
        silence=silence,
        log=log,
    )

    async def work(connection: Connection) -> int:
        return write_started([await connection.adopting.adopt(adopting)], as_json=as_json)

    return in_connection(options, profile, work)
