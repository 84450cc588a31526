"""`runtui simulate`: one simulated service, served until it is told to end."""

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_text import write_json
from runtui.cli.options import CommonOptions
from runtui.cli.simulate_faults import switch_lines, switch_on
from runtui.cli.simulate_serving import ServedSimulator, create
from runtui.simulation.world import World

_ENDING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


def run(
    options: CommonOptions,
    *,
    service: str,
    port: int,
    speed: float,
    seed: int,
    runs: int | None,
    faults: Sequence[str],
) -> int:
    """Announce the service in one line of JSON and serve it. An interrupt ends with 130, a request to end with 0."""
    with _signals_held() as next_signal:
        simulator = create(service, World(seed=seed, speed=speed), runs=runs)
        if "help" in faults:
            output.write_lines(switch_lines(simulator))
            simulator.close()
            return ExitCode.DONE
        with contextlib.ExitStack() as to_close:
            to_close.callback(simulator.close)
            switch_on(simulator, faults)
            served = ServedSimulator(simulator, port=port)
            to_close.pop_all()
        with served:
            write_json(served.announcement)
            output.flush()
            output.say(f"{service} is simulated at {served.url}; ctrl-c ends it")
            return ExitCode.INTERRUPTED if next_signal() == signal.SIGINT else ExitCode.DONE


@contextlib.contextmanager
def _signals_held() -> Iterator[Callable[[], signal.Signals]]:
    """Let the signals that end the program wait until they are asked for, in every thread begun meanwhile."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield lambda: signal.Signals(signal.sigwait(_ENDING))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
