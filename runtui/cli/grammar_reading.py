"""The grammar of the commands that read."""

from runtui.cli.grammar import (
    Commands,
    add_command,
    add_json_forms,
    add_profile_argument,
    add_run_argument,
    add_service_filters,
    add_statuses,
    add_yes,
    connection_count,
    whole_number,
)
from runtui.model.on_conflict import OnConflict


def add_reading_commands(commands: Commands) -> None:
    """From list and find over the looks at one run to jobs, groups, subscribe, usage, changes, wait and diff."""
    for add in (
        _add_list,
        _add_find,
        _add_show,
        _add_nodes,
        _add_files,
        _add_cat,
        _add_logs,
        _add_download,
        _add_export,
    ):
        add(commands)
    for add in (_add_jobs, _add_catalogue, _add_groups, _add_subscribe, _add_usage, _add_changes, _add_wait, _add_diff):
        add(commands)


def _add_list(commands: Commands) -> None:
    parser = add_command(
        commands, "list", "list runs, the newest first",
        "A profile that fails is complained of on stderr; the runs of the others are listed all the same.",
        example="runtui list -s running --where 'job:airfoil Cd<0' --sort Cd",
    )  # fmt: skip
    add_statuses(parser, "runs")
    parser.add_argument("--where", metavar="QUERY", default="", help="only runs the filter lets through")
    parser.add_argument(
        "--sort", dest="sort_key", metavar="KEY", default="",
        help="a column (started, took, job, status ...) or a variable's name",
    )  # fmt: skip
    parser.add_argument(
        "--group", metavar="ID", default="",
        help="only runs of this group, as `runtui groups` shows it; needs the one --profile it is of",
    )  # fmt: skip
    parser.add_argument(
        "--view", metavar="NAME", default="",
        help="what a view saved in the dashboard holds: its filter, status, order and columns; "
        "--where narrows it further, --status and --sort go before it",
    )  # fmt: skip
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="N", type=whole_number, help="at most N runs; all without it")
    parser.add_argument(
        "--offset", metavar="N", type=whole_number, default=0, help="without the first N of them (default 0)"
    )
    add_json_forms(parser, lines=True)


def _add_find(commands: Commands) -> None:
    parser = add_command(
        commands, "find", "find runs by the filters a service has itself",
        "Without a filter it says which there are. --report has one report made of all runs that are found, where\n"
        "the service makes a group of them, and prints the reference of the group.",
        example="runtui find lab pipeline='Example Pipeline' status=evalfailed created_after=2d limit=20",
    )  # fmt: skip
    add_profile_argument(parser, "whose service is asked")
    parser.add_argument("given", metavar="NAME=VALUE", nargs="*", help="a filter; all of them must fit")
    parser.add_argument("--report", metavar="REPORT", default="", help="the report to be made, by id or name")
    add_json_forms(parser)


def _add_show(commands: Commands) -> None:
    parser = add_command(commands, "show", "show one run: status, times, message, variables")
    add_run_argument(parser)
    add_json_forms(parser)


def _add_nodes(commands: Commands) -> None:
    parser = add_command(commands, "nodes", "show the nodes of a run")
    add_run_argument(parser)
    add_json_forms(parser)


def _add_files(commands: Commands) -> None:
    parser = add_command(
        commands, "files", "list the output files of a run",
        "In the order of the service, unless they are sorted.",
        example="runtui files hpc:aBcDeF/13 '*.dat' --sort size",
    )  # fmt: skip
    add_run_argument(parser)
    parser.add_argument(
        "globs", metavar="GLOB", nargs="*", help="files whose path or name matches, ** for any folders; all without one"
    )
    parser.add_argument(
        "--sort", dest="sort_key", metavar="KEY", default="",
        choices=("", "path", "size", "modified", "kind", "hash"), help="path, size, modified, kind or hash",
    )  # fmt: skip
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    add_json_forms(parser)


