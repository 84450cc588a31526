"""`runtui login`: whether a profile can log in, and what to do when it cannot."""

from collections.abc import Iterator

from runtui.backends.registry import settings_type
from runtui.cli import output
from runtui.cli.exit_codes import ExitCode, exit_code_of
from runtui.cli.known_profiles import KnownProfiles
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.config.options import describe_options
from runtui.config.profile import Profile
from runtui.model.errors import AuthenticationError, RuntuiError
from runtui.model.identity import Identity
from runtui.model.secret import SecretRef
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(options: CommonOptions, *, name: str) -> int:
    """Ask the service who we are. When it does not accept us, say where each secret comes from and may come from."""
    (profile,) = KnownProfiles(options).usable((name,))

    async def work(session: Session) -> int:
        try:
            identity = await session.check(name)
        except RuntuiError as error:
            if isinstance(error, AuthenticationError):
                output.complain(f"{name}: {error.message}")
                for sentence in _advice(profile):
                    output.say(f"  {sentence}")
            else:
                output.complain_of(error, profile=name)
            return exit_code_of(error)
        output.write_line(_who(identity))
        return ExitCode.DONE

    return in_session(options._replace(profiles=(name,)), work)


def _who(identity: Identity) -> str:
    return one_line("  ".join(identity.words) or "logged in")


def _advice(profile: Profile) -> Iterator[str]:
    """Where the secrets of the profile come from, and how else one may give them."""
    for field in describe_options(settings_type(profile.service)):
        if not field.secret:
            continue
        if field.name in profile.options:
            line = profile.origin.lines.get(field.name)
            place = f" ({profile.origin.place}:{line})" if line else f" ({profile.origin})"
            yield f"{field.name} comes from {_kept(SecretRef.parse(profile.options[field.name]))}{place}"
        else:
            yield f"{field.name} is not set: {field.help}"
    yield 'A secret may be { env = "NAME" }, { command = "..." }, { keyring = "NAME" } or { file = "PATH" } (0600).'


def _kept(reference: SecretRef) -> str:
    if reference.kind == "plain":
        return "the configuration itself"
    if reference.kind == "command":
        return f"the command {reference.place.split()[0]!r}" if reference.place.split() else "a command"
    return {"env": "the environment variable", "keyring": "the keyring's entry", "file": "the file"}[
        reference.kind
    ] + f" {reference.place!r}"
