"""The grammar of the commands that change something at a service."""

import os
from pathlib import Path

from runtui.cli.grammar import (
    Commands,
    Parser,
    add_command,
    add_json_forms,
    add_profile_argument,
    add_run_argument,
    add_service_filters,
    add_statuses,
    add_yes,
    seconds,
    whole_number,
)


def add_acting_commands(commands: Commands) -> None:
    """start, adopt, stop, delete, snapshot, publish, report."""
    for add in (_add_start, _add_adopt, _add_stop, _add_delete, _add_snapshot, _add_publish, _add_report):
        add(commands)


def _add_start(commands: Commands) -> None:
    parser = add_command(
        commands, "start", "start a run",
        "Prints the reference of the new run, of a sweep those of all. It is asked for once and never blindly again.\n"
        "On this machine any command runs, in a folder of its own, and goes on when the terminal closes.",
        example="runtui start destine image-rotation -i inputs.json\n"
        "  runtui start local --var mesh=fine --sweep x=1:5:0.5 --parallel 2 -- python solver.py --x {x}",
    )  # fmt: skip
    add_profile_argument(parser, "it is started with")
    parser.add_argument(
        "job", metavar="JOB", nargs="?", default="",
        help="what it is a run of, by id or name; left out where the inputs say everything; "
        "on this machine also a script, or a workflow (.toml, .json)",
    )  # fmt: skip
    parser.add_argument("words", metavar="-- COMMAND", nargs="*", help="what is run on this machine, as it is")
    parser.add_argument("-i", "--inputs", metavar="FILE", help="JSON file of the inputs, - for stdin")
    parser.add_argument("--name", metavar="NAME", default="", help="what the run is called, where it can have a name")
    parser.add_argument("--version", dest="version", metavar="VERSION", default="", help="version of the job")
    _add_command_options(parser)
    add_json_forms(parser)


def _add_command_options(parser: Parser) -> None:
    options = parser.add_argument_group("commands on this machine")
    options.add_argument(
        "--var", dest="variables", metavar="NAME=VALUE", action="append", default=[],
        help="a variable: {NAME} in the command, $NAME in its environment; an input of any other job",
    )  # fmt: skip
    options.add_argument(
        "--sweep", dest="sweeps", metavar="NAME=VALUES", action="append", default=[],
        help="a run for each of FROM:TO:STEP or A,B,C; of several sweeps for each combination",
    )  # fmt: skip
    options.add_argument(
        "--parallel", type=whole_number, metavar="N", help="so many at a time (default: as many as processors)"
    )
    options.add_argument(
        "--in", dest="folder", metavar="DIR", default="", help="run in this folder, not in one of its own"
    )
    options.add_argument(
        "--result", dest="patterns", metavar="PATTERN", action="append", default=[],
        help="a regular expression whose group in the output is a result",
    )  # fmt: skip
    for service in _run_here():
        options.add_argument(
            f"--{service}", dest=f"component_{service}", metavar="DIR", default="",
            help=f"run the {service} component in DIR through that service's own client",
        )  # fmt: skip


def _run_here() -> list[str]:
    """The services whose components their own clients can run on this machine."""
    with os.scandir(Path(__file__).parent.parent / "backends") as entries:
        return sorted(entry.name for entry in entries if os.path.exists(os.path.join(entry.path, "here.py")))


def _add_adopt(commands: Commands) -> None:
    parser = add_command(
        commands, "adopt", "show a folder with results made elsewhere as a run",
        "Whether it runs is told by a process, by a file that says it is done, or by nothing being written any more.\n"
        "The folder stays where and as it is.",
        example="runtui adopt ~/runs/airfoil-7 --done DONE",
    )  # fmt: skip
    parser.add_argument("folder", metavar="DIR", help="the folder")
    parser.add_argument("--name", metavar="NAME", default="", help="what it is called (default: the folder's name)")
    parser.add_argument(
        "--pid", type=whole_number, default=0, metavar="N", help="it runs as long as this process of this machine does"
    )
    parser.add_argument(
        "--done", dest="done_file", metavar="FILE", default="", help="it succeeded once this file is in the folder"
    )
    parser.add_argument(
        "--silence", type=seconds, default=120.0, metavar="SECONDS",
        help="it is over when nothing was written for so long (default: 120)",
    )  # fmt: skip
    parser.add_argument(
        "--log", metavar="FILE", default="", help="its log in the folder (default: the newest that looks like one)"
    )
    add_json_forms(parser)


def _add_stop(commands: Commands) -> None:
    parser = add_command(commands, "stop", "stop live runs")
    add_run_argument(parser, several=True)
    _add_jobs(parser, "stop")
    add_yes(parser)


def _add_delete(commands: Commands) -> None:
    parser = add_command(commands, "delete", "delete runs with what belongs to them")
    add_run_argument(parser, several=True)
    _add_jobs(parser, "delete")
    add_yes(parser)


def _add_snapshot(commands: Commands) -> None:
    parser = add_command(commands, "snapshot", "have the work folders of live runs packed")
    add_run_argument(parser, several=True)
    parser.add_argument(
        "--wait", dest="waits", action="store_true", help="until the archives are there; prints run and path of each"
    )
    add_yes(parser)


def _add_publish(commands: Commands) -> None:
    parser = add_command(
        commands, "publish", "publish an output file of a run",
        "The service keeps it beside the run, as something others can use. Only --visibility public asks first.",
        example="runtui publish destine:5e8f6a L2A_TCI --name 'true colour' --topic sentinel-2",
    )  # fmt: skip
    add_run_argument(parser)
    parser.add_argument("wanted", metavar="OUTPUT", help="the output, by its id, name or path")
    parser.add_argument("--name", metavar="NAME", default="", help="what it is called (default: as the output)")
    parser.add_argument(
        "--visibility", metavar="private|public", default="private", help="who sees it (default: private)"
    )
    parser.add_argument("--topic", dest="topics", metavar="TOPIC", action="append", default=[], help="may be repeated")
    parser.add_argument("--description", metavar="TEXT", default="", help="what is said of it")
    add_yes(parser)


def _add_report(commands: Commands) -> None:
    parser = add_command(
        commands, "report", "list, show, make and delete the reports of a run or a group",
        "list needs no REPORT; without one, create says which reports can be made.\n"
        "Filters are for list. Those of --with are the service's, the others are applied here.\n"
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
    add_yes(parser)
    add_json_forms(parser)


def _add_report_filters(parser: Parser) -> None:
    filters = parser.add_argument_group("filters", "MOMENT is an age such as 2d, or a day such as 2026-01-29 or today.")
    add_statuses(filters, "reports")
    for name in ("created-after", "created-before", "finished-after", "finished-before"):
        word, when = name.split("-")
        filters.add_argument(f"--{name}", metavar="MOMENT", default="", help=f"only reports {word} {when} MOMENT")
    filters.add_argument("--owner", metavar="NAME", default="", help="only reports in whose owner NAME occurs")
    filters.add_argument("--limit", metavar="N", type=whole_number, help="at most the newest N reports")
    add_service_filters(filters, "cromwell_job_id=ID")


def _add_jobs(parser: Parser, verb: str) -> None:
    parser.add_argument(
        "--job", dest="are_jobs", action="store_true", help=f"{verb} whole jobs: each RUN is PROFILE:JOB, by id or name"
    )
