"""From where a secret is kept to the secret itself. Nothing here shows one, not even in an error."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from runtui.config.profile import Profile
from runtui.config.secret_command import first_line_of_command
from runtui.model.errors import ConfigError
from runtui.model.secret import Secret, SecretRef

COMMAND_SECONDS: Final = 20.0
"""How long a command may take to print a secret."""

_FILE_BYTES_CAP: Final = 64 * 1024


def resolve_secret(
    ref: SecretRef,
    profile: Profile,
    *,
    environ: Mapping[str, str] | None = None,
    timeout: float = COMMAND_SECONDS,
) -> Secret:
    """The secret itself. Blocks while a command or the keyring answers: call it in a thread.

    `timeout` is in seconds and holds for a command. Raises ConfigError naming the file, the line and the key the
    reference was written at, and what to do.
    """
    try:
        secret = _resolved(ref, profile, os.environ if environ is None else environ, timeout)
        if not secret or not secret.reveal().isprintable():
            raise ConfigError("is empty or holds characters that no token or password has")
        return secret
    except ConfigError as error:
        raise profile.origin.error(error.message, key=_key_of(ref, profile), hint=error.hint) from None


def _resolved(ref: SecretRef, profile: Profile, environ: Mapping[str, str], timeout: float) -> Secret:
    match ref.kind:
        case "env":
            return _from_environment(ref.place, environ)
        case "command":
            return Secret(first_line_of_command(ref.place, environ, timeout))
        case "keyring":
            return _from_keyring(ref.place)
        case "file":
            return _from_file(_path_of(ref.place, profile))
        case _:
            return _written_plainly(ref, profile)


def _from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    if not environ.get(name):
        raise ConfigError(
            f"refers to the environment variable {name!r}, which is not set", hint=f"Set it: export {name}=..."
        )
    return Secret(environ[name].rstrip("\r\n"))


def _from_keyring(name: str) -> Secret:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise ConfigError(
            "refers to the keyring, and the package for it is not installed", hint="pip install 'runtui[keyring]'"
        ) from None
    try:
        text = keyring.get_password("runtui", name)
    except keyring.errors.NoKeyringError:
        raise ConfigError(
            "refers to the keyring, and this machine has none that is running", hint="Use env, command or file instead."
        ) from None
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"refers to the keyring, which did not open: {type(error).__name__}") from None
    if text is None:
        raise ConfigError(f"refers to {name!r}, which the keyring does not have", hint=f"keyring set runtui {name}")
    return Secret(text)


def _path_of(written: str, profile: Profile) -> Path:
    """A relative path counts from the folder of the configuration file."""
    try:
        return Path(profile.origin.place).parent / Path(written).expanduser()
    except RuntimeError:
        raise ConfigError(f"refers to {written!r}, a home folder that is not known") from None


def _from_file(path: Path) -> Secret:
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ConfigError(f"refers to {path}, which is not a file")
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigError(f"refers to {path}, which others can read or change", hint=f"chmod 600 {path}")
            first, _, _ = file.read(_FILE_BYTES_CAP).partition(b"\n")
    except OSError as error:
        raise ConfigError(f"refers to {path}, which cannot be read: {error.strerror}") from None
    return _decoded(first)


def _open_without_waiting(path: str, flags: int) -> int:
    """A pipe nobody writes to would hold up whoever opens it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _decoded(line: bytes) -> Secret:
    try:
        return Secret(line.decode("utf-8-sig").rstrip("\r"))
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8 text where it is kept") from None


def _written_plainly(ref: SecretRef, profile: Profile) -> Secret:
    """A service's own client guards its file as it likes; our configuration file must be its owner's alone."""
    if not profile.origin.is_private:
        raise ConfigError(
            "is a secret in a file that others can read",
            hint=f'chmod 600 {profile.origin.place}, or keep it elsewhere: {{ env = "NAME" }}, command, keyring, file.',
        )
    return ref.plain or Secret("")


def _key_of(ref: SecretRef, profile: Profile) -> str:
    """The option that holds the reference, to name it in an error."""
    return next((key for key, written in profile.options.items() if _is_ref(written, ref)), "")


def _is_ref(written: object, ref: SecretRef) -> bool:
    try:
        return (written if isinstance(written, SecretRef) else SecretRef.parse(written)) == ref
    except ConfigError:
        return False
