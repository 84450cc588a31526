"""CARROT's tables beside tests and runs: software with its versions and images, results and reports of templates."""

from collections.abc import Iterable
from typing import Final, Never

from runtui.backends.carrot.api import CarrotApi
from runtui.backends.carrot.lookups import Lookups
from runtui.backends.carrot.wire import BuildWire, ReportWire, ResultWire, SoftwareWire, TemplateWire, VersionWire
from runtui.model.catalogue import CatalogueEntry, CatalogueTable
from runtui.model.errors import NotFoundError
from runtui.model.moment import parse_moment
from runtui.model.near import near_matches

TABLES: Final = (
    CatalogueTable(name="software", help="what docker images are built of", below="versions"),
    CatalogueTable(name="versions", help="its commits and tags", of="software", below="builds"),
    CatalogueTable(name="builds", help="the images, and the workflows that build them", of="version"),
    CatalogueTable(name="results", help="what runs give, and the outputs it is taken from", of="template"),
    CatalogueTable(name="reports", help="what is reported of runs, and when", of="template"),
)
_SHORT_COMMIT = 12


class Catalogue:
    """Reads the tables. What the entries of one belong to may be written as its id or its name."""

    def __init__(self, api: CarrotApi, lookups: Lookups) -> None:
        self._api = api
        self._lookups = lookups

    async def entries(self, table: str, of: str) -> tuple[CatalogueEntry, ...]:
        """The entries of a table, all or those of one thing. Raises NotFoundError for a thing or table there is not."""
        if table == "software":
            return tuple(_software(one) for one in await self._all_software())
        if table == "versions":
            return await self._versions(of)
        if table == "builds":
            return await self._builds(of)
        if table == "results":
            return await self._results_of(await self._template(of)) if of else await self._results()
        if table == "reports":
            return await self._reports_of(await self._template(of)) if of else await self._reports()
        return _unknown("table", table, (one.name for one in TABLES))

    async def _all_software(self) -> list[SoftwareWire]:
        return [item.value for item in (await self._api.software()).items]

    async def _versions(self, software: str) -> tuple[CatalogueEntry, ...]:
        every = await self._all_software()
        names = {one.software_id: one.name for one in every}
        if not software:
            found = await self._api.software_versions()
        else:
            wanted = next((one for one in every if software in (one.software_id, one.name)), None)
            if wanted is None:
                return _unknown("software", software, names.values())
            found = await self._api.software_versions(software_id=wanted.software_id)
        return tuple(_version(item.value, names.get(item.value.software_id, "")) for item in found.items)

    async def _builds(self, version: str) -> tuple[CatalogueEntry, ...]:
        versions = {item.value.software_version_id: item.value for item in (await self._api.software_versions()).items}
        if version:
            wanted = {id: one for id, one in versions.items() if version in (id, one.commit, *(one.tags or ()))}
            if not wanted:
                tags = {tag for one in versions.values() for tag in one.tags or ()}
                return _unknown("version", version, tags)
            found = [await self._api.software_builds(version_id=id) for id in wanted]
        else:
            found = [await self._api.software_builds()]
        return tuple(
            _build(item.value, versions.get(item.value.software_version_id)) for items in found for item in items.items
        )

    async def _template(self, written: str) -> TemplateWire:
        await self._lookups.ensure()
        templates = self._lookups.templates
        ids = self._lookups.ids_named("templates", written)
        return templates[ids[0]] if ids else _unknown("template", written, (one.name for one in templates.values()))

    async def _results(self) -> tuple[CatalogueEntry, ...]:
        return tuple(_result(item.value) for item in (await self._api.results()).items)

    async def _results_of(self, template: TemplateWire) -> tuple[CatalogueEntry, ...]:
        known = {item.value.result_id: item.value for item in (await self._api.results()).items}
        made = [item.value for item in (await self._api.template_results(template.template_id)).items]
        return tuple(
            _result(known.get(one.result_id) or ResultWire(result_id=one.result_id), output=one.result_key)
            for one in made
        )

    async def _reports(self) -> tuple[CatalogueEntry, ...]:
        return tuple(_report(item.value) for item in (await self._api.report_kinds()).items)

    async def _reports_of(self, template: TemplateWire) -> tuple[CatalogueEntry, ...]:
        known = {item.value.report_id: item.value for item in (await self._api.report_kinds()).items}
        made = [item.value for item in (await self._api.template_reports(template.template_id)).items]
        return tuple(
            _report(known.get(one.report_id) or ReportWire(report_id=one.report_id), trigger=one.report_trigger)
            for one in made
        )


def _software(wire: SoftwareWire) -> CatalogueEntry:
    return _entry(
        wire.software_id, wire.name, wire.created_at,
        repository=wire.repository_url, machine=wire.machine_type, owner=wire.created_by, description=wire.description,
    )  # fmt: skip


def _version(wire: VersionWire, software: str) -> CatalogueEntry:
    name = ", ".join(wire.tags or ()) or wire.commit[:_SHORT_COMMIT]
    facts = {"software": software, "commit": wire.commit, "committed": wire.commit_date}
    return _entry(wire.software_version_id, name, wire.created_at, **facts)


def _build(wire: BuildWire, version: VersionWire | None) -> CatalogueEntry:
    tags = ", ".join(version.tags or ()) or version.commit[:_SHORT_COMMIT] if version else wire.software_version_id
    return _entry(
        wire.software_build_id, tags, wire.created_at,
        status=wire.status, image=wire.image_url, workflow=wire.build_job_id, finished=wire.finished_at,
    )  # fmt: skip


def _result(wire: ResultWire, *, output: str = "") -> CatalogueEntry:
    return _entry(
        wire.result_id, wire.name, wire.created_at,
        type=wire.result_type, output=output, owner=wire.created_by, description=wire.description,
    )  # fmt: skip


def _report(wire: ReportWire, *, trigger: str = "") -> CatalogueEntry:
    return _entry(
        wire.report_id, wire.name, wire.created_at, trigger=trigger, owner=wire.created_by, description=wire.description
    )


def _entry(id: str, name: str, created_at: str | None, **facts: str | None) -> CatalogueEntry:
    told = {key: value for key, value in facts.items() if value}
    return CatalogueEntry(id=id, name=name, created_at=parse_moment(created_at), facts=told)


def _unknown(kind: str, written: str, known: Iterable[str]) -> Never:
    raise NotFoundError(f"there is no {kind} called {written!r}", hint=near_matches(written, set(known)))
