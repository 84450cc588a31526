"""What gives runs their names: tests, templates, pipelines, and which results are files."""

from collections.abc import Mapping
from contextlib import suppress

from runtui.backends.carrot.api import CarrotApi
from runtui.backends.carrot.wire import PipelineWire, TemplateWire, TestWire
from runtui.model.clock import Clock
from runtui.model.errors import BackendError, NotFoundError

_FRESH_FOR = 600.0
"""Seconds until the tables are read anew by the next full listing."""

_LEFT_ALONE = 60.0
"""Seconds for which no name is asked for after that failed: hundreds of runs may lack the same one."""


class Lookups:
    """Tables read once and asked again for what they lack."""

    def __init__(self, api: CarrotApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._read_at: float | None = None
        self._silent_until = 0.0
        self._tests: dict[str, TestWire | None] = {}
        self._templates: dict[str, TemplateWire] = {}
        self._pipelines: dict[str, PipelineWire] = {}
        self._result_types: dict[str, str] = {}
        self._report_names: dict[str, str] = {}

    @property
    def result_types(self) -> Mapping[str, str]:
        """`numeric`, `file` or `text` by the result's name."""
        return self._result_types

    async def refresh(self, pipelines: list[PipelineWire]) -> list[str]:
        """Read the tables anew if they are old. Returns sentences about what could not be read."""
        self._pipelines.update({pipeline.pipeline_id: pipeline for pipeline in pipelines})
        now = self._clock.monotonic()
        if self._read_at is not None and now < self._read_at + _FRESH_FOR:
            return []
        problems: list[str] = []
        try:
            tests, templates, results = await self._api.tests(), await self._api.templates(), await self._api.results()
        except BackendError as error:
            return [f"names of tests are missing: {error.message}"]
        self._read_at = now
        self._tests = {item.value.test_id: item.value for item in tests.items}
        self._templates = {item.value.template_id: item.value for item in templates.items}
        self._result_types = {item.value.name: item.value.result_type for item in results.items}
        for table in (tests.problems, templates.problems, results.problems):
            problems.extend(table)
        return problems

    async def ensure(self) -> None:
        """Read the tables if they were never read. Names that cannot be had are left out; it tries again later."""
        if self._read_at is not None or self._clock.monotonic() < self._silent_until:
            return
        with suppress(BackendError):
            await self.refresh([item.value for item in (await self._api.pipelines()).items])
        if self._read_at is None:
            self._silent_until = self._clock.monotonic() + _LEFT_ALONE

    async def test(self, test_id: str) -> TestWire | None:
        """A test, asked for when it is not known; None for one that cannot be had."""
        if test_id and test_id not in self._tests and self._clock.monotonic() >= self._silent_until:
            try:
                self._tests[test_id] = (await self._api.test(test_id)).value
            except NotFoundError:
                self._tests[test_id] = None
            except BackendError:
                self._silent_until = self._clock.monotonic() + _LEFT_ALONE
        return self._tests.get(test_id)

    def test_ids(self, job: str) -> list[str]:
        """The tests of that name or id."""
        return [test_id for test_id, test in self._tests.items() if test and job in (test_id, test.name)]

    def ids_named(self, folder: str, written: str) -> list[str]:
        """The pipelines, templates or tests of that name or id; `folder` is the first part of their path."""
        tables: dict[str, Mapping[str, PipelineWire | TemplateWire | TestWire | None]] = {
            "pipelines": self._pipelines,
            "templates": self._templates,
            "tests": self._tests,
        }
        return [id for id, one in tables[folder].items() if one is not None and written in (id, one.name)]

    async def name_of(self, folder: str, entity_id: str) -> str:
        """The name of a pipeline, template or test, or empty; `folder` is the first part of their path."""
        if folder == "tests":
            test = await self.test(entity_id)
            return test.name if test else ""
        tables: dict[str, Mapping[str, PipelineWire | TemplateWire]] = {
            "pipelines": self._pipelines,
            "templates": self._templates,
        }
        one = tables.get(folder, {}).get(entity_id)
        return one.name if one else ""

    async def folder_of(self, entity_id: str) -> str:
        """Which of the three it is, as the first part of its path; a test where that is not known."""
        await self.ensure()
        if entity_id in self._pipelines:
            return "pipelines"
        return "templates" if entity_id in self._templates else "tests"

    @property
    def pipelines(self) -> Mapping[str, PipelineWire]:
        """The pipelines by id."""
        return self._pipelines

    @property
    def templates(self) -> Mapping[str, TemplateWire]:
        """The templates by id."""
        return self._templates

    def place_of(self, test: TestWire | None) -> dict[str, str]:
        """The names of a test's template and pipeline, as far as they are known."""
        template = self._templates.get(test.template_id) if test else None
        pipeline = self._pipelines.get(template.pipeline_id) if template else None
        found = {"template": template.name if template else "", "pipeline": pipeline.name if pipeline else ""}
        return {name: value for name, value in found.items() if value}

    async def report_name(self, report_id: str) -> str:
        """The name of a report, or empty when it cannot be had."""
        if report_id not in self._report_names:
            try:
                kinds = await self._api.report_kinds()
            except BackendError:
                return ""
            self._report_names = {item.value.report_id: item.value.name for item in kinds.items}
        return self._report_names.get(report_id, "")
