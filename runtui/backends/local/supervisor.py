"""The supervisor of a run: a small program that starts its nodes, waits for them and keeps its record true.

It is started by the path of this file as `python -I -S -E supervisor.py run FOLDER` or `... sweep FOLDER`, imports
nothing of the package but the modules beside it that need the standard library alone, and lives in a session of its
own, away from any terminal. The first program it is ends as soon as the second one has taken over.

Nodes write their output straight into files, so nothing is lost and nothing is copied, whatever becomes of this one.
Signals: SIGTERM stops the run, SIGUSR1 lets it look at once for the file that asks for that.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

TYPE_CHECKING = False  # the module typing alone would be a fifth of what a supervisor weighs
if TYPE_CHECKING or __name__ != "__main__":
    from runtui.backends.local import harvest
    from runtui.backends.local.programs import has_members, programs_of, run_after_stop, signal_run
    from runtui.backends.local.record_file import keep_room, leave_room, read_record, write_record
    from runtui.backends.local.signs_of_life import boot_id, host_name, is_alive, start_mark
else:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import harvest
    from programs import has_members, programs_of, run_after_stop, signal_run
    from record_file import keep_room, leave_room, read_record, write_record
    from signs_of_life import boot_id, host_name, is_alive, start_mark

if TYPE_CHECKING:
    from typing import Any, NoReturn

    from runtui.backends.local.record_file import Record

STOP = "stop"
"""The file in a run's folder that asks for its end. Any host may write it."""
ALIVE = "alive"
"""The file whose date says when a supervisor was last there."""
SWEEP = "sweep.json"
LOOK_SECONDS = 5.0
"""How often a supervisor looks for `STOP` when nothing wakes it."""
HEARTBEAT_SECONDS = 30.0
_GROUP_LOOK_SECONDS = 0.1
_FULL_DISK_SECONDS = 2.0
_WAKING = frozenset({signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1})
_OVER = frozenset({"succeeded", "failed", "stopped"})


