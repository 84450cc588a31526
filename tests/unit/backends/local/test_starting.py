"""What can be started: commands, scripts, workflows, sweeps; and what is refused before anything is."""

import json
import os
from pathlib import Path

import pytest

from runtui.model.errors import ConfigError, InputError, PermissionDeniedError
from runtui.model.status import Status
from runtui.model.variable import Role
from tests.support.local_runs import LocalRuns, until


def out(here: LocalRuns, run_id: str, node: str = "main") -> str:
    return (here.folders.runs / run_id / "logs" / f"{node}.stdout").read_text()


async def test_variables_are_put_in_and_exported(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo {x} $x $mesh {{x}}", variables={"x": "2.5", "mesh": "very fine"})
    here.ended(run)
    assert out(here, run.id) == "2.5 2.5 very fine {x}\n"
    fetched = await here.backend.fetch_run(run.id)
    inputs = [(one.name, one.value, one.type) for one in fetched.variables if one.role is Role.INPUT]
    assert inputs == [("x", 2.5, "number"), ("mesh", "very fine", "string")]


async def test_a_value_in_a_text_for_the_shell_stays_one_word(here: LocalRuns) -> None:
    run = await here.start(text="printf '%s|' {x}", variables={"x": "a b; echo $HOME"})
    here.ended(run)
    assert out(here, run.id) == "a b; echo $HOME|"


async def test_inputs_may_have_the_form_of_typed_ones(here: LocalRuns) -> None:
    inputs = {"angle": {"type": "integer", "value": 45}, "plain": True, "scene": {"type": "Data", "url": "https://x/y"}}
    run = await here.start("echo", "{angle}", "{plain}", "{scene}", inputs=inputs)
    here.ended(run)
    assert out(here, run.id) == "45 true https://x/y\n"


async def test_a_secret_is_in_the_environment_alone(here: LocalRuns) -> None:
    inputs = {"key": {"type": "secret", "secret_value": "planted-9273"}}
    run = await here.start("sh", "-c", "printenv key | wc -c", inputs=inputs)
    here.ended(run)
    assert out(here, run.id).strip() == "13"
    written = b"".join(path.read_bytes() for path in here.folders.root.rglob("*") if path.is_file())
    assert b"planted-9273" not in written
    assert (await here.backend.inputs_of(run)).keys() == {"command"}
    with pytest.raises(InputError, match="secret and cannot stand in a command"):
        await here.start("echo", "{key}", inputs=inputs)


async def test_what_a_command_names_in_its_start_folder_is_found_in_its_own(here: LocalRuns) -> None:
    here.write("solver.py", "import sys; print(open(sys.argv[1]).read()); open('made', 'w').write('x')")
    here.write("mesh.txt", "the mesh")
    run = await here.start("python3", "solver.py", "mesh.txt")
    record = here.ended(run)
    assert (record.status, out(here, run.id)) == ("succeeded", "the mesh\n")
    assert not (here.start_folder / "made").exists()
    files = await here.backend.output_files(run)
    assert [file.path for file in files.files] == ["made"]


async def test_in_a_folder_of_ones_own_choice_only_what_was_written_since_is_listed(here: LocalRuns) -> None:
    old = here.write("old.txt", "x")
    os.utime(old, (1, 1))
    run = await here.start("sh", "-c", "pwd; echo > new.txt", folder=".")
    here.ended(run)
    assert out(here, run.id).strip() == str(here.start_folder)
    assert [file.path for file in (await here.backend.output_files(run)).files] == ["new.txt"]


async def test_results_come_from_lines_patterns_and_a_file(here: LocalRuns) -> None:
    script = "echo 'Cd = 0.31'; echo 'Cd = 0.30'; echo 'drag force: 12 N'; echo 'a = b = c'"
    script += '; printf \'{"Cl": 1.5, "mesh": {"cells": 1200}}\' > results.json'
    run = await here.start("sh", "-c", script.replace("{", "{{").replace("}", "}}"), patterns=(r"force: (\d+)",))
    here.ended(run)
    fetched = await here.backend.fetch_run(run.id)
    results = {one.name: one.value for one in fetched.variables if one.role is Role.RESULT}
    assert results == {"Cd": 0.3, "force": 12, "Cl": 1.5, "mesh.cells": 1200}


async def test_what_no_number_can_say_stays_a_text(here: LocalRuns) -> None:
    run = await here.start("sh", "-c", "echo 'r = nan'; echo 'big = 123456789012345678901234567890'; echo 's = -inf'")
    assert here.ended(run).results == {"r": "nan", "big": "123456789012345678901234567890", "s": "-inf"}
    (here.start_folder / "r.py").write_text("open('results.json', 'w').write('{\"a\": NaN, \"b\": [1, 2]}')")
    run = await here.start(file="r.py")
    assert here.ended(run).results == {"a": "nan", "b": "[1, 2]"}
    run = await here.start("echo", "{x}", variables={"x": "nan"})
    assert [one.value for one in here.ended(run).inputs] == ["nan"]


async def test_a_secret_that_is_given_for_a_run_again_stays_one(here: LocalRuns) -> None:
    inputs = {"key": {"type": "secret", "secret_value": "planted-1"}}
    run = await here.start("sh", "-c", "printenv key | wc -c", inputs=inputs, name="keyed")
    here.ended(run)
    again = await here.backend.start("keyed", {"key": "planted-9274"})
    here.ended(again)
    assert out(here, again.id).strip() == "13"
    written = b"".join(path.read_bytes() for path in here.folders.root.rglob("*") if path.is_file())
    assert b"planted" not in written


async def test_words_that_are_no_text_are_refused(here: LocalRuns) -> None:
    with pytest.raises(ConfigError, match="no UTF-8 text"):
        await here.start("echo", "\udcff")


async def test_a_workflow_runs_in_the_order_of_its_needs_and_ends_with_its_outputs(here: LocalRuns) -> None:
    plan = here.write(
        "flow.toml",
        """
        name = "airfoil"
        [variables]
        angle = 4
        [nodes.solve]
        command = ["sh", "-c", "cat mesh/m; echo Cl = {angle}"]
        needs = ["mesh"]
        [nodes.mesh]
        command = "mkdir -p mesh; echo mesh $angle $SIZE > mesh/m"
        env = { SIZE = "big{angle}" }
        outputs = ["mesh/*"]
        """,
    )
    run = await here.start(file=str(plan), variables={"angle": "7"})
    assert here.ended(run).status == "succeeded"
    assert out(here, run.id, "solve") == "mesh 7 big7\nCl = 7\n"
    nodes = {node.name: node for node in await here.backend.nodes(run)}
    assert nodes["solve"].needs == ("mesh",)
    assert nodes["mesh"].ended_at is not None
    assert nodes["solve"].started_at is not None
    assert nodes["mesh"].ended_at <= nodes["solve"].started_at


async def test_variables_of_a_workflow_may_be_called_inputs(here: LocalRuns) -> None:
    plan = here.write("flow.toml", "[inputs]\nx = 1\ny = 2\n[nodes.say]\ncommand = 'echo {x} {y}'\n")
    run = await here.start(file=str(plan), inputs={"x": {"type": "integer", "value": 5}})
    here.ended(run)
    assert out(here, run.id, "say") == "5 2\n"


async def test_nodes_that_may_run_in_parallel_do(here: LocalRuns) -> None:
    meet = "touch {{n}}; while [ ! -e {{o}} ]; do sleep 0.01; done"
    nodes = {
        "a": {"command": meet.replace("{{n}}", "a").replace("{{o}}", "b")},
        "b": {"command": meet.replace("{{n}}", "b").replace("{{o}}", "a")},
    }
    run = await here.start(file=str(here.write("two.json", json.dumps({"nodes": nodes, "parallel": 2}))))
    assert here.ended(run).status == "succeeded"


async def test_what_needs_a_node_that_failed_is_not_started(here: LocalRuns) -> None:
    nodes = {"a": {"command": "exit 4"}, "b": {"command": "true", "needs": ["a"]}, "c": {"command": "true"}}
    run = await here.start(file=str(here.write("f.json", json.dumps({"nodes": nodes}))))
    record = here.ended(run)
    assert (record.status, record.exit_code, record.message) == ("failed", 4, "a: exit code 4")
    assert [(node.id, node.status) for node in record.nodes] == [("a", "failed"), ("b", "stopped"), ("c", "succeeded")]


async def test_a_node_without_its_outputs_has_failed(here: LocalRuns) -> None:
    nodes = {"a": {"command": "true", "outputs": ["*.vtk"]}}
    record = here.ended(await here.start(file=str(here.write("f.json", json.dumps({"nodes": nodes})))))
    assert (record.status, record.message) == ("failed", "it ended well but left no *.vtk")


async def test_an_exit_code_of_zero_is_not_believed_against_what_was_said(here: LocalRuns) -> None:
    record = here.ended(await here.start("sh", "-c", "echo 'status: ERROR'; exit 0", fails_on=r"\bERROR\b"))
    assert (record.status, record.message) == ("failed", "it ended with exit code 0 but said: status: ERROR")


async def test_a_sweep_is_one_job_with_a_run_for_each_combination(here: LocalRuns) -> None:
    runs = await here.start_all("echo", "{x}", "{y}", sweep={"x": "1:2:0.5", "y": "3,four"}, parallel=2, name="polar")
    assert len(runs) == 6
    assert {run.job for run in runs} == {"polar"}
    assert len({run.job_id for run in runs}) == 1
    assert {here.ended(run).status for run in runs} == {"succeeded"}
    assert [out(here, run.id) for run in runs] == ["1 3\n", "1 four\n", "1.5 3\n", "1.5 four\n", "2 3\n", "2 four\n"]


async def test_no_more_runs_of_a_sweep_go_on_at_a_time_than_wanted(here: LocalRuns) -> None:
    script = "touch up; while [ ! -e ../../../go ]; do sleep 0.02; done"
    runs = await here.start_all("sh", "-c", script, sweep={"x": "1:5"}, parallel=2)
    until(lambda: sum(here.path(run, "work", "up").exists() for run in runs) == 2)
    statuses = [(await here.backend.fetch_run(run.id)).status for run in runs]
    assert statuses == [Status.RUNNING] * 2 + [Status.QUEUED] * 3
    (here.folders.root / "go").touch()
    assert [here.ended(run).status for run in runs] == ["succeeded"] * 5


async def test_a_run_that_waits_in_a_sweep_can_be_stopped(here: LocalRuns) -> None:
    runs = await here.start_all(
        "sh", "-c", "while [ ! -e ../../../go ]; do sleep 0.02; done", sweep={"x": "1:3"}, parallel=1
    )
    here.until_running(runs[0])
    assert await here.backend.stop(runs[2]) == "It will not be begun."
    assert here.ended(runs[2]).message == "stopped before it began"
    (here.folders.root / "go").touch()
    assert [here.ended(run).status for run in runs] == ["succeeded", "succeeded", "stopped"]


async def test_runs_that_wait_for_a_killed_sweep_are_over(here: LocalRuns) -> None:
    runs = await here.start_all("sleep", "600", sweep={"x": "1:2"}, parallel=1)
    here.until_running(runs[0])
    sweep = json.loads((here.folders.sweeps / runs[0].job_id / "sweep.json").read_text())
    os.kill(sweep["supervisor"]["pid"], 9)
    until(lambda: not os.path.exists(f"/proc/{sweep['supervisor']['pid']}"))
    now = [await here.opened().fetch_run(run.id) for run in runs]
    assert [run.status for run in now] == [Status.RUNNING, Status.STOPPED]
    assert now[1].message == "it was never begun: its sweep was ended"


async def test_a_run_again_has_the_same_variables_but_for_those_that_were_changed(here: LocalRuns) -> None:
    first = await here.start("echo", "{x}", "{y}", variables={"x": "1", "y": "2"}, name="twice")
    here.ended(first)
    assert await here.backend.inputs_of(first) == {"command": "echo '{x}' '{y}'", "x": 1, "y": 2}
    second = await here.backend.start("twice", {"y": 5})
    here.ended(second)
    assert out(here, second.id) == "1 5\n"
    assert (second.job, second.job_id) == ("twice", first.job_id)


@pytest.mark.parametrize(
    ("wish", "command", "printed"),
    [
        ({"words": ("echo", "{x}", "$HOME")}, "echo 'a b' '{x}' '$x'", "a b 1 $x\n"),
        ({"text": "echo {x}"}, "echo {x}; echo $x", "1\n1\n"),
    ],
    ids=["words stay words", "a text goes to the shell"],
)
async def test_a_run_again_may_have_another_command(
    here: LocalRuns, wish: dict[str, object], command: str, printed: str
) -> None:
    first = await here.start(**wish, variables={"x": "1"}, name="said")
    here.ended(first)
    second = await here.backend.start("said", {"command": command})
    here.ended(second)
    assert out(here, second.id) == printed
    assert (await here.backend.inputs_of(second))["command"] == command


async def test_what_is_wrong_with_another_command_is_said_before_anything_starts(here: LocalRuns) -> None:
    here.ended(await here.start("echo", "1", name="said"))
    for command, said in (
        ("no-such-program-7", "there is no program"),
        ("echo 'half", "cannot be read"),
        ("", "is missing"),
        ("echo {y}", "there is no variable 'y'"),
    ):
        with pytest.raises(ConfigError, match=said):
            await here.backend.start("said", {"command": command})
    assert len(list(here.folders.runs.iterdir())) == 1


async def test_a_workflow_and_a_job_with_such_a_variable_are_not_asked_for_a_command(here: LocalRuns) -> None:
    here.write("two.json", json.dumps({"name": "two", "nodes": {"a": {"command": "true"}, "b": {"command": "true"}}}))
    here.ended(await here.start(file="two.json"))
    here.ended(await here.start("echo", "{command}", variables={"command": "x"}, name="own"))
    assert [one.name for one in (await here.backend.fetch_job("two")).inputs] == []
    assert [one.name for one in (await here.backend.fetch_job("own")).inputs] == ["command"]
    again = await here.backend.start("own", {"command": "y"})
    here.ended(again)
    assert out(here, again.id) == "y\n"


async def test_a_job_shows_its_command_before_any_variable_is_put_in(here: LocalRuns) -> None:
    run = await here.start("echo", "{x}", variables={"x": "1"}, name="said")
    here.ended(run)
    assert run.extra["command"] == "echo 1"
    assert (await here.backend.fetch_job("said")).description == "echo '{x}'"
    assert [job.description async for job in here.backend.iterate_jobs()] == ["echo '{x}'"]


def cases(folder: Path) -> dict[str, tuple[dict[str, object], str]]:
    """Wishes that are wrong, and what is said of each."""
    (folder / "plain.dat").write_text("x")
    (folder / "half.toml").write_text("[nodes.a\n")
    plans = {
        "cycle": {"nodes": {"a": {"command": "true", "needs": ["b"]}, "b": {"command": "true", "needs": ["a"]}}},
        "itself": {"nodes": {"a": {"command": "true", "needs": ["a"]}}},
        "nothing": {"nodes": {"a": {"command": "true", "needs": ["mseh"]}, "mesh": {"command": "true"}}},
        "outside": {"nodes": {"a": {"command": "true", "outputs": ["../x"]}}},
        "absolute": {"nodes": {"a": {"command": "true", "outputs": ["/etc/*"]}}},
        "none": {"nodes": {}},
        "odd": {"nodes": {"a": {"comand": "true"}}},
        "odd value": {"nodes": {"a": {"command": "true", "needs": 7}}},
        "both": {"nodes": {"a": {"command": "true"}}, "inputs": {"x": 1}, "variables": {"x": 1}},
        "name": {"nodes": {"../a": {"command": "true"}}},
    }
    for name, plan in plans.items():
        (folder / f"{name}.json").write_text(json.dumps(plan))
    return {
        "no command": ({}, "a command is missing"),
        "no program": ({"words": ("no-such-program-7",)}, "there is no program 'no-such-program-7'"),
        "no file": ({"file": "gone.sh"}, "there is no file"),
        "no interpreter": ({"file": "plain.dat"}, "is not executable"),
        "not executable": ({"words": ("./plain.dat",)}, "cannot be run: it is not executable"),
        "undefined": ({"words": ("echo", "{x}"), "variables": {"xx": "1"}}, "there is no variable 'x'"),
        "bad range": ({"words": ("true",), "sweep": {"x": "1:0:1"}}, "never lead from 1 to 0"),
        "bad numbers": ({"words": ("true",), "sweep": {"x": "a:b"}}, "expected numbers"),
        "endless": ({"words": ("true",), "sweep": {"x": "1:1e9"}}, "runs are the most"),
        "too many": ({"words": ("true",), "sweep": {"x": "1:200", "y": "1:200"}}, "40000 runs"),
        "bad name": ({"words": ("true",), "variables": {"1x": "1"}}, "a variable's name has letters"),
        "bad pattern": ({"words": ("true",), "patterns": ("(",)}, "no regular expression"),
        "no folder": ({"words": ("true",), "folder": "gone"}, "is no folder"),
        "half": ({"file": "half.toml"}, "is not TOML"),
        "cycle": ({"file": "cycle.json"}, "the needs go in a circle: a -> b -> a"),
        "itself": ({"file": "itself.json"}, "the needs go in a circle: a -> a"),
        "nothing": ({"file": "nothing.json"}, "needs 'mseh', and there is no such node"),
        "outside": ({"file": "outside.json"}, "'../x' is outside of the run's folder"),
        "absolute": ({"file": "absolute.json"}, "'/etc/*' is outside of the run's folder"),
        "none": ({"file": "none.json"}, "there is no node to run"),
        "odd": ({"file": "odd.json"}, "node a has 'comand', which means nothing here"),
        "odd value": ({"file": "odd value.json"}, "not a workflow"),
        "both": ({"file": "both.json"}, "both variables and inputs"),
        "name": ({"file": "name.json"}, "cannot be the name of a node"),
    }


@pytest.mark.parametrize("case", [
    "no command", "no program", "no file", "no interpreter", "not executable", "undefined", "bad range", "bad numbers",
    "endless", "too many", "bad name", "bad pattern", "no folder", "half", "cycle", "itself", "nothing", "outside",
    "absolute", "none", "odd", "odd value", "both", "name",
])  # fmt: skip
async def test_what_can_never_work_is_refused_and_leaves_nothing(here: LocalRuns, case: str) -> None:
    wish, said = cases(here.start_folder)[case]
    with pytest.raises(ConfigError, match=said.replace("(", r"\(").replace("*", r"\*")):
        await here.start(**wish)
    assert not here.folders.runs.exists() or not list(here.folders.runs.iterdir())


async def test_a_read_only_session_starts_nothing(here: LocalRuns) -> None:
    with pytest.raises(PermissionDeniedError):
        await here.opened(read_only=True).start("", {"command": "true"})
    assert not here.folders.root.exists()


async def test_a_script_is_run_by_what_it_says(here: LocalRuns) -> None:
    here.write("a.sh", "#!/bin/sh\necho by sh\n")
    here.write("b.py", "print('by python')\n")
    first, second = await here.start(file="a.sh"), await here.start(file="b.py")
    here.ended(first)
    here.ended(second)
    assert (out(here, first.id), out(here, second.id)) == ("by sh\n", "by python\n")
