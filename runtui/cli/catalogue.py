"""`runtui catalogue`: what a service keeps beside jobs and runs."""

from collections.abc import Sequence

from runtui.cli import output
from runtui.cli.exit_codes import ExitCode
from runtui.cli.json_shapes import catalogue_entry_shape, catalogue_table_shape
from runtui.cli.json_text import write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.render.catalogue_columns import catalogue_columns
from runtui.render.columns import DrawContext
from runtui.services.session import Session


def run(options: CommonOptions, *, profile: str, table: str, of: str, as_json: bool) -> int:
    """List the tables, or the entries of one."""

    async def work(session: Session) -> int:
        context = DrawContext(now=session.clock.now(), glyphs=output.glyphs())
        if table:
            entries = await session.catalogue(profile, table, of)
            if as_json:
                write_json_list(catalogue_entry_shape(entry) for entry in entries)
            else:
                _write(entries, context)
            return ExitCode.DONE
        tables = await session.catalogue_tables(profile)
        if as_json:
            write_json_list(catalogue_table_shape(one) for one in tables)
        else:
            _write([_entry(one) for one in tables], context)
        return ExitCode.DONE

    return in_session(options._replace(profiles=(profile,)), work)


def _entry(table: CatalogueTable) -> CatalogueEntry:
    narrowed = {"of": table.of.upper()} if table.of else {}
    return CatalogueEntry(id=table.name, name=table.name, facts={**narrowed, "description": table.help})


def _write(entries: Sequence[CatalogueEntry], context: DrawContext) -> None:
    if entries:
        output.write_lines(table_lines(entries, catalogue_columns(entries), context))
    else:
        output.say("nothing is there")
