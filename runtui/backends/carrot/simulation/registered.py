"""The rows of what is registered on the simulated server."""

from collections.abc import Callable
from typing import Any

from runtui.backends.carrot.simulation.carrot_view import naive
from runtui.backends.carrot.simulation.catalogue import (
    AUTHORS,
    PIPELINES,
    REPORTS,
    SOFTWARE,
    registered_at,
    software_named,
)
from runtui.backends.carrot.simulation.identity import fixed_id
from runtui.backends.carrot.simulation.plans import RunOutcome, RunPlan
from runtui.backends.carrot.simulation.rows import Row
from runtui.backends.carrot.simulation.scenario import Scenario, image_of
from runtui.simulation.script import Outcome


class Registered:
    """Makes the rows anew each time; fields that only filter (`pipeline_name`) are among them."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def tables(self) -> dict[str, Callable[[], list[Row]]]:
        """What gives the rows of each table, by the name in its path."""
        return {
            "pipelines": self._pipelines,
            "templates": self._templates,
            "tests": self._tests,
            "results": self._results,
            "reports": self._reports,
            "software": self._software,
            "software_versions": self._versions,
            "software_builds": self._builds,
            "subscriptions": self._subscriptions,
        }

    def _stamp(self, number: int) -> str | None:
        return naive(registered_at(self._scenario.world.start, number))

    def _pipelines(self) -> list[Row]:
        return [
            {
                "pipeline_id": pipeline.id,
                "name": pipeline.name,
                "description": pipeline.description,
                "created_at": self._stamp(number),
                "created_by": AUTHORS[number % len(AUTHORS)],
            }
            for number, pipeline in enumerate(PIPELINES)
        ]

    def _templates(self) -> list[Row]:
        return [
            {
                "template_id": pipeline.template.id,
                "pipeline_id": pipeline.id,
                "name": pipeline.template.name,
                "description": pipeline.template.description,
                "test_wdl": pipeline.template.test_wdl,
                "test_wdl_dependencies": pipeline.template.test_wdl_dependencies,
                "eval_wdl": pipeline.template.eval_wdl,
                "eval_wdl_dependencies": None,
                "created_at": self._stamp(number + 1),
                "created_by": AUTHORS[number % len(AUTHORS)],
                "pipeline_name": pipeline.name,
            }
            for number, pipeline in enumerate(PIPELINES)
        ]

    def _tests(self) -> list[Row]:
        tests = [(pipeline.template, test) for pipeline in PIPELINES for test in pipeline.template.tests]
        return [
            {
                "test_id": test.id,
                "template_id": template.id,
                "name": test.name,
                "description": test.description,
                "test_input_defaults": test.test_input_defaults,
                "test_option_defaults": test.test_option_defaults,
                "eval_input_defaults": test.eval_input_defaults,
                "eval_option_defaults": None,
                "created_at": self._stamp(number + 4),
                "created_by": AUTHORS[number % len(AUTHORS)],
                "template_name": template.name,
            }
            for number, (template, test) in enumerate(tests)
        ]

    def _results(self) -> list[Row]:
        return [
            {
                "result_id": result.id,
                "name": result.name,
                "result_type": result.result_type,
                "description": result.description or None,
                "created_at": self._stamp(number),
                "created_by": AUTHORS[0],
            }
            for number, result in enumerate(result for pipeline in PIPELINES for result in pipeline.template.results)
        ]

    def _reports(self) -> list[Row]:
        return [
            {
                "report_id": report.id,
                "name": report.name,
                "description": report.description,
                "notebook": _notebook(report.name),
                "config": {"cpu": "2", "memory": "4 GB"} if report.number else None,
                "created_at": self._stamp(report.number + 2),
                "created_by": AUTHORS[report.number],
            }
            for report in REPORTS
        ]

    def _software(self) -> list[Row]:
        return [
            {
                "software_id": software.id,
                "name": software.name,
                "description": software.description,
                "repository_url": software.repository_url,
                "machine_type": software.machine_type,
                "created_at": self._stamp(number),
                "created_by": AUTHORS[number],
            }
            for number, software in enumerate(SOFTWARE)
        ]

    def _versions(self) -> list[Row]:
        return [
            {
                "software_version_id": version_id(software.name, tag),
                "software_id": software.id,
                "commit": software.commit(tag),
                "commit_date": self._stamp(2 * number + 3 * place),
                "tags": [tag],
                "created_at": self._stamp(2 * number + 3 * place + 1),
                "software_name": software.name,
            }
            for number, software in enumerate(SOFTWARE)
            for place, tag in enumerate(software.tags)
        ]

    def _builds(self) -> list[Row]:
        rows: list[Row] = []
        for number, software in enumerate(SOFTWARE):
            for place, tag in enumerate(software.tags):
                rows.append(
                    {
                        "software_build_id": fixed_id("build", software.name, tag),
                        "software_version_id": version_id(software.name, tag),
                        "build_job_id": fixed_id("build job", software.name, tag),
                        "status": "succeeded",
                        "image_url": f"us.gcr.io/carrot-images/{software.name}:{software.commit(tag)}",
                        "created_at": self._stamp(2 * number + 3 * place + 1),
                        "finished_at": self._stamp(2 * number + 3 * place + 2),
                    }
                )
        return rows + self._run_builds()

    def _run_builds(self) -> list[Row]:
        """The builds of the newest runs that needed one."""
        rows: list[Row] = []
        for pipeline in range(len(PIPELINES)):
            newest = self._scenario.population.newest_first(pipeline, self._scenario.world.elapsed)
            for key, _ in zip(newest, range(40), strict=False):
                plan = self._scenario.plan(key)
                if plan.build_seconds and plan.outcome is not RunOutcome.NOT_SUBMITTED:
                    rows.append(self._run_build(plan))
        return rows

    def _run_build(self, plan: RunPlan) -> Row:
        timeline = self._scenario.timeline(plan)
        image = image_of(plan)
        name, _, commit = image.rpartition("/")[2].partition(":")
        software = software_named(name)
        build = timeline.build
        looked = self._scenario.ticks.last(self._scenario.now())
        over = build is not None and looked >= build.ended_at
        failed = build is not None and build.outcome is not Outcome.SUCCESS
        tag = software.version_of(commit) if software else None
        return {
            "software_build_id": fixed_id("build", plan.run_id),
            "software_version_id": version_id(name, tag or commit),
            "build_job_id": timeline.build_id,
            "status": ("failed" if failed else "succeeded") if over else "submitted",
            "image_url": image if over and not failed else None,
            "created_at": naive(plan.created_at),
            "finished_at": naive(build.ended_at) if build is not None and over else None,
        }

    def _subscriptions(self) -> list[Row]:
        return [
            {
                "subscription_id": made.id,
                "entity_type": made.entity_type,
                "entity_id": made.entity_id,
                "email": made.email,
                "created_at": naive(made.created_at),
            }
            for made in list(self._scenario.ledger.subscriptions)
        ]


def version_id(software: str, version: str) -> str:
    """The id of a software's version."""
    return fixed_id("software version", software, version)


def _notebook(name: str) -> dict[str, Any]:
    cell = {"cell_type": "markdown", "metadata": {}, "source": [f"# {name}\n"]}
    return {"cells": [cell], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4}
