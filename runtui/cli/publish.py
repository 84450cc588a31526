"""`runtui publish`: an output file kept by the service for others to use."""

from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.acting import confirmed
from runtui.cli.exit_codes import ExitCode
from runtui.cli.named_file import named_file
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.model.errors import InputError
from runtui.model.publication import Visibility, publication_of
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(
    options: CommonOptions,
    *,
    written: str,
    wanted: str,
    name: str,
    visibility: str,
    topics: Sequence[str],
    description: str,
    is_sure: bool,
) -> int:
    """Publish one. Raises InputError before anything is asked; what becomes public is asked about first."""
    texts = {"visibility": visibility, "topics": ",".join(topics), "description": description}
    _, problems = publication_of({**texts, "name": name or wanted})
    if problems:
        raise InputError.of(problems, hint="`runtui publish --help` tells what can be written.")

    async def work(session: Session) -> int:
        found = await session.find_run(written)
        _ = session.connection(found.profile).publishing
        file = await named_file(session, found, wanted)
        wish, _problems = publication_of({**texts, "name": name or file.id})
        if wish.visibility is Visibility.PUBLIC and not is_sure:
            output.say(f"{found.reference}  {found.job}  {file.path}")
            if not confirmed(f"Publish it for everybody, as {one_line(wish.name)}?"):
                output.say("nothing was done")
                return ExitCode.FAILED
        output.say(await session.actions.publish(found, file, wish))
        output.write_line(one_line(wish.name))
        return ExitCode.DONE

    return in_session(options, work, written=[written])
