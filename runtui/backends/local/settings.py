"""What a profile of this machine is made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from runtui.backends.registry import FoundProfile


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a profile of this machine."""

    folder: Annotated[
        str,
        msgspec.Meta(
            description="Folder the runs lie in; one that several hosts see shows the runs of all of them. "
            "Left out: in the data folder."
        ),
    ] = ""
    refresh: Annotated[
        float, msgspec.Meta(description="Seconds between two looks at it while one watches.", ge=0.1, le=3600)
    ] = 1.0


def discover(home: Path, environ: Mapping[str, str]) -> tuple[FoundProfile, ...]:
    """Nothing: this machine needs no client, and its profile is there without being found."""
    return ()


def runs_root(data_folder: Path) -> Path:
    """Where runs lie when no folder is named."""
    return data_folder / "local"


def is_begun(data_folder: Path) -> bool:
    """Whether there is, or was, a run."""
    return (runs_root(data_folder) / "runs").is_dir()
