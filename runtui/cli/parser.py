"""Reading the command line. Imports nothing but argparse, so that help and version cost next to nothing."""

import sys
from collections.abc import Sequence
from typing import Any, Final

from runtui import __version__
from runtui.cli.grammar import Parser
from runtui.cli.grammar_acting import add_acting_commands
from runtui.cli.grammar_reading import add_reading_commands
from runtui.cli.grammar_setup import add_setup_commands
from runtui.cli.options import CommonOptions, Invocation

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


def parse(argv: Sequence[str] | None = None) -> Invocation:
    """Read the command line. Leaves with SystemExit after help, after the version and with a complaint."""
    before, words = _split_at_command(list(sys.argv[1:] if argv is None else argv))
    parsed = build_parser().parse_args(before)
    if words is not None:
        if parsed.words:
            build_parser().error(f"a command is written behind --, and not {parsed.words[0]!r} before it")
        parsed.words = words
    elif getattr(parsed, "words", None):
        build_parser().error(f"a command is written behind --: ... -- {' '.join([parsed.job, *parsed.words])}")
    return _invocation(vars(parsed))


def _invocation(values: dict[str, Any]) -> Invocation:
    command = values.pop("command") or ""
    options = CommonOptions(
        profiles=(*values.pop("first_profiles"), *values.pop("profiles", ())),
        config_path=values.pop("config_path"),
        read_only=values.pop("read_only"),
    )
    return Invocation(command, options, values)


def _split_at_command(argv: list[str]) -> tuple[list[str], list[str] | None]:
    """What is ours, and the command of the user behind `--`, which is taken as it is; None for none."""
    place = argv.index("--") if "--" in argv else len(argv)
    if "start" not in argv[:place] or place == len(argv):
        return argv, None
    return argv[:place], argv[place + 1 :]


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
    add_reading_commands(commands)
    add_acting_commands(commands)
    add_setup_commands(commands)
    return parser
