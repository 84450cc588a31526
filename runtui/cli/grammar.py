"""The parts the grammar of every command is made of. Imports nothing but argparse."""

import argparse
from typing import Any, NoReturn

Commands = Any
"""What commands are added to: argparse's own class for it is private."""
Options = Any
"""A parser, or a group of its options."""


class Parser(argparse.ArgumentParser):
    """An argument parser that complains as every other part of the program does."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong and in one what to do, and leave with exit code 2."""
        self.exit(2, f"runtui: {message}\n  `{self.prog} --help` shows what can be written.\n")


def add_command(commands: Commands, name: str, summary: str, more: str = "", *, example: str = "") -> Parser:
    """Add a command with the options all of them have. `more` follows the summary in its own help."""
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


def add_profile_argument(parser: Parser, why: str) -> None:
    """The profile a command is about; `why` goes on behind `the profile`."""
    parser.add_argument("profile", metavar="PROFILE", help=f"the profile {why}")


def add_run_argument(parser: Parser, *, several: bool = False) -> None:
    """The run a command is about, as `written`, or the runs."""
    means = "profile:id as `runtui list` shows it, or a beginning of it that is enough"
    if several:
        parser.add_argument("written", metavar="RUN", nargs="+", help=means)
    else:
        parser.add_argument("written", metavar="RUN", help=means)


def add_json_forms(parser: Parser, *, lines: bool = False) -> "argparse._MutuallyExclusiveGroup":
    """Data as JSON; with `lines` also as one value a line. Gives the group, for other forms of the same data."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", dest="as_json", action="store_true", help="JSON in place of text")
    if lines:
        forms.add_argument("--jsonl", dest="as_lines", action="store_true", help="JSON, one run a line and no list")
    return forms


def add_yes(parser: Parser) -> None:
    """A script says that it is sure."""
    parser.add_argument("--yes", dest="is_sure", action="store_true", help="do not ask whether you are sure")


def add_statuses(parser: Options, what: str) -> None:
    """Only what has one of these statuses."""
    parser.add_argument(
        "-s", "--status", dest="statuses", metavar="STATUS", action="append", default=[],
        help=f"only {what} with this status; several with commas or by giving it again",
    )  # fmt: skip


def add_service_filters(parser: Options, example: str) -> None:
    """Filters a service applies itself."""
    parser.add_argument(
        "--with", dest="facts", metavar="NAME=VALUE", action="append", default=[],
        help=f"a filter of the service, such as {example}; may be given several times",
    )  # fmt: skip


def whole_number(written: str) -> int:
    """0, 1, 2 and so on."""
    number = int(written) if written.isascii() and written.isdigit() else -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{written!r} is not a whole number of at least 0")
    return number


def connection_count(written: str) -> int:
    """1 to 64."""
    number = whole_number(written)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 1 to 64")
    return number


def port_number(written: str) -> int:
    """A TCP port; 0 stands for any free one."""
    number = whole_number(written)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{written!r} is not a port: those end at 65535")
    return number


def speed(written: str) -> float:
    """How many times faster than ours a simulated world's time runs."""
    try:
        times = float(written)
    except ValueError:
        times = -1.0
    if not 0 <= times <= 1e6:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 0 to 1000000")
    return times


def seconds(written: str) -> float:
    """A length of time, more than none and at most a year."""
    try:
        number = float(written)
    except ValueError:
        number = 0.0
    if not 0 < number <= 31_536_000:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number of seconds from 0 to a year")
    return number
