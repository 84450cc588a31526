"""`runtui list`."""

import json
from pathlib import Path

import pytest

from runtui.model.list_view import ChosenColumn, ListView
from runtui.model.moment import parse_moment
from runtui.services.views import Views
from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]


def test_the_runs_of_every_profile_are_listed_the_newest_first(connected: CommandLine, services: Services) -> None:
    ended = connected.run("list", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert {run["profile"] for run in ended.json} == set(services)
    moments = [run["started_at"] or run["created_at"] or run["ended_at"] for run in ended.json]
    known = [parse_moment(moment) for moment in moments if moment]
    assert None not in known
    assert known == sorted((one for one in known if one), reverse=True)


def test_text_has_a_title_and_a_line_for_each_run_with_its_whole_reference(connected: CommandLine) -> None:
    ended = connected.run("list", "-p", "destine")
    runs = connected.run("list", "-p", "destine", "--json").json
    assert ended.lines[0].split()[:3] == ["RUN", "JOB", "STATUS"]
    assert [line.split()[0] for line in ended.lines[1:]] == [run["reference"] for run in runs]


def test_a_pipe_gets_no_colour_and_nothing_is_cut(connected: CommandLine) -> None:
    ended = connected.run("list", COLUMNS="40", FORCE_COLOR="1")
    assert "\x1b" not in ended.out
    assert "…" not in ended.out


def test_json_lines_hold_the_same_as_json(connected: CommandLine) -> None:
    whole = connected.run("list", "-p", "destine", "--json").json
    lines = connected.run("list", "-p", "destine", "--jsonl").lines
    assert [json.loads(line)["id"] for line in lines] == [run["id"] for run in whole]


@pytest.mark.parametrize(
    "written", [["-s", "failed", "-s", "stopped"], ["-s", "failed,stopped"], ["-s", "Failed, stopped"]]
)
def test_only_runs_of_the_wanted_statuses_come(connected: CommandLine, written: list[str]) -> None:
    ended = connected.run("list", "--json", *written)
    assert {run["status"] for run in ended.json} == {"failed", "stopped"}


def test_a_status_that_is_none_is_named_with_those_there_are(connected: CommandLine) -> None:
    ended = connected.run("list", "-s", "runnning")
    assert (ended.code, ended.out) == (2, "")
    assert "'runnning'" in ended.err
    assert "Did you mean 'running'?" in ended.err
    assert "succeeded, failed" in ended.err


def test_a_filter_lets_through_what_matches(connected: CommandLine) -> None:
    ended = connected.run("list", "--json", "--where", "status:succeeded profile:hpc has:Cd")
    assert ended.json
    for run in ended.json:
        assert (run["status"], run["profile"]) == ("succeeded", "hpc")
        assert "Cd" in [variable["name"] for variable in run["variables"]]


def test_a_filter_that_cannot_be_read_says_at_which_column(connected: CommandLine) -> None:
    ended = connected.run("list", "--where", "status:failed Cd<")
    assert (ended.code, ended.out) == (2, "")
    assert "column 18" in ended.err


def test_runs_are_sorted_by_any_variable_those_without_it_last(connected: CommandLine) -> None:
    runs = connected.run("list", "-p", "hpc", "--json", "--sort", "Cd").json
    values = [next((v["value"] for v in run["variables"] if v["name"] == "Cd"), None) for run in runs]
    numbers = [value for value in values if isinstance(value, int | float)]
    assert len(numbers) > 3
    assert values[: len(numbers)] == sorted(numbers)
    back = connected.run("list", "-p", "hpc", "--json", "--sort", "Cd", "--reverse").json
    assert back[0]["reference"] == runs[len(numbers) - 1]["reference"]


def test_times_are_sorted_from_the_longest_down(connected: CommandLine) -> None:
    runs = connected.run("list", "-p", "destine", "-s", "succeeded", "--json", "--sort", "took").json
    spans = [run["took_seconds"] for run in runs if run["took_seconds"] is not None]
    assert spans == sorted(spans, reverse=True)


def test_a_sort_key_that_no_run_has_is_named_with_those_there_are(connected: CommandLine) -> None:
    ended = connected.run("list", "--sort", "nonsense")
    assert (ended.code, ended.out) == (2, "")
    assert "'nonsense'" in ended.err
    assert "started, took" in ended.err


def test_a_limit_gives_the_first_runs_of_the_order(connected: CommandLine) -> None:
    whole = connected.run("list", "--json").json
    ended = connected.run("list", "--json", "--limit", "5")
    assert [run["reference"] for run in ended.json] == [run["reference"] for run in whole[:5]]
    assert connected.run("list", "--json", "--limit", "0").json == []


def test_one_failing_profile_leaves_the_others_runs_and_its_code(connected: CommandLine, services: Services) -> None:
    services["hpc"].simulator.application.fail(status=401, body=b'{"detail":"Invalid token."}')
    ended = connected.run("list", "--json")
    assert ended.code == 4
    assert {run["profile"] for run in ended.json} == set(services) - {"hpc"}
    assert ended.err.splitlines()[0].startswith("runtui: hpc: ")
    assert "runtui: destine" not in ended.err


def test_what_a_person_must_mend_decides_the_code_of_several_failures(
    connected: CommandLine, services: Services
) -> None:
    services["destine"].simulator.application.fail(status=503)
    services["hpc"].simulator.application.fail(status=401)
    connected.add_profile("broken", "rescale", {"url": "http://127.0.0.1:9"})
    ended = connected.run("list")
    assert ended.code == 2
    assert [line.split(": ")[1] for line in ended.err.splitlines() if line.startswith("runtui: ")].count("hpc") == 1


def test_profiles_can_be_chosen_by_name(connected: CommandLine) -> None:
    ended = connected.run("list", "-p", "destine", "--json")
    assert {run["profile"] for run in ended.json} == {"destine"}


def test_a_profile_that_does_not_exist_is_named_with_those_that_do(connected: CommandLine) -> None:
    ended = connected.run("list", "-p", "hcp")
    assert (ended.code, ended.out) == (2, "")
    assert "'hcp'" in ended.err
    assert "destine, hpc" in ended.err


def test_nothing_that_matches_is_said_and_is_no_error(connected: CommandLine) -> None:
    ended = connected.run("list", "--where", "job:doesnotexist")
    assert (ended.code, ended.out) == (0, "")
    assert "none of" in ended.err
    assert connected.run("list", "--where", "job:doesnotexist", "--json").json == []


def test_the_first_runs_can_be_left_out(connected: CommandLine) -> None:
    ids = [run["id"] for run in connected.run("list", "-p", "carrot", "--json").json]
    some = connected.run("list", "-p", "carrot", "--offset", "3", "--limit", "4", "--json").json
    assert [run["id"] for run in some] == ids[3:7]


@pytest.mark.parametrize(
    ("has", "where"),
    [
        ("has:extra.eval_workflow", "status:succeeded"),
        ("has:name", 'name="{name}"'),
        ("has:extra.run_groups", "group:{group}"),
        ("has:owner", "owner={owner}"),
        ("has:extra.test_workflow", "extra.test_workflow={test_workflow}"),
        ("has:extra.eval_workflow", "extra.eval_workflow={eval_workflow}"),
        ("has:created", "created>2000-01-01 created<2100-01-01"),
        ("has:ended", "ended>2000-01-01 ended<2100-01-01"),
    ],
)
def test_what_a_service_can_filter_its_runs_by_can_be_asked_of_every_list(
    connected: CommandLine, has: str, where: str
) -> None:
    run = connected.run("list", "-p", "carrot", "-s", "succeeded", "--json", "--where", has).json[0]
    group = run["extra"].get("run_groups", "").partition(",")[0]
    workflows = {name: run["extra"].get(name) for name in ("test_workflow", "eval_workflow")}
    asked = where.format(name=run["name"], owner=run["owner"], group=group, **workflows)
    found = connected.run("list", "-p", "carrot", "--json", "--where", asked)
    assert found.code == 0
    assert run["id"] in [one["id"] for one in found.json]


@pytest.mark.parametrize("key", ["run", "name", "status", "created", "ended", "owner", "job", "took"])
def test_runs_can_be_sorted_by_what_a_service_can_sort_them_by(connected: CommandLine, key: str) -> None:
    ended = connected.run("list", "-p", "carrot", "--sort", key)
    assert (ended.code, ended.err) == (0, "")


def test_a_saved_view_gives_its_filter_status_order_and_columns(connected: CommandLine) -> None:
    views = Views(Path(connected.environ["RUNTUI_DATA_DIR"]))
    columns = (ChosenColumn("var:Cd"), ChosenColumn("of tomorrow"), ChosenColumn("run"))
    views.save(
        ListView(name="drag", where="has:Cd", status="succeeded", sort="var:Cd", descending=False, columns=columns)
    )
    runs = connected.run("list", "--view", "drag", "--json").json
    values = [next(each["value"] for each in run["variables"] if each["name"] == "Cd") for run in runs]
    assert values == sorted(values)
    assert {run["status"] for run in runs} == {"succeeded"}
    ended = connected.run("list", "--view", "drag", "--where", "profile:hpc", "--reverse")
    assert ended.lines[0].split() == ["Cd", "RUN"]
    assert [line.split()[1] for line in ended.lines[1:]] == [run["reference"] for run in reversed(runs)]
    assert "'of tomorrow'" in ended.err


def test_a_view_that_is_not_saved_is_named(connected: CommandLine) -> None:
    ended = connected.run("list", "--view", "drag")
    assert (ended.code, ended.out) == (2, "")
    assert "'drag'" in ended.err
