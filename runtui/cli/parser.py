"""The grammar of the command line, and its help. Imports nothing but argparse, so that it costs next to nothing."""

import argparse
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from runtui import __version__
from runtui.cli.options import CommonOptions

_ABOUT: Final = """\
One terminal for every run you have in flight, whatever service it runs on.
Without a command it opens the dashboard; `runtui demo` opens it on simulated services.
"""

_EXIT_CODES: Final = """\
exit codes:
  0  done                    6  refused by the service, or it cannot do that
  1  failed                  7  a download is not what the service says it is
  2  usage or configuration  8  wait: some runs failed or were stopped
  3  not found               9  wait: some ended without a known outcome
  4  not logged in         130  interrupted
  5  service unreachable, or its answer cannot be read
When several profiles fail, the code is the first of 2 4 6 3 5 1 that occurred.

Data goes to stdout, everything else to stderr. `runtui COMMAND --help` tells more.
"""


class Parser(argparse.ArgumentParser):
    """An argument parser that complains as every other part of the program does."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong and in one what to do, and leave with exit code 2."""
        self.exit(2, f"runtui: {message}\n  `{self.prog} --help` shows what can be written.\n")


class Invocation:
    """What a person asked for. `command` is empty for the dashboard; `arguments` are that command's own."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        values = vars(parsed)
        self.command: Final[str] = values.pop("command") or ""
        self.options: Final = CommonOptions(
            profiles=(*values.pop("first_profiles"), *values.pop("profiles", ())),
            config_path=values.pop("config_path"),
            read_only=values.pop("read_only"),
        )
        self.arguments: Final[dict[str, Any]] = values


def parse(argv: Sequence[str] | None = None) -> Invocation:
    """Read the command line. Leaves with SystemExit after help, after the version and with a complaint."""
    return Invocation(build_parser().parse_args(argv))


def build_parser() -> Parser:
    """The parser of everything."""
    parser = Parser(prog="runtui", description=_ABOUT, epilog=_EXIT_CODES)
    parser.add_argument(
        "--version", action="version", version=f"runtui {__version__}", help="show the version and leave"
    )
    parser.add_argument(
        "-p", "--profile", dest="first_profiles", metavar="PROFILE", action="append", default=[],
        help="only this profile; may be given several times, before or after the command",
    )  # fmt: skip
    parser.add_argument("--readonly", dest="read_only", action="store_true", help="change nothing at any service")
    parser.add_argument("--config", dest="config_path", metavar="PATH", help="configuration file instead of the usual")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for add in (
        _add_list, _add_show, _add_nodes, _add_files, _add_logs, _add_download,
        _add_profiles, _add_config, _add_simulate, _add_demo,
    ):  # fmt: skip
        add(commands)
    return parser


_Commands = Any  # argparse's own class for this is private


def _add(commands: _Commands, name: str, summary: str, more: str = "", *, example: str = "") -> Parser:
    """A command with the options all of them have."""
    sentence = f"{summary[:1].upper()}{summary[1:]}."
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description=f"{sentence}\n{more}".rstrip(),
        epilog=f"example:\n  {example}" if example else None,
    )
    usual = parser.add_argument_group("everywhere")
    usual.add_argument(
        "-p", "--profile", dest="profiles", metavar="PROFILE", action="append", default=argparse.SUPPRESS,
        help="only this profile; may be given several times",
    )  # fmt: skip
    usual.add_argument(
        "--readonly", dest="read_only", action="store_true", default=argparse.SUPPRESS,
        help="change nothing at any service",
    )  # fmt: skip
    usual.add_argument(
        "--config", dest="config_path", metavar="PATH", default=argparse.SUPPRESS,
        help="configuration file instead of the usual",
    )  # fmt: skip
    return parser


def _add_run(parser: Parser) -> None:
    parser.add_argument(
        "written", metavar="RUN", help="profile:id as `runtui list` shows it, or a beginning of it that is enough"
    )


def _add_json(parser: Parser, *, lines: bool = False) -> None:
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", dest="as_json", action="store_true", help="JSON in place of text")
    if lines:
        forms.add_argument("--jsonl", dest="as_lines", action="store_true", help="JSON, one run a line and no list")


def _add_list(commands: _Commands) -> None:
    parser = _add(
        commands, "list", "list runs, the newest first",
        "A profile that fails is complained of on stderr; the runs of the others are listed all the same.",
        example="runtui list -s running --where 'job:airfoil Cd<0' --sort Cd",
    )  # fmt: skip
    parser.add_argument(
        "-s", "--status", dest="statuses", metavar="STATUS", action="append", default=[],
        help="only runs with this status; several with commas or by giving it again",
    )  # fmt: skip
    parser.add_argument("--where", metavar="QUERY", default="", help="only runs the filter lets through")
    parser.add_argument(
        "--sort", dest="sort_key", metavar="KEY", default="",
        help="a column (started, took, job, status ...) or a variable's name",
    )  # fmt: skip
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=_count, help="at most N runs; all without it")
    _add_json(parser, lines=True)


def _add_show(commands: _Commands) -> None:
    parser = _add(commands, "show", "show one run: status, times, message, variables")
    _add_run(parser)
    _add_json(parser)


def _add_nodes(commands: _Commands) -> None:
    parser = _add(commands, "nodes", "show the nodes of a run")
    _add_run(parser)
    _add_json(parser)


def _add_files(commands: _Commands) -> None:
    parser = _add(commands, "files", "list the output files of a run")
    _add_run(parser)
    _add_json(parser)


def _add_logs(commands: _Commands) -> None:
    parser = _add(
        commands, "logs", "print or follow the logs of a run",
        "Without NODE all logs of the run, one after the other; with -f their new lines as they come.\n"
        "What the service could not give is marked by a line that begins with ┄┄.",
        example="runtui logs hpc:aBcDeF/13 process_output.log -f",
    )  # fmt: skip
    _add_run(parser)
    parser.add_argument(
        "wanted", metavar="NODE|FILE", nargs="?", default="", help="a node or a log file, by its id or its name"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run is over")
    parser.add_argument("--stderr", dest="stderr_only", action="store_true", help="what was written to stderr instead")
    parser.add_argument("-n", "--lines", metavar="LINES", type=_count, help="only the last LINES lines of each log")
    parser.add_argument("--save", dest="save_to", metavar="FILE", help="write the exact bytes to FILE, not to stdout")


def _add_download(commands: _Commands) -> None:
    parser = _add(
        commands, "download", "fetch output files of a run, verified",
        "They go to DIR/profile/job/run. What is there already and the same is skipped. Prints the path of each.",
        example="runtui download hpc:aBcDeF/13 '*.dat' -o results",
    )  # fmt: skip
    _add_run(parser)
    parser.add_argument(
        "globs", metavar="GLOB", nargs="*",
        help="files whose path or name matches, ** for any folders; all files without one",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", dest="folder", metavar="DIR", help="folder they go to (default: as configured)"
    )
    parser.add_argument("--watch", action="store_true", help="fetch files as they appear, until the run is over")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there and differ")
    parser.add_argument("--jsonl", dest="as_lines", action="store_true", help="a line of JSON for every change")


def _add_profiles(commands: _Commands) -> None:
    parser = _add(
        commands, "profiles", "list the configured profiles, and those found on this machine",
        "One that was found serves when it is named with -p or in a RUN, and when none is configured.",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="ask each service whether it knows us")
    _add_json(parser)


def _add_config(commands: _Commands) -> None:
    parser = _add(commands, "config", "say where the configuration is")
    parser.add_argument("question", metavar="path", choices=("path",), help="print the path of the configuration file")


def _add_simulate(commands: _Commands) -> None:
    parser = _add(
        commands, "simulate", "serve a simulated service on this machine",
        "Prints first one line of JSON: service, url, credentials. Ends with ctrl-c.",
        example="runtui simulate SERVICE --port 8001 --speed 10",
    )  # fmt: skip
    parser.add_argument("service", metavar="SERVICE", help="the name of a service")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port to listen on (default: any free one)")
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X",
        help="how many times faster than ours its time runs (default: 1)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same runs (default: 1)"
    )
    parser.add_argument("--runs", type=_count, metavar="N", help="about so many runs in place of the usual few")
    parser.add_argument(
        "--fault", dest="faults", metavar="NAME[=VALUE]", action="append", default=[],
        help="switch one of its faults on; `--fault help` lists them",
    )  # fmt: skip


def _add_demo(commands: _Commands) -> None:
    parser = _add(
        commands, "demo", "open the dashboard on simulated services: no account, no network",
        "Nothing is read from your configuration and nothing stays on this machine.",
    )  # fmt: skip
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X",
        help="how many times faster than ours its time runs (default: 1)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same runs (default: 1)"
    )


def _count(written: str) -> int:
    number = int(written) if written.isascii() and written.isdigit() else -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{written!r} is not a whole number of at least 0")
    return number


def _port(written: str) -> int:
    number = _count(written)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{written!r} is not a port: those end at 65535")
    return number


def _speed(written: str) -> float:
    try:
        speed = float(written)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= 1e6:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 0 to 1000000")
    return speed
