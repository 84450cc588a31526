"""Reading `~/.config/rescale/apiconfig`, the file other Rescale clients keep addresses and keys in. Never writes it.

It is an INI file with a section a profile. Keys are `apibaseurl` (the origin) and `apikey`; older clients wrote
`apiurl`, `platform_url` and `api_key`. Some very old files have no section at all.
"""

import configparser
import re
from pathlib import Path
from typing import Final

import msgspec

from runtui.model.errors import ConfigError
from runtui.model.secret import Secret

DEFAULT_PLACE: Final = "~/.config/rescale/apiconfig"
DEFAULT_PROFILE: Final = "default"
_URL_KEYS: Final = ("apibaseurl", "apiurl", "platform_url")
_KEY_KEYS: Final = ("apikey", "api_key")


class ApiConfigEntry(msgspec.Struct, frozen=True):
    """One profile of the file; `url` and `key` are empty where it does not say."""

    name: str
    url: str
    key: Secret


def read_apiconfig(path: Path) -> tuple[ApiConfigEntry, ...]:
    """The profiles of a file, in its order. Raises ConfigError for a file that is missing or no such file.

    No value is taken for a reference to another (a key may hold a `%`).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not a text in UTF-8") from error
    if not re.search(r"^\s*\[", text, re.MULTILINE):
        text = f"[{DEFAULT_PROFILE}]\n{text}"
    parser = configparser.RawConfigParser(default_section="\0", strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        # the error itself quotes the line, and the line may be the key
        where = "" if line is None else f" in line {line}"
        raise ConfigError(f"{path} is not an INI file: it cannot be read{where}") from None
    return tuple(_entry(name, parser[name]) for name in parser.sections())


def _entry(name: str, section: configparser.SectionProxy) -> ApiConfigEntry:
    return ApiConfigEntry(name, _first(section, _URL_KEYS), Secret(_first(section, _KEY_KEYS)))


def _first(section: configparser.SectionProxy, keys: tuple[str, ...]) -> str:
    return next((value.strip().strip("\"'") for key in keys if (value := section.get(key))), "")


def entry_of(path: Path, profile: str) -> ApiConfigEntry:
    """One profile of a file, by its name in any case. Raises ConfigError that names those there are."""
    entries = read_apiconfig(path)
    for entry in entries:
        if entry.name.lower() == profile.lower():
            return entry
    names = ", ".join(entry.name for entry in entries) or "none"
    raise ConfigError(f"{path} has no profile {profile!r}", hint=f"It has: {names}.")
