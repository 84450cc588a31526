"""Profiles written into `config.toml`, which belongs to a person: comments, order and everything else stay."""

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from runtui.config.document import Document, read_document
from runtui.config.lines import dotted, end_of_table
from runtui.config.paths import made_folder
from runtui.config.profile import check_profile_name
from runtui.model.errors import ConfigError, StorageError
from runtui.model.secret import SecretRef

if TYPE_CHECKING:
    from tomlkit.items import Item

LOCK_SECONDS: Final = 10.0
_PRIVATE: Final = stat.S_IRUSR | stat.S_IWUSR


def write_profile(
    path: Path, name: str, service: str, options: Mapping[str, object], *, timeout: float = LOCK_SECONDS
) -> None:
    """Add a profile to a configuration file, or change the keys given of the one there is.

    An option is text, a number, true or false, a list or table of those, or a `SecretRef`; None takes the key out.
    The file is replaced whole or not at all, keeps its mode, and is its owner's alone when it is new or receives a
    secret itself. Two that write at once wait for each other, `timeout` seconds at most.

    Raises ConfigError for a name that cannot be one and for a file that is not valid, StorageError when it cannot be
    written. The file is then as it was.
    """
    check_profile_name(name)
    target = path.resolve()
    made_folder(target.parent)
    with _locked(target, timeout):
        before = read_document(target)
        values = {"service": service, **{key: _written(option) for key, option in options.items()}}
        text = _with_profile(before, name, values)
        _check_nothing_lost(before, text, name, values)
        holds_secret = any(isinstance(option, SecretRef) and option.kind == "plain" for option in options.values())
        _replace(target, text.replace("\n", before.line_end), _PRIVATE if holds_secret else before.mode)


def _written(option: object) -> object:
    """An option in the form that TOML has for it."""
    if not isinstance(option, SecretRef):
        return option
    if option.kind == "plain":
        return option.plain.reveal() if option.plain else ""
    return {option.kind: option.place}


def _with_profile(before: Document, name: str, values: Mapping[str, object]) -> str:
    """The file's text with the profile in it: a new one at the end, where no other table can swallow its keys."""
    if name in _profiles(before):
        return _changed(before.text, name, values)
    lines = [f"[{dotted(('profiles', name))}]", *_assignments(values)]
    text = before.text.rstrip("\n")
    return "\n".join([*([text, ""] if text.strip() else []), *lines, ""])


def _profiles(document: Document) -> Mapping[str, Mapping[str, object]]:
    """The profiles' tables. Raises ConfigError where something else stands in the place of one."""
    profiles = document.root.get("profiles", {})
    tables = profiles.values() if isinstance(profiles, dict) else [profiles]
    if not all(isinstance(table, dict) for table in tables):
        line = document.line_of("profiles") or 1
        raise ConfigError(f"{document.path}:{line}: profiles must be tables", hint="Write [profiles.NAME].")
    return cast(Mapping[str, Mapping[str, object]], profiles)


def _changed(text: str, name: str, values: Mapping[str, object]) -> str:
    """Keys that are there change in place; others follow the table's last key, before a comment on what comes next."""
    import tomlkit

    document = tomlkit.parse(text)
    profile = cast(dict[str, dict[str, object]], document["profiles"])[name]
    has_header = end_of_table(text, ("profiles", name)) is not None
    added = {key: value for key, value in values.items() if key not in profile and has_header}
    for key, value in values.items():
        if value is None:
            profile.pop(key, None)
        elif key not in added and profile.get(key) != value:
            profile[key] = _item(value)
    lines = tomlkit.dumps(document).split("\n")
    end = end_of_table("\n".join(lines), ("profiles", name)) or len(lines)
    return "\n".join([*lines[:end], *_assignments(added), *lines[end:]])


def _assignments(values: Mapping[str, object]) -> list[str]:
    """One line of TOML for each value that is not None."""
    return [f"{dotted((key,))} = {_item(value).as_string()}" for key, value in values.items() if value is not None]


def _item(value: object) -> "Item":
    import tomlkit

    if not isinstance(value, Mapping):
        return tomlkit.item(value)
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _check_nothing_lost(before: Document, text: str, name: str, values: Mapping[str, object]) -> None:
    """Raise StorageError unless the new text says all that the old one said, and the profile, and nothing else."""
    profiles = _profiles(before)
    merged = {**profiles.get(name, {}), **values}
    profile = {key: value for key, value in merged.items() if value is not None}
    try:
        kept = tomllib.loads(text) == {**before.root, "profiles": {**profiles, name: profile}}
    except ValueError:
        kept = False
    if not kept:
        raise StorageError(
            f"{before.path} is written in a way that runtui cannot change safely; it is left as it was",
            hint=f"Edit it yourself: [{dotted(('profiles', name))}] with the keys {', '.join(values)}.",
        )


@contextlib.contextmanager
def _locked(target: Path, timeout: float) -> Iterator[None]:
    """Keep other writers out. The lock ends with the process; its empty file stays."""
    lock = target.with_name(f".{target.name}.lock")
    try:
        with open(lock, "ab", opener=_open_private) as file:
            _wait_for_lock(file.fileno(), lock, timeout)
            yield
    except OSError as error:
        raise StorageError(f"cannot write {target}: {error.strerror}") from error


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE)


def _wait_for_lock(descriptor: int, lock: Path, timeout: float) -> None:
    """Take the lock. A file system without locks is written to all the same: the file is replaced whole anyway."""
    give_up = time.monotonic() + timeout
    while time.monotonic() < give_up:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.02)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise
            return
    raise StorageError(f"another runtui has been writing for {timeout:g} seconds; it holds {lock}")


def _replace(target: Path, text: str, mode: int) -> None:
    """Put the text in place of the file, so that at any instant the old or the new one is there, whole."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
