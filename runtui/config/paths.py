"""Where runtui keeps what it keeps. The only module that asks the platform for its folders."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import platformdirs

from runtui.model.errors import ConfigError, StorageError

CONFIG_VARIABLE: Final = "RUNTUI_CONFIG"
DATA_VARIABLE: Final = "RUNTUI_DATA_DIR"
CACHE_VARIABLE: Final = "RUNTUI_CACHE_DIR"


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """Absolute paths of this user's files. Nothing is created by naming them; `made_folder` does that.

    `named` says that a person named the configuration file, by `--config` or `RUNTUI_CONFIG`.
    """

    config_file: Path
    data_folder: Path
    """What must not be lost: local runs, journals of downloads, history."""
    cache_folder: Path
    """What can be fetched again."""
    named: bool = False


def find_paths(config_argument: str | None, environ: Mapping[str, str]) -> Paths:
    """The paths in force: the `--config` argument, then the environment, then the platform's usual folders.

    An empty variable counts as none. Raises ConfigError when there is no home folder to start from.
    """
    named = config_argument or environ.get(CONFIG_VARIABLE)
    return Paths(
        config_file=_absolute(named, CONFIG_VARIABLE)
        if named
        else _usual(platformdirs.user_config_path("runtui"), CONFIG_VARIABLE) / "config.toml",
        data_folder=_overridden(environ, DATA_VARIABLE) or _usual(platformdirs.user_data_path("runtui"), DATA_VARIABLE),
        cache_folder=_overridden(environ, CACHE_VARIABLE)
        or _usual(platformdirs.user_cache_path("runtui"), CACHE_VARIABLE),
        named=bool(named),
    )


def made_folder(folder: Path) -> Path:
    """The folder, created with its missing parents for its owner alone (0700) if it is not there yet.

    A folder that exists keeps its mode. Raises StorageError when it cannot be created or written in.
    """
    try:
        for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot create the folder {folder}: {error.strerror}", hint=_HINT) from error
    if not folder.is_dir():
        raise StorageError(f"{folder} is a file, and a folder is needed there", hint=_HINT)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(f"cannot write in the folder {folder}", hint=_HINT)
    return folder


_HINT: Final = f"Name other places with {CONFIG_VARIABLE}, {DATA_VARIABLE} and {CACHE_VARIABLE}."


def _overridden(environ: Mapping[str, str], variable: str) -> Path | None:
    written = environ.get(variable)
    return _absolute(written, variable) if written else None


def _absolute(written: str, variable: str) -> Path:
    try:
        return Path(written).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigError(f"{written!r} names a home folder that is not known", hint=_no_home(variable)) from error


def _usual(folder: Path, variable: str) -> Path:
    if not folder.is_absolute():
        raise ConfigError("this user has no home folder", hint=_no_home(variable))
    return folder


def _no_home(variable: str) -> str:
    return f"Set {variable} to an absolute path."
