"""`runtui find`: filters of the services themselves."""

import json

from tests.support.command_line import CommandLine


def test_without_a_filter_it_says_which_there_are(connected: CommandLine) -> None:
    ended = connected.run("find", "carrot")
    assert (ended.code, ended.err) == (0, "")
    names = [line.split()[0] for line in ended.lines]
    assert {"pipeline", "template", "test", "created_by", "finished_before", "sort", "offset"} <= set(names)
    assert [one["name"] for one in connected.run("find", "carrot", "--json").json] == names
    assert connected.run("find", "destine").lines[0].startswith("component")


def test_it_lists_what_the_service_finds_in_its_order(connected: CommandLine) -> None:
    words = ("find", "carrot", "pipeline=Example Pipeline", "status=succeeded", "sort=name", "limit=3")
    runs = connected.run(*words, "--json").json
    assert len(runs) == 3
    assert [run["name"] for run in runs] == sorted(run["name"] for run in runs)
    assert connected.run(*words).lines[0].split()[0] == "RUN"


def test_a_component_is_given_to_its_service(connected: CommandLine) -> None:
    runs = connected.run("find", "destine", "component=image-rotation", "limit=5", "--json").json
    assert {run["job_id"] for run in runs} == {"image-rotation"}


def test_what_is_no_filter_or_has_a_wrong_value_is_named(connected: CommandLine) -> None:
    for words, said in (
        (["colour=red"], "colour: CARROT has no such filter"),
        (["status=nope", "limit=x"], "status: 'nope' is none of CARROT's words"),
        (["status"], "'status' is no filter"),
        (["test=No Test"], "test: CARROT has none called 'No Test'"),
    ):
        ended = connected.run("find", "carrot", *words)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err


def test_a_report_of_all_that_is_found_makes_a_group_with_it(connected: CommandLine) -> None:
    words = ("find", "carrot", "pipeline=Example Pipeline", "status=succeeded", "limit=2")
    (group,) = connected.run(*words, "--report", "Example Report").lines
    (report,) = connected.run("report", "list", group, "--json").json
    assert report["name"] == "Example Report"
    group_id = group.partition("group/")[2]
    assert len(connected.run("list", "-p", "carrot", "--group", group_id, "--json").json) == 2


def test_a_service_without_filters_says_so(here: CommandLine) -> None:
    ended = here.run("find", "local", "status=x")
    assert (ended.code, ended.out) == (6, "")
    assert "has no filters of its own" in ended.err


def test_a_report_of_a_group_is_made_shown_and_deleted(connected: CommandLine) -> None:
    groups = connected.run("groups", "carrot", "--json").json
    group = groups[-1]["reference"]
    made = connected.run("report", "create", group, "Example Report", "--json")
    assert made.code == 0
    assert json.loads(made.out)["name"] == "Example Report"
    again = connected.run("report", "create", group, "Example Report")
    assert (again.code, again.out) == (6, "")
    assert "already exists" in again.err
    assert connected.run("report", "show", group, "Example Report").code == 0
    assert connected.run("report", "delete", group, "Example Report", "--yes").code == 0
    assert connected.run("report", "show", group, "Example Report").code == 3


def test_groups_are_narrowed_by_their_facts_and_one_with_runs_is_not_deleted(connected: CommandLine) -> None:
    groups = connected.run("groups", "carrot", "--json").json
    fact = next((name, group["extra"][name]) for group in groups for name in group["extra"] if name != "query")
    narrowed = connected.run("groups", "carrot", "--with", "=".join(fact), "--json").json
    assert [one["id"] for one in narrowed] == [one["id"] for one in groups if one["extra"].get(fact[0]) == fact[1]]
    used = next(run["extra"]["run_groups"] for run in connected.run("list", "-p", "carrot", "--json").json
                if run["extra"].get("run_groups") and "," not in run["extra"]["run_groups"])  # fmt: skip
    refused = connected.run("groups", "carrot", "--delete", used, "--yes")
    assert refused.code == 6
    assert connected.run("groups", "carrot", "--delete", "nope", "--yes").code == 3


def test_runs_are_found_by_the_filters_of_a_list_of_jobs(connected: CommandLine) -> None:
    every = connected.run("list", "-p", "hpc", "--json").json
    found = connected.run("find", "hpc", "state=not_completed", "status=executing", "--json").json
    assert {run["id"] for run in found} == {run["id"] for run in every if run["status_text"] == "Executing"}
    assert found
    wrong = connected.run("find", "hpc", "state=over", "status=purple", "t=2")
    assert wrong.code == 2
    for name in ("state", "status", "t"):
        assert f"{name}: '" in wrong.err
