"""`runtui config path`: where the configuration is."""

from runtui.cli.exit_codes import ExitCode
from runtui.cli.known_profiles import paths_of
from runtui.cli.options import CommonOptions
from runtui.cli.output import write_line


def run(options: CommonOptions, *, question: str) -> int:
    """Print the configuration file's path, whether it is there or not."""
    write_line(str(paths_of(options).config_file))
    return ExitCode.DONE