def steady_seconds() -> float:
    """Seconds that go on through changes of the clock, and through sleep where the system counts that."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class RunSupervisor:
    """One run from its first node to its end."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.record: Record = read_record(folder)
        self.nodes: dict[str, Record] = {node["id"]: node for node in self.record["nodes"]}
        self.work_folder = os.path.join(folder, self.record["folder"])
        self._running: dict[int, str] = {}
        self._groups: set[int] = set()
        self._began: dict[str, float] = {}
        self._steady = steady_seconds()
        self._beat_at = 0.0
        self._kill_at: float | None = None
        self._is_stopping = False
        self._is_saved = True

    def live(self) -> None:
        """Run all that is to be run. Returns when nothing of it is left and the record says so."""
        self._look_for_stop()
        while True:
            self._start_ready()
            if not self._running and not self._groups and not self._goes_on_elsewhere():
                break
            self._wait()
            self._reap()
            self._look_for_stop()
            self._kill_when_due()
        self._finish()

    def begin(self) -> None:
        """Take the run over: from here on its record names this program."""
        self.record["started_at"] = max(time.time(), self.record["created_at"])
        self.record["supervisor"] = {"pid": os.getpid(), "start": start_mark(os.getpid())}
        self.record["host"], self.record["boot_id"] = host_name(), boot_id()
        self.record["status"] = "running"
        self._beat()
        self._save()
        keep_room(self.folder, self.record)

    def now(self) -> float:
        """Seconds since the epoch as they would be had nobody changed the clock since the start."""
        return float(self.record["started_at"]) + steady_seconds() - self._steady

    # nodes

    def _start_ready(self) -> None:
        if self._is_stopping:
            return
        is_changed = False
        for node in self.record["nodes"]:
            if len(self._running) >= self.record["parallel"]:
                break
            if node["status"] == "queued" and self._may_start(node):
                is_changed = True
                self._start(node)
        if is_changed:
            self._save()

    def _may_start(self, node: Record) -> bool:
        needs = [self.nodes[need] for need in node["needs"]]
        lost = [need["name"] for need in needs if need["status"] in ("failed", "stopped")]
        if lost:
            node["status"], node["message"] = "stopped", f"not started: {lost[0]} did not succeed"
        return not lost and all(need["status"] == "succeeded" for need in needs)

    def _start(self, node: Record) -> None:
        environment = {**os.environ, **self.record["env"], **node["env"]}
        words = [str(word) for word in node["words"]]
        files = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            *(
                (
                    os.POSIX_SPAWN_OPEN,
                    number,
                    self.log_path(node, stream),
                    os.O_WRONLY | os.O_CREAT | os.O_APPEND,
                    0o600,
                )
                for number, stream in ((1, "stdout"), (2, "stderr"))
            ),
        ]
        node["started_at"], self._began[node["id"]] = self.now(), steady_seconds()
        try:
            os.chdir(self.work_folder)
            pid = os.posix_spawn(
                program_path(words[0], environment.get("PATH", os.defpath)),
                words,
                environment,
                file_actions=files,
                setpgroup=0,
                setsigmask=(),
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP, signal.SIGINT, signal.SIGTERM),
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self._end(node, "failed", exit_code=127, message=f"{words[0]} cannot be run: {why}")
            return
        node["status"], node["pid"], node["start"] = "running", pid, start_mark(pid)
        self._running[pid] = node["id"]

    def log_path(self, node: Record, stream: str) -> str:
        """The file one of a node's streams is written to."""
        return os.path.join(self.folder, "logs", f"{node['id']}.{stream}")

    def _wait(self) -> None:
        """Sleep until something happened or something is due."""
        due = [LOOK_SECONDS]
        if self._kill_at is not None:
            due.append(max(0.0, self._kill_at - steady_seconds()))
        if not self._running:
            due.append(_GROUP_LOOK_SECONDS)
        if not self._is_saved:
            due.append(_FULL_DISK_SECONDS)
        woken = next_signal(min(due))
        if woken == signal.SIGTERM:
            self._stop("its supervisor was told to end")
        if not self._is_saved:
            self._save()
        if steady_seconds() - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat()

    def _reap(self) -> None:
        is_changed = False
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            node_id = self._running.pop(pid, None)
            if node_id is not None:
                is_changed = True
                self._note_end(self.nodes[node_id], pid, status, used)
        self._groups = {group for group in self._groups if has_members(group)}
        if is_changed:
            self._save()

    def _note_end(self, node: Record, pid: int, status: int, used: Any) -> None:
        node["cpu_seconds"] = round(used.ru_utime + used.ru_stime, 3)
        node["peak_bytes"] = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        if self._is_stopping and has_members(pid):
            self._groups.add(pid)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            node["signal"] = signal_name(-code)
            word = "stopped" if self._is_stopping else "failed"
            hint = " (was there too little memory?)" if code == -signal.SIGKILL and not self._is_stopping else ""
            self._end(node, word, message=f"ended by {node['signal']}{hint}")
        elif code == 0:
            self._end(node, *self._outcome_of_success(node), exit_code=0)
        else:
            self._end(node, "stopped" if self._is_stopping else "failed", f"exit code {code}", exit_code=code)

    def _outcome_of_success(self, node: Record) -> tuple[str, str]:
        """An exit code of 0 counts only when what was promised is there and nothing says otherwise."""
        missing = harvest.missing_outputs(self.work_folder, node["outputs"]) if node["outputs"] else []
        if missing:
            return "failed", f"it ended well but left no {', '.join(missing)}"
        if node["fails_on"]:
            logs = [self.log_path(node, "stderr"), self.log_path(node, "stdout")]
            line = harvest.matches_anywhere(node["fails_on"], logs)
            if line:
                return "failed", f"it ended with exit code 0 but said: {line[:300]}"
        return "succeeded", ""

    def _end(self, node: Record, status: str, message: str = "", exit_code: int | None = None) -> None:
        node["status"], node["exit_code"], node["message"] = status, exit_code, message
        node["ended_at"] = node["started_at"] + steady_seconds() - self._began[node["id"]]

    # stopping

    def _goes_on_elsewhere(self) -> bool:
        """Whether a program that left its group goes on though the run is to end."""
        return self._is_stopping and bool(programs_of(self.folder))

    def _look_for_stop(self) -> None:
        if self._is_stopping:
            return
        if os.path.exists(os.path.join(self.folder, STOP)):
            self._stop("stopped on request")
        elif not os.path.isdir(self.folder):
            self._stop("its folder was removed")
        elif self._is_left():
            self._stop("the program it belongs to is over")

    def _is_left(self) -> bool:
        keeper = self.record.get("lives_with") or {"pid": 0}
        return bool(keeper["pid"]) and not is_alive(keeper["pid"], keeper["start"])

    def _stop(self, why: str) -> None:
        if self._is_stopping:
            return
        self._is_stopping = True
        self._kill_at = steady_seconds() + float(self.record["grace"])
        self.record["status"], self.record["message"] = "stopping", why
        for node in self.record["nodes"]:
            if node["status"] == "queued":
                node["status"], node["message"] = "stopped", "not started: the run was stopped"
        self._signal_groups(signal.SIGTERM)
        self._save()

    def _kill_when_due(self) -> None:
        if self._kill_at is not None and steady_seconds() >= self._kill_at:
            self._kill_at = None
            self.record["message"] += f"; it did not end by itself within {self.record['grace']:g} s"
            self._signal_groups(signal.SIGKILL)

    def _signal_groups(self, number: int) -> None:
        signal_run(self.folder, {*self._running, *self._groups}, number)

    # the record

    def _finish(self) -> None:
        record, nodes = self.record, self.record["nodes"]
        if self._is_stopping and record.get("after_stop"):
            said = run_after_stop(record["after_stop"], self.folder, self.work_folder)
            record["message"] += f"; {said}" if said else ""
        outputs = [self.log_path(node, "stdout") for node in nodes]
        record["results"] = harvest.results_of(self.work_folder, outputs, record["patterns"])
        failed = [node for node in nodes if node["status"] == "failed"]
        all_done = all(node["status"] == "succeeded" for node in nodes)
        record["status"] = "succeeded" if all_done else "stopped" if self._is_stopping else "failed"
        telling = failed[0] if failed else nodes[-1]
        record["exit_code"], record["signal"] = telling["exit_code"], telling["signal"]
        if failed and not self._is_stopping:
            named = f"{telling['name']}: " if len(nodes) > 1 else ""
            record["message"] = f"{named}{telling['message']}"
        elif all_done and self._is_stopping:
            record["message"] = "it ended before it could be stopped"
        record["cpu_seconds"] = round(sum(node["cpu_seconds"] or 0.0 for node in nodes), 3)
        record["peak_bytes"] = max((node["peak_bytes"] or 0 for node in nodes), default=0)
        record["ended_at"] = self.now()
        self._save(durable=True)
        while not self._is_saved and os.path.isdir(self.folder):
            time.sleep(_FULL_DISK_SECONDS)
            self._save(durable=True)
        leave_room(self.folder)

    def _save(self, *, durable: bool = False) -> None:
        """Write the record; where that fails it is tried again later, and nodes go on meanwhile."""
        try:
            write_record(self.folder, self.record, durable=durable)
            self._is_saved = True
        except OSError:
            self._is_saved = False

    def _beat(self) -> None:
        self._beat_at = steady_seconds()
        beat(self.folder)


