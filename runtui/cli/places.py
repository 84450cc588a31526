"""Where this person's files are, as the command line and the environment say."""

import os

from runtui.cli.options import CommonOptions
from runtui.config.paths import Paths, find_paths


def places(options: CommonOptions) -> Paths:
    """The paths in force. Raises ConfigError when there is no home folder to start from."""
    return find_paths(options.config_path, os.environ)
