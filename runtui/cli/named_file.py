"""The one output file a person means."""

from runtui.model.errors import ConfigError, NotFoundError
from runtui.model.output_file import OutputFile
from runtui.model.run import Run
from runtui.services.file_choice import chosen_files
from runtui.services.session import Session


async def named_file(session: Session, run: Run, wanted: str) -> OutputFile:
    """The one output file a person means by its path, name, id or a glob. Raises NotFoundError, ConfigError."""
    files = (await session.output_files(run)).files
    found = [file for file in files if wanted in (file.path, file.id)] or chosen_files(files, [wanted])
    if not found:
        raise NotFoundError(
            f"{run.reference} has no file {wanted!r}", hint=f"`runtui files {run.reference}` lists them."
        )
    if len(found) > 1:
        named = ", ".join(file.path for file in found[:5])
        raise ConfigError(f"{wanted!r} may mean {named}", hint="Write the whole path.")
    return found[0]
