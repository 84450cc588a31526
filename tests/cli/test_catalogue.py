"""`runtui catalogue`."""

from tests.support.command_line import CommandLine


def test_the_tables_are_listed_with_what_stands_in_them(connected: CommandLine) -> None:
    tables = connected.run("catalogue", "carrot", "--json").json
    assert [table["name"] for table in tables] == ["software", "versions", "builds", "results", "reports"]
    ended = connected.run("catalogue", "carrot")
    assert (ended.code, ended.err) == (0, "")
    assert [line.split()[0] for line in ended.lines[1:]] == [table["name"] for table in tables]
    assert all(table["help"] in ended.out for table in tables)


def test_software_leads_by_name_to_its_versions_and_a_tag_to_its_images(connected: CommandLine) -> None:
    software = connected.run("catalogue", "carrot", "software", "--json").json
    name = software[0]["name"]
    versions = connected.run("catalogue", "carrot", "versions", name, "--json").json
    assert versions
    assert {one["facts"]["software"] for one in versions} == {name}
    tag, commit = versions[0]["name"], versions[0]["facts"]["commit"]
    by_tag = connected.run("catalogue", "carrot", "builds", tag, "--json").json
    by_commit = connected.run("catalogue", "carrot", "builds", commit, "--json").json
    assert by_commit
    assert {one["id"] for one in by_commit} <= {one["id"] for one in by_tag}
    assert any(one["facts"].get("image", "").endswith(f"{name}:{commit}") for one in by_commit)


def test_a_template_tells_its_results_and_reports_by_name(connected: CommandLine) -> None:
    results = connected.run("catalogue", "carrot", "results", "Example Template", "--json").json
    assert {(one["name"], one["facts"]["output"]) for one in results} == {
        ("example data file", "test_workflow.data_file"),
        ("example comparison file", "eval_workflow.comparison_result"),
        ("mean absolute difference", "eval_workflow.mean_difference"),
    }
    ended = connected.run("catalogue", "carrot", "reports", "Example Template")
    assert ended.lines[0].split()[:2] == ["NAME", "TRIGGER"]
    assert [line.split("  ")[0] for line in ended.lines[1:]] == ["Example Report"]


def test_what_there_is_not_is_named_with_what_there_is(connected: CommandLine) -> None:
    for words, said in (
        (["sofware"], "Did you mean 'software'?"),
        (["versions", "gatkk"], "Did you mean 'gatk'?"),
        (["builds", "v0.0.0.0"], "no version called 'v0.0.0.0'"),
        (["results", "Exampel Template"], "Did you mean 'Example Template'?"),
    ):
        ended = connected.run("catalogue", "carrot", *words)
        assert (ended.code, ended.out) == (3, ""), words
        assert said in ended.err


def test_a_service_that_keeps_nothing_else_says_so(connected: CommandLine) -> None:
    ended = connected.run("catalogue", "hpc")
    assert (ended.code, ended.out) == (6, "")
    assert "has no catalogue" in ended.err
