"""The grammar of the commands that change something at a service."""

from runtui.cli.grammar import Commands, Parser, add_command, add_json_forms, add_run_argument, whole_number


def add_acting_commands(commands: Commands) -> None:
    """start, stop, delete, snapshot, report."""
    for add in (_add_start, _add_stop, _add_delete, _add_snapshot, _add_report):
        add(commands)


def _add_start(commands: Commands) -> None:
    parser = add_command(
        commands, "start", "start a run",
        "Prints the reference of the new run. It is asked for once and never blindly again.",
        example="runtui start destine image-rotation -i inputs.json",
    )  # fmt: skip
    parser.add_argument("profile", metavar="PROFILE", help="the profile it is started with")
    parser.add_argument(
        "job", metavar="JOB", nargs="?", default="",
        help="what it is a run of, by id or name; left out where the inputs say everything",
    )  # fmt: skip
    parser.add_argument("-i", "--inputs", metavar="FILE", help="JSON file of the inputs, - for stdin")
    parser.add_argument("--name", metavar="NAME", default="", help="what the run is called, where it can have a name")
    parser.add_argument("--version", dest="version", metavar="VERSION", default="", help="version of the job")
    add_json_forms(parser)


def _add_stop(commands: Commands) -> None:
    parser = add_command(commands, "stop", "stop live runs")
    add_run_argument(parser, several=True)
    _add_yes(parser)


def _add_delete(commands: Commands) -> None:
    parser = add_command(commands, "delete", "delete runs with what belongs to them")
    add_run_argument(parser, several=True)
    _add_yes(parser)


def _add_snapshot(commands: Commands) -> None:
    parser = add_command(commands, "snapshot", "have the work folders of live runs packed")
    add_run_argument(parser, several=True)
    _add_yes(parser)


def _add_report(commands: Commands) -> None:
    parser = add_command(
        commands, "report", "list, show, make and delete the reports of a run or a group",
        "list needs no REPORT; without one, create says which reports can be made.\n"
        "Filters are for list and are applied here, to all reports of the run.\n"
        "RUN may be a group: PROFILE:group/ID, as `runtui groups PROFILE --json` says.",
        example="runtui report create lab:aaaa01 'Example Report'",
    )  # fmt: skip
    parser.add_argument("action", choices=("list", "show", "create", "delete"), metavar="list|show|create|delete")
    add_run_argument(parser)
    parser.add_argument("report", metavar="REPORT", nargs="?", default="", help="the report's id or name")
    parser.add_argument(
        "--replace-failed", dest="replace_failed", action="store_true", help="create: make one anew that failed"
    )
    _add_report_filters(parser)
    _add_yes(parser)
    add_json_forms(parser)


def _add_report_filters(parser: Parser) -> None:
    filters = parser.add_argument_group("filters", "MOMENT is an age such as 2d, or a day such as 2026-01-29 or today.")
    filters.add_argument(
        "-s", "--status", dest="statuses", metavar="STATUS", action="append", default=[],
        help="only reports with this status; several with commas or by giving it again",
    )  # fmt: skip
    for name in ("created-after", "created-before", "finished-after", "finished-before"):
        word, when = name.split("-")
        filters.add_argument(f"--{name}", metavar="MOMENT", default="", help=f"only reports {word} {when} MOMENT")
    filters.add_argument("--owner", metavar="NAME", default="", help="only reports in whose owner NAME occurs")
    filters.add_argument("--limit", metavar="N", type=whole_number, help="at most the newest N reports")


def _add_yes(parser: Parser) -> None:
    parser.add_argument("--yes", dest="is_sure", action="store_true", help="do not ask whether you are sure")
