"""Asking a person what becomes of a file that is where a download is to lie."""

import sys

from runtui.cli import output
from runtui.model.errors import ConfigError
from runtui.model.on_conflict import OnConflict
from runtui.model.transfer import Transfer
from runtui.render import units
from runtui.render.sanitise import one_line

_ANSWERS = {
    "s": OnConflict.SKIP,
    "o": OnConflict.OVERWRITE,
    "r": OnConflict.RENAME,
    "c": OnConflict.COMPARE,
}


def check_that_somebody_is_there() -> None:
    """Raise ConfigError when nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(
            "nobody can be asked what becomes of files that are there",
            hint="Say it with --on-conflict skip, overwrite, rename or compare.",
        )


class ConflictQuestions:
    """Asks for one file after another; an answer in capitals is for all that follow. Blocking."""

    def __init__(self) -> None:
        self._for_all: OnConflict | None = None

    def answer(self, transfer: Transfer) -> OnConflict:
        """What becomes of the file; end of input leaves it as it is."""
        if self._for_all is not None:
            return self._for_all
        existing = transfer.existing
        size = f" ({units.size(existing.size)}): {existing.differs}" if existing is not None else ""
        output.say(f"{one_line(str(transfer.target))} is there already{size}")
        while True:
            sys.stderr.write("skip, overwrite, rename or compare? [s/o/r/c, in capitals for all] ")
            sys.stderr.flush()
            written = sys.stdin.readline().strip()[:1]
            choice = OnConflict.SKIP if not written else _ANSWERS.get(written.lower())
            if choice is not None:
                # comparing may ask again, so it is never for all
                self._for_all = choice if written.isupper() and choice is not OnConflict.COMPARE else None
                return choice
