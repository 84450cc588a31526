"""What a person wants to be run on this machine."""

from collections.abc import Mapping

import msgspec


class CommandWish(msgspec.Struct, frozen=True, kw_only=True):
    """A command, or a file to be run, with the variables it is run with.

    `words` are run as they are, and `text` by the shell; `file` is a script or a workflow. `variables` are texts as
    they were typed, `inputs` values as they stand in a JSON file, `sweep` the values of a variable as they were
    written, by its name. `start_folder` is where relative paths count from. `folder` is where it is run: none for one
    of its own. `parallel` is how many runs of a sweep, or nodes of a workflow, go on at a time. `patterns` find results
    in the output; a line that `fails_on` finds in it is a failure, whatever the exit code. `environment` is added to
    that of this program and written nowhere. `inputs_file` is the file below the folder it is run in that is to hold
    the inputs as typed JSON, and `links` are files that are to be found there, by where. `lives_with` is the number of
    a program of this machine whose end is to stop it; with 0 it goes on whatever ends. `after_stop` are the words of
    what ends that which it began elsewhere; they are run in its folder once it was stopped.
    """

    words: tuple[str, ...] = ()
    text: str = ""
    file: str = ""
    variables: Mapping[str, str] = {}
    inputs: Mapping[str, object] = {}
    sweep: Mapping[str, str] = {}
    parallel: int | None = None
    name: str = ""
    start_folder: str = ""
    folder: str = ""
    patterns: tuple[str, ...] = ()
    fails_on: str = ""
    outputs: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    inputs_file: str = ""
    links: Mapping[str, str] = {}
    lives_with: int = 0
    after_stop: tuple[str, ...] = ()
