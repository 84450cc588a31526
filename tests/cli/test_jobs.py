"""`runtui jobs`, `usage` and `cat`."""

from tests.support.command_line import CommandLine


def test_jobs_are_listed_with_their_states(connected: CommandLine) -> None:
    jobs = connected.run("jobs", "hpc", "--json").json
    assert {"status", "reason", "cluster", "run_count", "startable"} <= jobs[0].keys()
    lines = connected.run("jobs", "hpc").lines
    assert len(lines) == len(jobs) + 1
    assert lines[0].split()[0] == "JOB"


def test_pipelines_and_templates_are_jobs_that_cannot_be_started(connected: CommandLine) -> None:
    jobs = connected.run("jobs", "carrot", "--json").json
    assert {job["kind"] for job in jobs} == {"", "pipeline", "template"}
    assert all(job["startable"] == (not job["kind"]) for job in jobs)
    ended = connected.run("start", "carrot", "Example Pipeline")
    assert (ended.code, ended.out) == (6, "")
    assert "start one of its tests" in ended.err


def test_one_job_tells_what_it_takes(connected: CommandLine) -> None:
    ended = connected.run("jobs", "destine", "image-rotation")
    assert ended.code == 0
    assert any(line.strip().startswith("input angle") for line in ended.lines)
    job = connected.run("jobs", "destine", "image-rotation", "--json").json
    assert {one["name"] for one in job["inputs"]} >= {"angle"}
    missing = connected.run("jobs", "destine", "image-rotatoin")
    assert missing.code == 3
    assert "image-rotation" in missing.err


def test_usage_is_a_line_for_each_allowance(connected: CommandLine) -> None:
    allowances = connected.run("usage", "destine", "--json").json
    lines = connected.run("usage", "destine").lines
    assert len(lines) == len(allowances) > 2
    assert all(one["name"] in line for one, line in zip(allowances, lines, strict=True))
    assert connected.run("usage", "hpc").code == 6


def test_a_file_is_written_whole_or_in_part(connected: CommandLine) -> None:
    run = connected.run("list", "-p", "hpc", "-s", "ended,succeeded,failed", "--limit", "1", "--json").json[0][
        "reference"
    ]
    whole = connected.run("cat", run, "process_output.log")
    assert whole.code == 0
    assert len(whole.out) > 100
    assert connected.run("cat", run, "process_output.log", "--bytes", "10-29").out == whole.out[10:30]
    assert connected.run("cat", run, "process_output.log", "--bytes", "50-").out == whole.out[50:]


def test_the_raw_end_of_a_file_of_a_live_run_is_there_by_its_bytes_too(connected: CommandLine) -> None:
    run = connected.run("list", "-p", "hpc", "-s", "running", "--limit", "1", "--json").json[0]["reference"]
    whole = connected.run("cat", run, "process_output.log").out
    assert whole
    assert connected.run("cat", run, "process_output.log", "--bytes", "5-24").out == whole[5:25]


def test_a_file_there_is_not_and_a_range_that_is_none_are_named(connected: CommandLine) -> None:
    run = connected.run("list", "-p", "hpc", "-s", "running", "--limit", "1", "--json").json[0]["reference"]
    assert connected.run("cat", run, "nope.txt").code == 3
    for part in ("x", "9-3", "-"):
        ended = connected.run("cat", run, "process_output.log", "--bytes", part)
        assert (ended.code, ended.out) == (2, "")
        assert "is no range of bytes" in ended.err


def test_a_job_or_a_version_there_is_not_is_named_with_what_is_near(connected: CommandLine) -> None:
    unknown = connected.run("start", "carrot", "Exampel Test")
    assert (unknown.code, unknown.out) == (3, "")
    assert "carrot has no job called 'Exampel Test'" in unknown.err
    assert "'Example Test'" in unknown.err
    version = connected.run("start", "destine", "image-rotation", "--version", "99")
    assert (version.code, version.out) == (3, "")
    assert "tells its versions" in version.err
