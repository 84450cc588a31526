import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtui.config.profile import Origin, Profile
from runtui.config.secrets import resolve_secret
from runtui.model.errors import ConfigError
from runtui.model.secret import Secret, SecretRef

PATH = {"PATH": "/usr/bin:/bin"}


def profile(token: object = "", *, place: str = "/etc/config.toml", is_private: bool = True) -> Profile:
    origin = Origin(place=place, table="profiles.hpc", line=3, lines={"url": 4, "token": 5}, is_private=is_private)
    return Profile(name="hpc", service="rescale", options={"url": "u", "token": token}, origin=origin)


def resolve(written: object, **environ: str) -> str:
    return resolve_secret(SecretRef.parse(written), profile(written), environ={**PATH, **environ}).reveal()


def refusal(written: object, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        resolve(written, **environ)
    return caught.value


def python(program: str) -> dict[str, str]:
    """A reference to a command that runs a Python program."""
    return {"command": f"{sys.executable} -c {shlex.quote(program)}"}


def test_an_environment_variable_gives_the_secret() -> None:
    assert resolve({"env": "KEY"}, KEY="s3cret") == "s3cret"


@pytest.mark.parametrize("environ", [{}, {"KEY": ""}])
def test_a_variable_that_is_not_set_is_named_with_file_line_and_key(environ: dict[str, str]) -> None:
    error = refusal({"env": "KEY"}, **environ)
    assert str(error) == (
        "/etc/config.toml:5: [profiles.hpc] token refers to the environment variable 'KEY', which is not set"
    )
    assert "export KEY=" in error.hint


def test_a_command_gives_the_first_line_it_prints() -> None:
    assert resolve(python("print('s3 cret\\r\\nmore')")) == "s3 cret"


def test_a_command_runs_without_a_shell_in_the_environment_that_is_given() -> None:
    assert resolve({"command": "printenv KEY"}, KEY="$(date) *") == "$(date) *"
    assert resolve({"command": "echo '$HOME'"}) == "$HOME"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (python("import sys; sys.exit('no such entry')"), "failed with 1: no such entry"),
        (python("import os; os.kill(os.getpid(), 15)"), "was ended by signal 15"),
        (python("pass"), "printed nothing"),
        (python("import sys; print('lost', file=sys.stderr); sys.exit(3)"), "failed with 3: lost"),
        ({"command": "no-such-program-here"}, "'no-such-program-here', which does not start: No such file"),
        ({"command": "/etc"}, "which does not start: Permission denied"),
        ({"command": "echo 'x"}, "a quote that is not closed"),
        ({"command": "  "}, "a command without words"),
        ({"command": "echo \0"}, "which does not start: it holds a character that is not allowed"),
        (python("print('a\\x1bb')"), "characters that no token or password has"),
        (python("import sys; sys.stdout.buffer.write(b'a\\xff\\n')"), "characters that no token or password has"),
    ],
)
def test_a_command_that_gives_no_secret_is_an_error_that_says_why(written: object, sentence: str) -> None:
    error = refusal(written)
    assert str(error).startswith("/etc/config.toml:5: [profiles.hpc] token ")
    assert sentence in str(error)


def test_an_error_shows_neither_the_output_of_a_command_nor_its_arguments() -> None:
    program = "import sys; print('hunter2'); print('not hunter2', file=sys.stderr); sys.exit(1)"
    error = refusal(python(program))
    assert str(error).endswith("failed with 1: not ***")
    assert "hunter2" not in error.hint


def test_what_a_command_says_is_shown_without_control_characters_and_cut() -> None:
    error = refusal(python("import sys; sys.exit('x' * 5000 + '\\x1b[31m\\nend')"))
    assert str(error).endswith("x [31m end")
    assert len(str(error)) < 600


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    held = tmp_path / "pipe"
    os.mkfifo(held)
    written = {"command": f"sh -c 'exec 9> {held}; echo started >&9; sleep 60 & wait'"}
    with open(os.open(held, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:
        began = time.monotonic()
        with pytest.raises(ConfigError, match=r"which took longer than 0\.3 seconds"):
            resolve_secret(SecretRef.parse(written), profile(written), environ=PATH, timeout=0.3)
        assert time.monotonic() - began < 30
        assert pipe.read(100) == b"started\n"
        give_up = time.monotonic() + 5
        while pipe.read(1) is None:  # None while the pipe is held open, b"" when nobody does any more
            assert time.monotonic() < give_up


def test_a_command_cannot_ask_at_the_terminal() -> None:
    assert "failed with 1" in str(refusal(python("open('/dev/tty')")))
    assert "printed nothing" in str(refusal({"command": "cat"}))


def test_a_file_of_its_owner_alone_gives_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"s3cret\r\nmore\n")
    path.chmod(0o600)
    assert resolve({"file": str(path)}) == "s3cret"


def test_a_file_is_found_from_the_home_folder_and_from_the_folder_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".dt").write_text("s3cret")
    (tmp_path / ".dt").chmod(0o400)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve({"file": "~/.dt"}) == "s3cret"
    beside = profile(place=str(tmp_path / "config.toml"))
    assert resolve_secret(SecretRef("file", ".dt"), beside).reveal() == "s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o644])
