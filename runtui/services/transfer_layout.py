"""Where the files of a run go on this machine."""

import re
from collections.abc import Sequence
from pathlib import Path

from runtui.model.errors import ConfigError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.services.safe_names import distinct_paths, safe_part

DEFAULT_LAYOUT = "{profile}/{job}/{run}"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def run_folder(root: Path, run: Run, layout: str = DEFAULT_LAYOUT) -> Path:
    """Where a run's files go below `root`.

    `{profile}`, `{service}`, `{job}`, `{run}`, `{id}` and `{name}` stand for what they say, each made one safe part of
    a path; where the run's id begins with its job (`JOB/RUN`) `{run}` is the run's own part. Raises ConfigError for
    another word.
    """
    job, _, own = run.id.rpartition("/")
    words = {
        "profile": run.profile,
        "service": run.service,
        "job": run.job or job or "job",
        "run": own or run.id or "run",
        "id": run.id or "run",
        "name": run.name or own or "run",
    }

    def part(match: re.Match[str]) -> str:
        if match[1] not in words:
            known = ", ".join(f"{{{word}}}" for word in words)
            raise ConfigError(f"download_layout has {match[0]}, which stands for nothing", hint=f"There are {known}.")
        return safe_part(words[match[1]].replace("/", "_")) or match[1]

    parts = (safe_part(_PLACEHOLDER.sub(part, written)) for written in layout.split("/"))
    return root.joinpath(*(part for part in parts if part))


def places_for(root: Path, run: Run, files: Sequence[OutputFile], layout: str = DEFAULT_LAYOUT) -> list[Path]:
    """A place below `root` for each file, safe and no two alike."""
    folder = run_folder(root, run, layout)
    return [folder / path for path in distinct_paths([file.path for file in files])]
