"""`runtui export`."""

import zipfile

from tests.support.command_line import CommandLine
from tests.support.stage import ServedSimulator

Services = dict[str, ServedSimulator]


def references(shell: CommandLine, profile: str, count: int) -> list[str]:
    """References of the newest runs of a profile."""
    return [run["reference"] for run in shell.run("list", "-p", profile, "--json", "--limit", str(count)).json]


def test_runs_are_written_to_one_zip_whose_path_is_printed(connected: CommandLine) -> None:
    runs = references(connected, "carrot", 2)
    ended = connected.run("export", *runs, runs[0], "-o", "runs.zip")
    target = connected.folder / "runs.zip"
    assert (ended.code, ended.out, ended.err) == (0, f"{target}\n", "")
    with zipfile.ZipFile(target) as archive:
        lines = archive.read("results.csv").decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [run.partition(":")[2] for run in runs]
    assert not list(connected.folder.glob("*.part"))


def test_a_file_that_is_there_stays_and_the_service_is_not_asked_for_tables(
    connected: CommandLine, services: Services
) -> None:
    target = connected.folder / "runs.zip"
    target.write_text("mine")
    (run,) = references(connected, "carrot", 1)
    services["carrot"].behave()
    refused = connected.run("export", run, "-o", "runs.zip")
    assert (refused.code, refused.out, target.read_text()) == (1, "", "mine")
    assert "runs.zip is there already" in refused.err
    assert "--overwrite" in refused.err
    assert not [request for request in services["carrot"].requests if "csv" in request]
    assert connected.run("export", run, "-o", "runs.zip", "--overwrite").code == 0
    assert zipfile.is_zipfile(target)


def test_runs_of_two_profiles_are_refused_by_name(connected: CommandLine) -> None:
    ended = connected.run(
        "export", *references(connected, "carrot", 1), *references(connected, "hpc", 1), "-o", "a.zip"
    )
    assert (ended.code, ended.out) == (2, "")
    assert "these are of carrot and hpc" in ended.err
    assert not (connected.folder / "a.zip").exists()


def test_a_folder_that_is_not_there_is_named(connected: CommandLine) -> None:
    ended = connected.run("export", *references(connected, "carrot", 1), "-o", "gone/a.zip")
    assert (ended.code, ended.out) == (1, "")
    assert "gone is no folder" in ended.err


def test_a_service_that_packs_no_tables_says_so(connected: CommandLine) -> None:
    ended = connected.run("export", *references(connected, "hpc", 1), "-o", "a.zip")
    assert (ended.code, ended.out) == (6, "")
    assert "packs no tables" in ended.err