def test_a_file_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text("hunter2")
    path.chmod(mode)
    error = refusal({"file": str(path)})
    assert "which others can read or change" in str(error)
    assert error.hint == f"chmod 600 {path}"
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("content", [b"", b"\nsecond", b"a\x00b", b"\xff\xfe"])
def test_a_file_without_a_secret_in_its_first_line_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(0o600)
    assert "token" in str(refusal({"file": str(path)}))


@pytest.mark.parametrize(("place", "sentence"), [("none", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, place: str, sentence: str) -> None:
    error = refusal({"file": str(tmp_path / place)})
    assert str(tmp_path) in str(error)
    assert sentence in str(error)


def test_a_device_in_place_of_a_file_is_refused() -> None:
    assert "/dev/zero, which is not a file" in str(refusal({"file": "/dev/zero"}))


def test_a_pipe_in_place_of_a_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "which is not a file" in str(refusal({"file": str(tmp_path / "pipe")}))


def test_a_plain_secret_is_taken_from_a_private_file_only() -> None:
    assert resolve("s3cret") == "s3cret"
    with pytest.raises(ConfigError) as caught:
        resolve_secret(SecretRef.parse("hunter2"), profile("hunter2", is_private=False))
    assert "a file that others can read" in str(caught.value)
    assert "chmod 600 /etc/config.toml" in caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_secret_that_a_service_client_left_is_taken_as_it_is() -> None:
    found = Profile(
        name="twin",
        service="deltatwin",
        options={"password": SecretRef("plain", plain=Secret("s3cret"))},
        origin=Origin(place="found in ~/.deltatwin/conf.ini"),
    )
    assert resolve_secret(SecretRef("plain", plain=Secret("s3cret")), found).reveal() == "s3cret"
    with pytest.raises(ConfigError, match=r"^found in ~/.deltatwin/conf.ini: password is empty"):
        resolve_secret(
            SecretRef("plain", plain=Secret("")),
            Profile(name="t", service="s", options={"password": ""}, origin=found.origin),
        )


@pytest.fixture
def ring() -> Iterator[dict[str, str]]:
    """A keyring in memory, installed as the one of this machine."""
    import keyring
    import keyring.backend
    import keyring.errors

    entries: dict[str, str] = {}

    class MemoryKeyring(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            if username == "locked":
                raise keyring.errors.KeyringLocked("hunter2")
            return entries.get(f"{service}/{username}")

        def set_password(self, service: str, username: str, password: str) -> None:
            entries[f"{service}/{username}"] = password

        def delete_password(self, service: str, username: str) -> None:
            del entries[f"{service}/{username}"]

    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())  # type: ignore[no-untyped-call]
    yield entries
    keyring.set_keyring(before)


def test_the_keyring_gives_the_secret(ring: dict[str, str]) -> None:
    ring["runtui/destine"] = "s3cret"
    assert resolve({"keyring": "destine"}) == "s3cret"


def test_an_entry_the_keyring_does_not_have_is_named_with_how_to_add_it(ring: dict[str, str]) -> None:
    error = refusal({"keyring": "destine"})
    assert "'destine', which the keyring does not have" in str(error)
    assert error.hint == "keyring set runtui destine"


def test_a_locked_keyring_is_an_error_without_its_own_words(ring: dict[str, str]) -> None:
    error = refusal({"keyring": "locked"})
    assert "did not open: KeyringLocked" in str(error)
    assert "hunter2" not in str(error)


def test_a_machine_without_a_keyring_is_told_what_to_use_instead() -> None:
    import keyring
    import keyring.backends.fail

    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        assert "env, command or file" in refusal({"keyring": "destine"}).hint
    finally:
        keyring.set_keyring(before)


def test_a_missing_keyring_package_is_told_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = refusal({"keyring": "destine"})
    assert "the package for it is not installed" in str(error)
    assert error.hint == "pip install 'runtui[keyring]'"