def _add_cat(commands: Commands) -> None:
    parser = add_command(
        commands, "cat", "write an output file to stdout, or a part of it",
        "Of a live run it is what is there by now.",
        example="runtui cat hpc:aBcDeF/13 process_output.log --bytes 0-4095",
    )  # fmt: skip
    add_run_argument(parser)
    parser.add_argument("wanted", metavar="FILE", help="the file's path, name or id, or a glob that means one file")
    parser.add_argument(
        "--bytes",
        dest="part",
        metavar="FIRST-LAST",
        default="0-",
        help="only these bytes, counted from 0; LAST may be left out",
    )


def _add_logs(commands: Commands) -> None:
    parser = add_command(
        commands, "logs", "print or follow the logs of a run",
        "Without NODE all logs of the run, one after the other; with -f merged by time, and their new lines as they\n"
        "come.\n"
        "What the service could not give is marked by a line that begins with ┄┄.",
        example="runtui logs hpc:aBcDeF/13 process_output.log -f",
    )  # fmt: skip
    add_run_argument(parser)
    parser.add_argument(
        "wanted", metavar="NODE|FILE", nargs="?", default="", help="a node or a log file, by its id or its name"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run is over")
    parser.add_argument("--stderr", dest="stderr_only", action="store_true", help="what was written to stderr instead")
    parser.add_argument(
        "-n", "--lines", metavar="LINES", type=whole_number, help="only the last LINES lines of each log"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--save", dest="save_to", metavar="FILE", help="write the exact bytes to FILE, not to stdout")
    instead.add_argument(
        "--series", metavar="PATTERN",
        help="the numbers that come where PATTERN says, as 'residual = {}' or 'residual = 1.2e-3', with their lines",
    )  # fmt: skip
    parser.add_argument(
        "--json", dest="as_json", action="store_true", help="the series as JSON; with -f a value a line, as they come"
    )


def _add_download(commands: Commands) -> None:
    parser = add_command(
        commands, "download", "fetch output files of a run, verified",
        "They go to DIR/profile/job/run. What is there already and the same is skipped. Prints the path of each.",
        example="runtui download hpc:aBcDeF/13 '*.dat' -o results",
    )  # fmt: skip
    add_run_argument(parser)
    parser.add_argument(
        "globs", metavar="GLOB", nargs="*",
        help="files whose path or name matches, ** for any folders; all files without one",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", dest="folder", metavar="DIR", help="folder they go to (default: as configured)"
    )
    parser.add_argument("--watch", action="store_true", help="fetch files as they appear, until the run is over")
    parser.add_argument(
        "--on-conflict", dest="on_conflict", choices=[choice.value for choice in OnConflict],
        default=OnConflict.COMPARE.value,
        help="what to do where a file is already: compare (the default) skips the same one and fails at another",
    )  # fmt: skip
    parser.add_argument(
        "--overwrite", dest="on_conflict", action="store_const", const=OnConflict.OVERWRITE.value,
        help="replace files that are there and differ: --on-conflict overwrite",
    )  # fmt: skip
    parser.add_argument(
        "--connections",
        metavar="N",
        type=connection_count,
        help="connections at the same time (default: as configured)",
    )
    parser.add_argument("--jsonl", dest="as_lines", action="store_true", help="a line of JSON for every change")


def _add_export(commands: Commands) -> None:
    parser = add_command(
        commands, "export", "write runs to a zip of tables for spreadsheets",
        "The runs are of one profile; the service packs the tables. Prints the path of the zip.",
        example="runtui export lab:aaaa01 lab:aaaa02 -o runs.zip",
    )  # fmt: skip
    add_run_argument(parser, several=True)
    parser.add_argument("-o", "--output", dest="target", metavar="FILE", required=True, help="the zip to write")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE when it is there")


def _add_jobs(commands: Commands) -> None:
    parser = add_command(
        commands, "jobs", "list what runs are listed under, or tell what one takes as inputs",
        example="runtui jobs destine image-rotation --json",
    )  # fmt: skip
    add_profile_argument(parser, "whose jobs they are")
    parser.add_argument("job", metavar="JOB", nargs="?", default="", help="one of them, by id or name")
    parser.add_argument("--version", dest="version", metavar="VERSION", default="", help="version of the job")
    add_json_forms(parser)


def _add_catalogue(commands: Commands) -> None:
    parser = add_command(
        commands, "catalogue", "look up what a service keeps beside jobs and runs",
        "Without a TABLE it lists the tables there are.",
        example="runtui catalogue lab versions gatk",
    )  # fmt: skip
    add_profile_argument(parser, "whose service is asked")
    parser.add_argument("table", metavar="TABLE", nargs="?", default="", help="one of its tables")
    parser.add_argument(
        "of",
        metavar="OF",
        nargs="?",
        default="",
        help="only what belongs to this, by id or name",
    )
    add_json_forms(parser)


def _add_usage(commands: Commands) -> None:
    parser = add_command(
        commands, "usage", "show how much of each allowance is used", example="runtui usage destine --json"
    )
    add_profile_argument(parser, "whose allowances they are")
    add_json_forms(parser)


def _add_groups(commands: Commands) -> None:
    parser = add_command(
        commands, "groups", "list the groups a service keeps runs in, the newest first",
        "`runtui list -p PROFILE --group ID` lists the runs of one, `runtui report list PROFILE:group/ID` its reports.",
        example="runtui groups lab --json",
    )  # fmt: skip
    add_profile_argument(parser, "whose groups they are")
    add_service_filters(parser, "repo=solver or created_after=2d")
    parser.add_argument("--delete", metavar="ID", default="", help="delete this group, which must have no runs")
    add_yes(parser)
    add_json_forms(parser)


def _add_subscribe(commands: Commands) -> None:
    parser = add_command(
        commands, "subscribe", "have a service send mail when runs of a job or reports on them are over",
        "Without a JOB it lists who is told of what.",
        example="runtui subscribe lab 'Example Test'",
    )  # fmt: skip
    add_profile_argument(parser, "whose service is asked")
    parser.add_argument("job", metavar="JOB", nargs="?", default="", help="the job, by id or name")
    parser.add_argument("--email", metavar="ADDRESS", default="", help="who is told (default: the profile's email)")
    parser.add_argument("--end", dest="ends", action="store_true", help="tell that address no more")
    add_json_forms(parser)


def _add_changes(commands: Commands) -> None:
    parser = add_command(
        commands, "changes", "tell which runs failed, ended, changed, appeared or went away since somebody last looked",
        "One looks by leaving the dashboard, by marking as seen there, or with --seen; the first time nothing is told.",
        example="runtui changes --since 12h",
    )  # fmt: skip
    parser.add_argument(
        "--since", metavar="WHEN", default="",
        help="what the runs' dates tell since then, looked at or not: a span such as 2h or 1d, or a date",
    )  # fmt: skip
    parser.add_argument("--seen", action="store_true", help="all of it is seen from now on")
    add_json_forms(parser, lines=True)


def _add_wait(commands: Commands) -> None:
    parser = add_command(
        commands, "wait", "wait until runs are over",
        "Prints each with its status when it is over. It ends with 0 when all succeeded, 8 when some failed\n"
        "or were stopped, 9 when some ended without a known outcome.",
        example="runtui wait hpc:aBcDeF/13 && runtui download hpc:aBcDeF/13",
    )  # fmt: skip
    add_run_argument(parser, several=True)
    parser.add_argument("--jsonl", dest="as_lines", action="store_true", help="each run as a line of JSON")


def _add_diff(commands: Commands) -> None:
    parser = add_command(
        commands, "diff", "show in what runs differ",
        "Numbers are followed by how far they are from those of the first run, or of the one --reference names.",
        example="runtui diff hpc:aBcDeF/12 hpc:aBcDeF/13 --series 'residual = {}' --csv > runs.csv",
    )  # fmt: skip
    add_run_argument(parser, several=True)
    parser.add_argument("-a", "--all", dest="show_all", action="store_true", help="also what does not differ")
    parser.add_argument(
        "-r", "--reference", metavar="RUN", default="", help="which of the runs the others are measured against"
    )
    parser.add_argument(
        "--series", metavar="PATTERN", action="append", default=[],
        help="the last number a pattern such as 'residual = {}' finds in the logs; all of them with --json",
    )  # fmt: skip
    forms = add_json_forms(parser)
    forms.add_argument("--csv", dest="as_csv", action="store_true", help="comma-separated values in place of text")
