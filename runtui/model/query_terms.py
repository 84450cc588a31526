"""The terms of a filter as functions. Each builds a `Term`, which gives the predicate once the context is known."""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from runtui.model.query_context import Predicate, QueryContext
from runtui.model.query_fields import FACTS, MOMENT_FIELDS, NUMBER_FIELDS, STATUS_GROUPS, TEXT_FIELDS
from runtui.model.query_term import Term
from runtui.model.query_values import Day, parse_number
from runtui.model.run import Run
from runtui.model.status import Status
from runtui.model.variable import Variable
from runtui.model.variable_path import value_getter, variable_getter

TextTest = Callable[[str], bool]

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def all_of(terms: Sequence[Term]) -> Term:
    """Every one of the terms."""
    ordered = sorted(terms, key=lambda term: term.cost)

    def bind(context: QueryContext) -> Predicate:
        predicates = [term.bind(context) for term in ordered]
        if len(predicates) == 2:
            first, second = predicates
            return lambda run: first(run) and second(run)
        return lambda run: all(predicate(run) for predicate in predicates)

    return terms[0] if len(terms) == 1 else _joined(terms, bind)


def any_of(terms: Sequence[Term]) -> Term:
    """At least one of the terms."""

    def bind(context: QueryContext) -> Predicate:
        predicates = [term.bind(context) for term in terms]
        if len(predicates) == 2:
            first, second = predicates
            return lambda run: first(run) or second(run)
        return lambda run: any(predicate(run) for predicate in predicates)

    return terms[0] if len(terms) == 1 else _joined(terms, bind)


def none_of(term: Term) -> Term:
    """What the term does not let through."""

    def bind(context: QueryContext) -> Predicate:
        predicate = term.bind(context)
        return lambda run: not predicate(run)

    return _joined([term], bind)


def _joined(terms: Sequence[Term], bind: Callable[[QueryContext], Predicate]) -> Term:
    return Term(
        bind,
        sum(term.cost for term in terms),
        any(term.uses_time for term in terms),
        any(term.uses_nodes for term in terms),
        frozenset().union(*(term.variables for term in terms)),
    )


# Texts


def contains(wanted: str) -> TextTest:
    """Whether a text holds `wanted`, whatever the case."""
    needle = wanted.lower()
    return lambda text: needle in text.lower()


def equals(wanted: str) -> TextTest:
    """Whether a text is `wanted`, whatever the case."""
    needle = wanted.lower()
    return lambda text: text.lower() == needle


def matches(pattern: re.Pattern[str]) -> TextTest:
    """Whether the pattern is found in a text."""
    search = pattern.search
    return lambda text: search(text) is not None


class _Remembered(dict[str, bool]):
    """A test of texts that keeps its answers: jobs, owners and messages repeat from run to run."""

    def __init__(self, test: TextTest) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, text: str) -> bool:
        answer = self[text] = self._test(text)
        return answer


def text_anywhere(wanted: str) -> Term:
    """A bare word or phrase."""
    needle = wanted.lower()

    def in_reference(run: Run) -> bool:
        return needle in run.id.lower() or needle in run.profile.lower()

    def in_whole_reference(run: Run) -> bool:
        return needle in f"{run.profile}:{run.id}".lower()

    return _anywhere(contains(needle), in_whole_reference if ":" in needle else in_reference, 8)


def regex_anywhere(pattern: re.Pattern[str]) -> Term:
    """A bare /regex/."""
    search = pattern.search
    return _anywhere(matches(pattern), lambda run: search(f"{run.profile}:{run.id}") is not None, 15)


def _anywhere(test: TextTest, in_reference: Predicate, cost: int) -> Term:
    statuses = frozenset(status for status in Status if test(status.value))

    def bind(_: QueryContext) -> Predicate:
        passes = _Remembered(test)

        def tested(run: Run) -> bool:
            return (
                passes[run.job]
                or passes[run.message]
                or passes[run.name]
                or passes[run.owner]
                or run.status in statuses
                or passes[run.status_text]
                or in_reference(run)
            )

        return tested

    return Term(bind, cost)


def text_field(name: str, tests: Sequence[TextTest]) -> Term:
    """A text field of which any of the tests holds."""
    return _texts_term(TEXT_FIELDS[name], tests)


def extra_field(name: str, tests: Sequence[TextTest]) -> Term:
    """A fact only one service has, of which any of the tests holds; a run without it does not match."""
    return _texts_term(lambda run: (run.extra[name],) if name in run.extra else (), tests)


def has_extra(name: str) -> Term:
    """The run has this fact that only one service has, and it is not empty."""
    return Term(lambda _: lambda run: bool(run.extra.get(name)), 2)


def _texts_term(values_of: Callable[[Run], tuple[str, ...]], tests: Sequence[TextTest]) -> Term:
    def bind(_: QueryContext) -> Predicate:
        passes = _Remembered(_any_test(tests))

        def tested(run: Run) -> bool:
            for value in values_of(run):  # noqa: SIM110  a generator would take three times as long
                if passes[value]:
                    return True
            return False

        return tested

    return Term(bind, 4)


def _any_test(tests: Sequence[TextTest]) -> TextTest:
    return tests[0] if len(tests) == 1 else lambda text: any(test(text) for test in tests)


def status_is(words: Iterable[str], *, exactly: bool) -> Term:
    """Our own words name a status; any other word is looked for in ours and in the service's."""
    members: set[Status] = set()
    tests: list[TextTest] = []
    for word in (word.lower() for word in words):
        if word in STATUS_GROUPS:
            members |= STATUS_GROUPS[word]
        elif word in set(Status):
            members.add(Status(word))
        else:
            test = equals(word) if exactly else contains(word)
            tests.append(test)
            members.update(status for status in Status if test(status.value))
    return _status_term(frozenset(members), tests)


