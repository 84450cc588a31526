"""Which files a person means by a glob."""

import re
from collections.abc import Sequence

from runtui.model.output_file import OutputFile

_WILD = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^/\]]+\]|.", re.DOTALL)


def chosen_files(files: Sequence[OutputFile], globs: Sequence[str]) -> list[OutputFile]:
    """The files that any of the globs takes, in their order; all files without globs."""
    takers = [FileGlob(glob) for glob in globs]
    return [file for file in files if not takers or any(taker.takes(file) for taker in takers)]


class FileGlob:
    """A glob as it is written for a file: `*.dat`, `100/*`, `**/U`, `constant/`.

    One without a slash is for the name, in whatever folder. `*` and `?` stay within a folder, `**` does not; a slash
    at the end means all that is below. A file whose whole path, name or id is the glob itself is always taken.
    """

    def __init__(self, glob: str) -> None:
        self.written = glob
        wanted = glob.removeprefix("./").lstrip("/")
        self._pattern = re.compile(_regex(wanted + "**" if wanted.endswith("/") else wanted), re.DOTALL)
        self._is_name = "/" not in glob

    def takes(self, file: OutputFile) -> bool:
        """Whether it means this file."""
        if self.written in (file.path, file.name, file.id):
            return True
        return self._pattern.fullmatch(file.name if self._is_name else file.path.lstrip("/")) is not None


def _regex(glob: str) -> str:
    return "".join(_part(match[0]) for match in _WILD.finditer(glob))


def _part(token: str) -> str:
    if token == "**/":
        return r"(?:.*/)?"
    if token == "**":
        return ".*"
    if token == "*":
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if len(token) > 1:
        inside = token[1:-1].replace("\\", r"\\").replace("[", r"\[")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(token)
