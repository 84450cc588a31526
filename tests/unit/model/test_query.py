"""The filter language: which runs match."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from runtui.model.errors import QueryError
from runtui.model.node import Node
from runtui.model.query import EVERYTHING, Query, parse_query
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Role, Variable
from tests.support.sample_runs import NOW, number, sweep_runs, word

RUN = Run(
    profile="hpc",
    service="rescale",
    id="aBcDeF/14",
    job="airfoil sweep",
    job_id="aBcDeF",
    name="x=20",
    status=Status.FAILED,
    status_text="Completed with errors",
    reason="exit code 1",
    created_at=NOW - timedelta(days=3, hours=1),
    started_at=NOW - timedelta(days=3),
    ended_at=NOW - timedelta(days=2, hours=22),
    owner="alice",
    message="Divergence at t = 240: see process_output.log",
    exit_code=1,
    progress=0.41,
    output_count=66,
    output_bytes=8_000_000,
    is_optimal=True,
    variables=(
        number("x_velocity", 20, Role.INPUT),
        word("mesh", "fine"),
        Variable(name="y_velocity", role=Role.INPUT, value="3.5", text="3.5"),
        number("Cd", -0.018764),
        Variable(name="residual", role=Role.RESULT, value=float("nan"), text="nan"),
        Variable(name="wall time", role=Role.RESULT, value=5400.0, text="1.5 h"),
        Variable(name="adaptive", role=Role.PARAMETER, value=True),
        Variable(name="size", role=Role.PARAMETER, value=3),
        Variable(name="token", role=Role.INPUT, secret=True, value="hunter2", text="hunter2"),
        Variable(name="note", role=Role.INPUT, value="v2, draft (old)", text="v2, draft (old)"),
    ),
    extra={"nodes": "mesh, solve"},
)
BARE = Run(profile="local", service="local", id="7f3c", status=Status.QUEUED)


def matches(text: str, run: Run = RUN, now: datetime = NOW) -> bool:
    return parse_query(text).matches(run, now)


@pytest.mark.parametrize(
    "text",
    [
        # words
        "airfoil",
        "AIRFOIL sweep",
        '"airfoil sweep"',
        '"t = 240:"',
        "hpc:aBcDeF",
        "failed",
        '"completed with"',
        "process_output.log",
        "/diverg|nan/",
        "/^airfoil/",
        "/t = \\d+/",
        "/log$/",
        '""',
        # together
        "airfoil and alice",
        "airfoil & alice",
        "nothing or alice",
        "nothing | alice",
        "nothing and nobody or alice",
        "alice or nothing and nobody",
        "(nothing or airfoil) (alice or nobody)",
        "((alice))",
        "!nothing",
        "-nothing",
        "not nothing",
        "not !alice",
        "!!alice",
        "!(nothing or nobody)",
        "NOT nothing AND alice",
        # text fields
        "job:AIR",
        'job="Airfoil Sweep"',
        "job=abcdef",
        "job!=other",
        "owner:bob,alice",
        "owner=bob,alice",
        "message:/t = \\d+/",
        "profile:hp",
        "service=rescale",
        "id:14",
        "id=hpc:aBcDeF/14",
        "id=aBcDeF/14",
        'name="x=20"',
        "reason:exit",
        "Owner:alice",
        # statuses
        "status:failed",
        "status=failed",
        "status:fail",
        "status:queued,failed",
        "status:final",
        "status:errors",
        'status="completed with errors"',
        "status!=queued",
        "status:/^fail/",
        "status:/errors$/",
        # nodes
        "node:solv",
        "node=mesh",
        "node:/^s/",
        "has:node",
        # times
        "started<4d",
        "started>2d",
        "started>=3d",
        "started<=3d",
        "ended<71h",
        "age<3d1h",
        "created>3d",
        "started>2026-01-25",
        "started<2026-01-27",
        "started>=2026-01-26",
        "started<=2026-01-26",
        "started=2026-01-26",
        "started:2026-01-26",
        "started!=2026-01-27",
        "started>=2026-01-26T10:00",
        "started=2026-01-26T10:00",
        "started=2026-01-26T11:00+01:00",
        "started<2026-01-26T10:00:01Z",
        'started>="2026-01-26 09:59"',
        "started<yesterday",
        # numbers
        "took>1h",
        "took<=2h",
        "took=7200",
        "took>=1:59:59",
        "took<2h1m",
        "progress>40%",
        "progress<0.5",
        "progress>=41",
        "exit!=0",
        "exit=1",
        "exit:1",
        "files>=66",
        "size<1GB",
        "size=8MB",
        "size<8MiB",
        # variables
        "Cd<0",
        "Cd < 0",
        "Cd <0",
        "cd<0",
        "Cd>-0.02",
        "x_velocity>=20",
        "x_velocity≥20",
        "x_velocity=20",
        "x_velocity==20",
        "x_velocity=2e1",
        "x_velocity=20.0000",
        "x_velocity!=21",
        "y_velocity<4",
        "y_velocity=3.50",
        "mesh=fine",
        "mesh=FINE",
        "mesh=coarse,fine",
        "mesh!=coarse",
        "mesh:fi",
        "mesh:/^f/",
        "inputs.mesh=fine",
        "results.Cd<0",
        "residual=nan",
        '"wall time">1h',
        '"wall time">=1h30m',
        '"wall time"="1.5 h"',
        "adaptive=true",
        "var.size>2",
        "parameters.size=3",
        'note:"v2, draft"',
        "note:(old)",
        "has:Cd",
        "has:inputs.mesh",
        "has:variable",
        "has:message",
        "has:optimal",
        "has:token",
        "has:nothing,Cd",
        "has!=nothing",
        "Cd=-0.0188",
        "(Cd<0)",
        "(Cd<0 or (x_velocity=3))",
        "error: or alice",
    ],
)
def test_this_run_matches(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "-airfoil",
        "!airfoil",
        "airfoil nothing",
        "airfoil and nothing",
        "nothing or nobody",
        "not alice",
        "/^sweep/",
        "/Airfoil.*alice/",
        "job:other",
        "job=airfoil",
        'job!="airfoil sweep"',
        "owner:bob,carol",
        "status:queued",
        "status:ended",
        "status:live",
        "status!=failed,queued",
        "status=fail",
        "node:decompose",
        "started<2d",
        "started>4d",
        "started>2026-01-26",
        "started<2026-01-26",
        "started!=2026-01-26",
        "started=2026-01-26T10:01",
        "started:today",
        "took<1h",
        "progress>50%",
        "exit=0",
        "size>8MB",
        "Cd>0",
        "CD<0",
        "outputs.Cd<0",
        "x_velocity!=20",
        "mesh!=fine",
        "mesh!=fine,coarse",
        "mesh=fin",
        "residual<1",
        "residual>1",
        "mesh>1",
        "adaptive>0",
        "token=hunter2",
        "token:hunter",
        "token:/./",
        "hunter2",
        "Cx<0",
        "Cx!=0",
        "Cx=0",
        "has:Cx",
        "has:parent",
        "error:",
        "aBcDeF:hpc",
    ],
)
def test_this_run_does_not_match(text: str) -> None:
    assert not matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "started<2d",
        "started>2d",
        "age<2d",
        "ended!=2026-01-29",
        "took>0",
        "took<9d",
        "progress<1",
        "exit!=0",
        "exit=0",
        "size<1GB",
        "Cd!=0",
        "node:a",
        "has:node",
        "has:owner",
        "has:message",
    ],
)
def test_what_a_run_does_not_have_matches_no_comparison(text: str) -> None:
    assert not matches(text, BARE)


@pytest.mark.parametrize("text", ["!Cd=0", "!started<2d", "owner!=alice", "-node:a", "!has:owner", 'owner=""'])
def test_what_a_run_does_not_have_can_be_asked_for_by_negation(text: str) -> None:
    assert matches(text, BARE)


@pytest.mark.parametrize("status", Status)
def test_our_own_word_names_just_its_status(status: Status) -> None:
    others = [msgspec.structs.replace(RUN, status=other, status_text=str(status)) for other in Status]
    assert [run.status for run in others if matches(f"status:{status}", run)] == [status]


def test_the_empty_filter_lets_everything_through() -> None:
    assert parse_query("  ") is EVERYTHING
    assert EVERYTHING.is_empty
    assert EVERYTHING.matches(BARE, NOW)


def test_a_live_run_is_measured_until_now() -> None:
    live = msgspec.structs.replace(RUN, status=Status.RUNNING, ended_at=None)
    assert matches("took>2d", live)


def test_an_absurd_age_is_before_everything() -> None:
    assert matches("started<99999999999d")
    assert not matches("started>99999999999d")


def test_days_are_those_of_the_time_zone_of_now() -> None:
    late = msgspec.structs.replace(RUN, started_at=datetime(2026, 1, 28, 23, 30, tzinfo=UTC))
    there = NOW.astimezone(timezone(timedelta(hours=1)))
    assert not matches("started=today", late)
    assert matches("started=today", late, there)
    assert matches("started=2026-01-29", late, there)
    assert matches("started:yesterday", late)


def test_nodes_that_were_fetched_are_asked_too() -> None:
    predicate = parse_query("node:sample").predicate(NOW, nodes_of=lambda run: [Node(id="1", name="sample")])
    assert predicate(BARE)
    assert predicate(RUN)


def test_two_profiles_may_have_runs_of_one_id() -> None:
    twin = msgspec.structs.replace(RUN, profile="other")
    assert parse_query("other:").select([RUN, twin], NOW) == [twin]
    assert parse_query("other").select([RUN, twin, RUN], NOW) == [twin]


def test_a_filter_gives_the_same_answer_for_each_run_of_a_long_list() -> None:
    runs, query = sweep_runs(300), parse_query("divergence bob")
    found = query.select(runs, NOW)
    assert found
    assert found == [run for run in runs if query.matches(run, NOW)]
    assert found == [run for run in runs if run.status is Status.FAILED and run.owner == "bob"]


def test_a_query_says_what_its_answer_depends_on() -> None:
    assert parse_query("started<2d").uses_time
    assert parse_query("a (b or took>1)").uses_time
    assert parse_query("started:today").uses_time
    assert not parse_query("started>2026-01-01 failed").uses_time
    assert parse_query("!node:solve").uses_nodes
    assert not parse_query("solve").uses_nodes
    assert parse_query("Cd<0 or inputs.mesh=fine !has:Cl job:x").variables == {"Cd", "inputs.mesh", "Cl"}


def test_queries_are_equal_when_their_texts_are() -> None:
    assert parse_query(" Cd<0 ") == parse_query("Cd<0")
    assert len({parse_query("Cd<0"), parse_query("Cd<0"), parse_query("Cd>0")}) == 2
    assert repr(parse_query("Cd<0")) == "Query('Cd<0')"
    assert isinstance(parse_query("a"), Query)


def test_selected_runs_keep_their_order() -> None:
    runs = sweep_runs(50)
    found = parse_query("mesh=fine").select(runs, NOW)
    assert 0 < len(found) < len(runs)
    assert found == [run for run in runs if run in found]


GROUPED = msgspec.structs.replace(
    RUN, extra={"run_groups": "9f1c, 77ab", "test_workflow": "b1b2-c3", "eval_workflow": ""}
)


@pytest.mark.parametrize(
    "text",
    [
        *("group:9f", "group=77ab", "group:x,77ab", "group:/^77/", "!group=9f1", "group!=77a"),
        *("extra.test_workflow:b1b2", "extra.test_workflow=B1B2-C3", "extra.test_workflow!=b1", "has:extra.run_groups"),
        *("extra.test_workflow:/^b1.*c3$/", "!has:extra.eval_workflow", "!extra.gone:x", "var.group:x or group:9f"),
    ],
)
def test_groups_and_facts_of_one_service_are_fields(text: str) -> None:
    assert matches(text, GROUPED)


@pytest.mark.parametrize("text", ["group:9f", "has:extra.test_workflow", "extra.test_workflow:b1", "extra.nodes=mesh"])
def test_a_run_without_the_group_or_the_fact_does_not_match(text: str) -> None:
    assert not matches(text)


@pytest.mark.parametrize("text", ["group<3", "extra.test_workflow>=3"])
def test_groups_and_facts_of_one_service_have_no_order(text: str) -> None:
    with pytest.raises(QueryError, match="has no order"):
        parse_query(text)