class SweepSupervisor:
    """The runs of one job, some at a time, each with a supervisor of its own."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.sweep: Record = read_record(folder, SWEEP)
        self._waiting: list[str] = list(self.sweep["folders"])
        self._running: set[int] = set()
        self._beat_at = 0.0
        self._is_stopping = False

    def begin(self) -> None:
        """Take the runs over that wait."""
        self.sweep["supervisor"] = {"pid": os.getpid(), "start": start_mark(os.getpid())}
        self.sweep["host"], self.sweep["boot_id"] = host_name(), boot_id()
        write_record(self.folder, self.sweep, SWEEP)
        beat(self.folder)
        self._beat_at = steady_seconds()

    def live(self) -> None:
        """Start one run after the other, in their order. Returns when all are over."""
        while self._waiting or self._running:
            while self._waiting and len(self._running) < self.sweep["parallel"]:
                self._start(self._waiting.pop(0))
            if not self._running:
                continue
            woken = next_signal(LOOK_SECONDS)
            if woken == signal.SIGTERM:
                self._drop(self._waiting)
            elif woken is None or woken == signal.SIGUSR1:
                self._drop([one for one in self._waiting if os.path.exists(os.path.join(one, STOP))])
            self._reap()
            if steady_seconds() - self._beat_at >= HEARTBEAT_SECONDS:
                self._beat_at = steady_seconds()
                beat(self.folder)

    def _start(self, folder: str) -> None:
        if not os.path.isdir(folder):
            return
        if os.path.exists(os.path.join(folder, STOP)):
            self._drop([folder])
            return
        pid = os.fork()
        if pid == 0:
            os.setsid()
            live_in(folder, RunSupervisor)
        self._running.add(pid)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._running.discard(pid)

    def _drop(self, folders: list[str]) -> None:
        """Runs that never begin."""
        for folder in list(folders):
            if folder in self._waiting:
                self._waiting.remove(folder)
            with suppress(OSError, ValueError):
                mark_stopped(folder)


def next_signal(seconds: float) -> int | None:
    """The next signal that wakes a supervisor, or None when none comes for so long."""
    if hasattr(signal, "sigtimedwait"):
        woken = signal.sigtimedwait(_WAKING, seconds)
        return None if woken is None else woken.si_signo
    until = steady_seconds() + seconds
    while not signal.sigpending() & _WAKING:
        if steady_seconds() >= until:
            return None
        time.sleep(_GROUP_LOOK_SECONDS)
    return signal.sigwait(_WAKING)


def mark_stopped(folder: str) -> None:
    """Let the record of a run that has not begun, and that nobody will begin, say that it was stopped."""
    record = read_record(folder)
    if record["status"] != "queued":
        return
    for node in record["nodes"]:
        node["status"], node["message"] = "stopped", "not started: the run was stopped"
    record["status"], record["message"], record["ended_at"] = "stopped", "stopped before it began", time.time()
    write_record(folder, record)


def program_path(word: str, search_path: str) -> str:
    """Where the program a word names is: the word itself when it has a slash, else where the search path has it."""
    if "/" not in word:
        for place in search_path.split(os.pathsep):
            path = os.path.join(place or ".", word)
            if os.access(path, os.X_OK) and not os.path.isdir(path):
                return path
    return word


def signal_name(number: int) -> str:
    """`SIGSEGV` for 11, and the number where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def beat(folder: str) -> None:
    """Leave a sign of life, dated by whoever keeps the files."""
    path = os.path.join(folder, ALIVE)
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        os.utime(path)


def live_in(folder: str, kind: type[RunSupervisor] | type[SweepSupervisor], ready: int | None = None) -> NoReturn:
    """Be the supervisor of what lies in a folder, and end. What goes wrong here stands in `supervisor.log`.

    `ready` is a pipe that is told once the record names this program.
    """
    try:
        supervisor = kind(folder)
        supervisor.begin()
        if ready is not None:
            os.write(ready, b".")
            os.close(ready)
        supervisor.live()
    except BaseException:  # noqa: BLE001 - the last frame of a program nobody watches
        import traceback

        with suppress(OSError), open(os.path.join(folder, "supervisor.log"), "a") as log:
            traceback.print_exc(file=log)
        os._exit(1)
    os._exit(0)


def main(arguments: list[str]) -> int:
    """Let a second program take over what lies in a folder. Returns once it is there; gives the exit code."""
    kind = RunSupervisor if arguments[0] == "run" else SweepSupervisor
    folder = os.path.abspath(arguments[1])
    signal.pthread_sigmask(signal.SIG_BLOCK, _WAKING)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    is_ready, ready = os.pipe()
    if os.fork() == 0:
        os.close(is_ready)
        live_in(folder, kind, ready)
    os.close(ready)
    return 0 if os.read(is_ready, 1) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
