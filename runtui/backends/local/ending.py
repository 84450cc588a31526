"""Ends the programs of a run whose supervisor is gone: asks them, and kills those that go on after their grace.

Started by the path of this file as `python -I -S -E ending.py FOLDER`, away from any terminal. Imports the standard
library alone. How the run ended nobody sees: whoever reads its record next finds that it is over.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING or __name__ != "__main__":
    from runtui.backends.local.programs import has_members, programs_of, run_after_stop, signal_run
    from runtui.backends.local.record_file import read_record
    from runtui.backends.local.signs_of_life import is_alive
else:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    from programs import has_members, programs_of, run_after_stop, signal_run
    from record_file import read_record
    from signs_of_life import is_alive

_LOOK_SECONDS = 0.1


def end_run(folder: str) -> None:
    """End whatever of a run goes on here, and what it began elsewhere."""
    record = read_record(folder)
    nodes = [(node["pid"], node["start"]) for node in record["nodes"] if node["status"] == "running"]
    groups = [pid for pid, start in nodes if is_alive(pid, start)]
    signal_run(folder, groups, signal.SIGTERM)
    until = time.monotonic() + float(record["grace"])
    while time.monotonic() < until and (programs_of(folder) or any(map(has_members, groups))):
        time.sleep(_LOOK_SECONDS)
    signal_run(folder, groups, signal.SIGKILL)
    if record.get("after_stop"):
        run_after_stop(record["after_stop"], folder, os.path.join(folder, record["folder"]))


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_run(os.path.abspath(sys.argv[1]))
