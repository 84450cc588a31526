"""`runtui report`: the reports of a run or a group."""

from collections.abc import Mapping, Sequence

from runtui.cli import output
from runtui.cli.acting import confirmed
from runtui.cli.exit_codes import ExitCode
from runtui.cli.find import written_filter
from runtui.cli.json_shapes import report_kind_shape, report_shape
from runtui.cli.json_text import write_json, write_json_list
from runtui.cli.options import CommonOptions
from runtui.cli.report_filter import ReportFilter
from runtui.cli.session_command import in_session
from runtui.cli.table import table_lines
from runtui.model.errors import ConfigError, NotFoundError
from runtui.model.near import near_matches
from runtui.model.report import Report, ReportKind
from runtui.model.run_group import GROUP_MARK, Reportable
from runtui.render.columns import DrawContext
from runtui.render.report_columns import REPORT_COLUMNS, REPORT_KIND_COLUMNS
from runtui.render.sanitise import one_line
from runtui.services.session import Session


def run(
    options: CommonOptions,
    *,
    action: str,
    written: str,
    report: str,
    statuses: Sequence[str],
    created_after: str,
    created_before: str,
    finished_after: str,
    finished_before: str,
    owner: str,
    limit: int | None,
    facts: Sequence[str],
    replace_failed: bool,
    is_sure: bool,
    as_json: bool,
) -> int:
    """List, show, make or delete."""
    chosen = ReportFilter(
        statuses=statuses,
        created_after=created_after,
        created_before=created_before,
        finished_after=finished_after,
        finished_before=finished_before,
        owner=owner,
        limit=limit,
    )
    wanted = dict(written_filter(one) for one in facts)
    if action != "list" and (wanted or chosen != ReportFilter(statuses=[])):
        raise ConfigError(f"only list takes filters, not {action}", hint="Leave them out, or list the reports.")

    async def work(session: Session) -> int:
        found = await _subject(session, written)
        reporting = _Reporting(session, found, as_json=as_json)
        if action == "list":
            await reporting.show_all(chosen, wanted)
        elif action == "create":
            await reporting.create(report, replace_failed=replace_failed)
        elif action == "show":
            await reporting.show(_named(report))
        else:
            return await reporting.delete(_named(report), is_sure=is_sure)
        return ExitCode.DONE

    return in_session(options, work, written=[written])


async def _subject(session: Session, written: str) -> Reportable:
    profile, _, rest = written.partition(":")
    if rest.startswith(GROUP_MARK):
        return await session.find_group(profile, rest)
    return await session.find_run(written)


def _named(report: str) -> str:
    if not report:
        raise ConfigError("a report must be named", hint="`runtui report list RUN` shows those there are.")
    return report


def _none_said(wanted: Mapping[str, str]) -> str:
    return "no report of it fits" if wanted else "no report was made of it"


class _Reporting:
    """Works on the reports of one run or group."""

    def __init__(self, session: Session, subject: Reportable, *, as_json: bool) -> None:
        self._session = session
        self._subject = subject
        self._as_json = as_json

    async def show_all(self, chosen: ReportFilter, wanted: Mapping[str, str]) -> None:
        now = self._session.clock.now().astimezone()
        chosen.select((), now)
        every = await self._session.reports(self._subject, wanted)
        reports = chosen.select(every, now)
        if self._as_json:
            write_json_list(report_shape(report) for report in reports)
        elif reports:
            self._write_reports(reports)
        else:
            output.say(f"none of {len(every)} reports fits" if every else _none_said(wanted))

    async def show(self, wanted: str) -> None:
        report = await self._report(wanted)
        if self._as_json:
            write_json(report_shape(report))
            return
        self._write_reports([report])
        output.write_lines(f"  {line}" for line in self._file_lines(report))

    async def create(self, wanted: str, *, replace_failed: bool) -> None:
        kinds = await self._session.connection(self._subject.profile).with_reports.report_kinds()
        if not wanted:
            self._write_kinds(kinds)
            return
        kind = next((kind for kind in kinds if wanted in (kind.id, kind.name)), None)
        if kind is None:
            known = {kind.name or kind.id for kind in kinds}
            raise NotFoundError(f"there is no report called {wanted!r}", hint=near_matches(wanted, known))
        report = await self._session.actions.create_report(self._subject, kind.id, replace_failed=replace_failed)
        if self._as_json:
            write_json(report_shape(report))
        else:
            self._write_reports([report])

    async def delete(self, wanted: str, *, is_sure: bool) -> int:
        report = await self._report(wanted)
        if not is_sure and not confirmed(f"Delete the report {report.name or report.id} of {self._subject.reference}?"):
            output.say("nothing was done")
            return ExitCode.FAILED
        output.say(await self._session.actions.delete_report(self._subject, report.id))
        return ExitCode.DONE

    async def _report(self, wanted: str) -> Report:
        for report in await self._session.reports(self._subject):
            if wanted in (report.id, report.name):
                return await self._session.connection(self._subject.profile).with_reports.report(
                    self._subject, report.id
                )
        raise NotFoundError(
            f"no report of {self._subject.reference} is called {wanted!r}",
            hint="`runtui report list RUN` shows those there are.",
        )

    def _write_reports(self, reports: Sequence[Report]) -> None:
        context = DrawContext(now=self._session.clock.now(), glyphs=output.glyphs())
        output.write_lines(table_lines(reports, REPORT_COLUMNS, context))

    def _write_kinds(self, kinds: Sequence[ReportKind]) -> None:
        if self._as_json:
            write_json_list(report_kind_shape(kind) for kind in kinds)
            return
        output.say("name one of these as REPORT:" if kinds else "the service has no reports that can be made")
        context = DrawContext(now=self._session.clock.now(), glyphs=output.glyphs())
        output.write_lines(table_lines(kinds, REPORT_KIND_COLUMNS, context) if kinds else ())

    @staticmethod
    def _file_lines(report: Report) -> list[str]:
        return [one_line(f"{file.path}  {file.location}".rstrip()) for file in report.files]
