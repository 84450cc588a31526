"""`runtui config path`: where the configuration is."""

from runtui.cli.exit_codes import ExitCode
from runtui.cli.options import CommonOptions
from runtui.cli.output import write_line
from runtui.cli.places import places


def run(options: CommonOptions, *, question: str) -> int:
    """Print the configuration file's path, whether it is there or not."""
    write_line(str(places(options).config_file))
    return ExitCode.DONE