def status_matches(pattern: re.Pattern[str]) -> Term:
    """Our word or the service's matches."""
    test = matches(pattern)
    return _status_term(frozenset(status for status in Status if test(status.value)), [test])


def _status_term(members: frozenset[Status], tests: Sequence[TextTest]) -> Term:
    if not tests:
        return Term(lambda _: lambda run: run.status in members, 1)

    def matching(run: Run) -> bool:
        return run.status in members or any(test(run.status_text) for test in tests)

    return Term(lambda _: matching, 3)


def node_field(tests: Sequence[TextTest]) -> Term:
    """A node of the run has such a name. What is not known of a run's nodes does not match."""

    def bind(context: QueryContext) -> Predicate:
        return lambda run: any(test(name) for name in _node_names(run, context) for test in tests)

    return Term(bind, 30, uses_nodes=True)


def has_node() -> Term:
    """At least one node of the run is known."""
    return Term(lambda context: lambda run: any(True for _ in _node_names(run, context)), 25, uses_nodes=True)


def _node_names(run: Run, context: QueryContext) -> Iterable[str]:
    if context.nodes_of is not None:
        for node in context.nodes_of(run):
            yield node.name
    for key in ("node", "nodes"):
        for name in run.extra.get(key, "").split(","):
            if name.strip():
                yield name.strip()


# Numbers and moments


def number_field(name: str, sign: str, wanted: float) -> Term:
    """A number of the run compared; a run without it does not match."""
    compare = COMPARISONS[sign]
    values_for = NUMBER_FIELDS[name]

    def bind(context: QueryContext) -> Predicate:
        value_of = values_for(context)

        def compared(run: Run) -> bool:
            value = value_of(run)
            return value is not None and compare(value, wanted)

        return compared

    return Term(bind, 4, uses_time=name == "took")


def age_field(name: str, sign: str, seconds: float) -> Term:
    """How long ago a moment of the run was, compared; a run without the moment does not match."""
    moment_of = MOMENT_FIELDS[name]
    mirrored = {"<": operator.gt, "<=": operator.ge, ">": operator.lt, ">=": operator.le}[sign]

    def bind(context: QueryContext) -> Predicate:
        try:
            limit = context.now - timedelta(seconds=seconds)
        except OverflowError:
            return lambda run: sign in ("<", "<=") and moment_of(run) is not None

        def compared(run: Run) -> bool:
            moment = moment_of(run)
            return moment is not None and mirrored(moment, limit)

        return compared

    return Term(bind, 3, uses_time=True)


def day_field(name: str, sign: str, day: Day) -> Term:
    """A moment of the run compared with a day, or a minute or second, as a whole."""
    moment_of = MOMENT_FIELDS[name]

    def bind(context: QueryContext) -> Predicate:
        start, end = day.between(context.now)

        def compared(run: Run) -> bool:
            moment = moment_of(run)
            if moment is None:
                return False
            if sign in ("<", ">="):
                return (moment < start) is (sign == "<")
            if sign in ("<=", ">"):
                return (moment < end) is (sign == "<=")
            return (start <= moment < end) is (sign == "=")

        return compared

    return Term(bind, 4, uses_time=day.start is None)


# Variables


def variable_compared(path: str, sign: str, wanted: float) -> Term:
    """`<`, `<=`, `>` or `>=` on a variable that is a number, or a text that reads as one."""
    value_of, compare = value_getter(path), COMPARISONS[sign]

    def compared(run: Run) -> bool:
        value = value_of(run)
        if type(value) is float or type(value) is int:
            return compare(value, wanted)
        number = parse_number(value) if isinstance(value, str) else None
        return number is not None and compare(number, wanted)

    return Term(lambda _: compared, 6, variables=frozenset({path}))


def variable_is(path: str, wanted: Sequence[str], *, negated: bool = False) -> Term:
    """A variable's value or text is one of these; negated: the run has the variable and it is none of these."""
    find = variable_getter(path)
    texts = frozenset(text.lower() for text in wanted)
    numbers = [number for number in map(parse_number, wanted) if number is not None]

    def compared(run: Run) -> bool:
        variable = find(run)
        if variable is None or variable.secret:
            return False
        is_one = variable.text.lower() in texts or _value_text(variable) in texts
        return (is_one or (bool(numbers) and _is_one_of(variable.value, numbers))) is not negated

    return Term(lambda _: compared, 8, variables=frozenset({path}))


def _value_text(variable: Variable) -> str | None:
    value = variable.value
    return None if value is None else str(value).lower()


def _is_one_of(value: float | bool | str | None, numbers: Sequence[float]) -> bool:
    have = parse_number(value) if isinstance(value, str) else None if isinstance(value, bool) else value
    return have is not None and any(have == number or (have != have and number != number) for number in numbers)


def variable_text(path: str, tests: Sequence[TextTest]) -> Term:
    """A variable's text, or its value written out, passes any of the tests."""
    find = variable_getter(path)

    def compared(run: Run) -> bool:
        variable = find(run)
        if variable is None or variable.secret:
            return False
        texts = (variable.text, "" if variable.value is None else str(variable.value))
        return any(test(text) for text in texts for test in tests)

    return Term(lambda _: compared, 8, variables=frozenset({path}))


def has_fact(name: str) -> Term:
    """`has:` one of the fixed facts, or a variable of this path."""
    if name in FACTS:
        fact = FACTS[name]
        return Term(lambda _: fact, 2)
    find = variable_getter(name)
    return Term(lambda _: lambda run: find(run) is not None, 5, variables=frozenset({name}))
