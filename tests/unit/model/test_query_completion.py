"""What may be typed next."""

import pytest

from runtui.model.query import parse_query
from runtui.model.query_completion import KnownNames, complete, known_names
from runtui.model.run import Run
from runtui.model.variable import Role, Variable
from tests.support.sample_runs import NOW, number, sweep_runs, word

KNOWN = KnownNames(
    services=("rescale", "deltatwin"),
    profiles=("hpc", "destine"),
    jobs=("airfoil sweep", "sen2cor"),
    owners=("alice", "bob"),
    nodes=("mesh", "solve"),
    status_texts=("Completed", "running"),
    variables=("Cd", "Cl", "mesh", "wall time", "size", "and"),
    values={"mesh": ("fine", "very coarse")},
)


def inserts(text: str, cursor: int | None = None) -> list[str]:
    return [suggestion.insert for suggestion in complete(text, len(text) if cursor is None else cursor, KNOWN)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sta", ["status:", "started"]),
        ("C", ["Cd", "Cl", "created", "service:"]),
        ("airfoil sta", ["status:", "started"]),
        ("!sta", ["status:", "started"]),
        ("(sta", ["status:", "started"]),
        ("status:f", ["failed", "final"]),
        ("status:compl", ["Completed"]),
        ("status:queued,fa", ["failed"]),
        ("job:a", ['"airfoil sweep"']),
        ('job:"air', ['"airfoil sweep"']),
        ('job:sen2cor,"airfoil s', ['"airfoil sweep"']),
        ("owner=b", ["bob"]),
        ("node:s", ["solve"]),
        ("has:Cd", []),
        ("has:op", ["optimal"]),
        ("mesh=", ["fine", '"very coarse"']),
        ("inputs.mesh=f", ["fine"]),
        ("Cd<", []),
        ("started<1", ["1h", "1d"]),
        ("took>1h", []),
        ("wal", ['"wall time"']),
        ("var", ["var.size", "var.and"]),
        ("profile:", ["hpc", "destine"]),
    ],
)
def test_suggestions_begin_with_what_was_typed(text: str, first: list[str]) -> None:
    found = inserts(text)
    assert found[: len(first)] == first
    assert first or not found


def test_what_only_contains_the_typed_text_comes_after() -> None:
    assert inserts("am") == ["name:"]
    assert inserts("a")[-1] == "var.and"


def test_a_suggestion_replaces_the_word_around_the_cursor() -> None:
    suggestion = complete("a stxx b", 4, KNOWN)[0]
    assert suggestion.applied("a stxx b") == ("a status: b", 9)


def test_a_suggested_value_replaces_only_the_value() -> None:
    text = "status:queued,fa Cd<0"
    suggestion = complete(text, 16, KNOWN)[0]
    assert suggestion.applied(text) == ("status:queued,failed Cd<0", 20)


def test_names_are_gathered_from_runs_without_secrets() -> None:
    secret = Variable(name="token", role=Role.INPUT, secret=True, value="hunter2", text="hunter2")
    run = Run(profile="p", service="s", id="1", variables=(number("Cd", 1), word("mesh", "fine"), secret))
    known = known_names([run, run], nodes=["solve", "solve"])
    assert known.variables == ("Cd", "mesh")
    assert known.values == {"Cd": ("1.0000",), "mesh": ("fine",)}
    assert known.nodes == ("solve",)
    assert "hunter2" not in repr(known)


def test_every_suggested_value_can_be_read_as_it_is() -> None:
    known = known_names(sweep_runs(200))
    for start in ("job:", "owner=", "status:", "mesh=", "has:", "name:"):
        suggestions = complete(start, len(start), known)
        assert suggestions
        for suggestion in suggestions:
            assert not parse_query(suggestion.applied(start)[0]).is_empty


def test_every_suggested_variable_finds_its_run() -> None:
    names = ["Cd", "wall time", "size", "and", "a:b", "x<y", "-x", 'say "hi"', "(p)", "a,b", "!not"]
    for name in names:
        run = Run(profile="p", service="s", id="1", variables=(number(name, 5),))
        found = [s for s in complete("", 0, known_names([run])) if s.label == "variable"]
        assert len(found) == 1
        assert parse_query(f"{found[0].insert}>4").matches(run, NOW), name
