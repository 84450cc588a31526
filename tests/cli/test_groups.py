"""`runtui groups`, and the runs of a group."""

from tests.support.command_line import CommandLine


def test_groups_are_listed_with_what_they_are_about(connected: CommandLine) -> None:
    groups = connected.run("groups", "carrot", "--json").json
    ended = connected.run("groups", "carrot")
    assert (ended.code, ended.err) == (0, "")
    assert ended.lines[0].split() == ["GROUP", "CREATED", "ABOUT"]
    assert [line.split()[0] for line in ended.lines[1:]] == [group["id"] for group in groups]
    assert all(group["about"] in ended.out for group in groups)


def test_the_runs_of_a_group_are_filtered_as_others(connected: CommandLine) -> None:
    group = next(
        run["extra"]["run_groups"].split(", ")[0]
        for run in connected.run("list", "-p", "carrot", "--json").json
        if run["extra"].get("run_groups") and run["status"] == "succeeded"
    )
    listed = connected.run("list", "-p", "carrot", "--group", group, "--json").json
    assert listed
    assert all(group in run["extra"]["run_groups"].split(", ") for run in listed)
    done = connected.run("list", "-p", "carrot", "--group", group, "-s", "succeeded", "--limit", "1", "--json").json
    assert [run["status"] for run in done] == ["succeeded"]


def test_a_group_without_its_profile_and_one_there_is_not_are_refused(connected: CommandLine) -> None:
    unplaced = connected.run("list", "--group", "x")
    assert (unplaced.code, unplaced.out) == (2, "")
    assert "-p PROFILE" in unplaced.err
    assert connected.run("list", "-p", "carrot", "--group", "x").code == 3


def test_a_service_without_groups_says_so(connected: CommandLine) -> None:
    ended = connected.run("groups", "hpc")
    assert (ended.code, ended.out) == (6, "")
    assert "has no groups of runs" in ended.err


def test_groups_are_narrowed_by_the_services_own_filters(connected: CommandLine) -> None:
    groups = connected.run("groups", "carrot", "--json").json
    name, value = next(
        (name, value) for group in groups for name, value in group["extra"].items() if name in ("repo", "author")
    )
    found = connected.run("groups", "carrot", "--with", f"{name}={value}", "--json").json
    assert [group["id"] for group in found] == [one["id"] for one in groups if one["extra"].get(name) == value]
    assert connected.run("groups", "carrot", "--with", f"{name}=nobody-knows-it").err == "no group fits\n"
    wrong = connected.run("groups", "carrot", "--with", "colour=red")
    assert wrong.code == 2
    assert "colour: CARROT has no such filter" in wrong.err
