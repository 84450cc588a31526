"""From a filter's text to its term. The language is described in `model.query`."""

import re
from collections.abc import Callable, Sequence

from runtui.model import query_terms as terms
from runtui.model.errors import QueryError
from runtui.model.query_fields import EXTRA, FACTS, HAS, MOMENT_FIELDS, NODE, NUMBER_FIELDS, STATUS, TEXT_FIELDS
from runtui.model.query_scanner import Scanner, Value
from runtui.model.query_term import Term
from runtui.model.query_terms import TextTest
from runtui.model.query_values import parse_day, parse_quantity, parse_seconds

DEPTH_LIMIT = 50
_A_TERM = "a word, a field or a comparison"


def parse_term(text: str) -> Term:
    """Read a whole filter that is not empty. Raises QueryError."""
    scanner = Scanner(text)
    term = _either(scanner, 0)
    if not scanner.at_end:
        raise scanner.fail("this bracket closes nothing", f"{_A_TERM}, or the end")
    return term


def _either(scanner: Scanner, depth: int) -> Term:
    members = [_both(scanner, depth)]
    while _accept_or(scanner):
        members.append(_both(scanner, depth))
    return terms.any_of(members)


def _both(scanner: Scanner, depth: int) -> Term:
    members = [_signed(scanner, depth)]
    while True:
        scanner.skip_space()
        joined = scanner.accept_word("and") or scanner.accept("&&", "&")
        if not joined and (scanner.at_end or scanner.next == ")" or _is_or(scanner)):
            return terms.all_of(members)
        members.append(_signed(scanner, depth))


def _accept_or(scanner: Scanner) -> bool:
    scanner.skip_space()
    return scanner.accept_word("or") or scanner.accept("||", "|")


def _is_or(scanner: Scanner) -> bool:
    start = scanner.position
    found = _accept_or(scanner)
    scanner.position = start
    return found


def _signed(scanner: Scanner, depth: int) -> Term:
    """A term with any number of signs of negation in front."""
    negated = False
    while True:
        scanner.skip_space()
        if scanner.accept_word("not") or scanner.accept("!") or _accept_minus(scanner):
            negated = not negated
            continue
        term = _single(scanner, depth)
        return terms.none_of(term) if negated else term


def _accept_minus(scanner: Scanner) -> bool:
    following = scanner.text[scanner.position + 1 : scanner.position + 2]
    is_sign = scanner.next == "-" and following.strip() != "" and not following.isdigit() and following not in ".-"
    return is_sign and scanner.accept("-")


def _single(scanner: Scanner, depth: int) -> Term:
    if scanner.at_end:
        raise scanner.fail("something is missing at the end", _A_TERM)
    if scanner.next == "(":
        return _bracketed(scanner, depth + 1)
    if scanner.next == '"':
        return _after_name(scanner, scanner.quoted())
    if scanner.next == "/":
        return _bare_regex(scanner)
    name = scanner.name()
    if not name.text:
        raise scanner.fail(f"nothing stands before {scanner.next!r}", _A_TERM)
    if name.text.lower() in ("and", "or"):
        raise QueryError(
            f"{name.text!r} joins nothing here",
            position=name.position,
            expected=f"{_A_TERM}; the word itself in quotes",
            is_incomplete=scanner.at_end,
        )
    return _after_name(scanner, name)


def _bracketed(scanner: Scanner, depth: int) -> Term:
    if depth > DEPTH_LIMIT:
        raise scanner.fail("there are too many brackets in each other", f"at most {DEPTH_LIMIT}")
    scanner.accept("(")
    term = _either(scanner, depth)
    scanner.skip_space()
    if not scanner.accept(")"):
        raise scanner.fail("a bracket is not closed", "a ) at its end")
    return term


def _bare_regex(scanner: Scanner) -> Term:
    pattern = scanner.regex()
    if pattern is None:
        raise scanner.fail(
            "the regular expression is not closed", 'a / at its end, or quotes: "/a/path"', len(scanner.text)
        )
    return terms.regex_anywhere(pattern)


def _after_name(scanner: Scanner, name: Value) -> Term:
    start = scanner.position
    sign = scanner.operator()
    if sign is None:
        return terms.text_anywhere(name.text)
    if sign != ":":
        scanner.skip_space()
    if scanner.at_end or scanner.next.isspace() or scanner.next == ")":
        if sign == ":" and not _is_field(name):
            scanner.position = start + 1
            return terms.text_anywhere(f"{name.text}:")
        raise scanner.fail(f"the value after {name.text}{sign} is missing", _expected(name, sign))
    return _comparison(scanner, name, sign)


def _is_field(name: Value) -> bool:
    known = (STATUS, NODE, HAS, *TEXT_FIELDS, *MOMENT_FIELDS, *NUMBER_FIELDS)
    return name.is_word and name.text.lower() in known


def _is_extra(name: Value) -> bool:
    return name.is_word and name.text.startswith(EXTRA) and name.text != EXTRA


def _expected(name: Value, sign: str) -> str:
    field = name.text.lower() if _is_field(name) else ""
    if field in MOMENT_FIELDS:
        return "an age such as 2d, or a day such as 2026-01-29 or today"
    if field in NUMBER_FIELDS or (sign in ("<", "<=", ">", ">=") and not field):
        return "a number, with a unit if you like: 20, 1h30m, 2GB, 50%"
    return "a word, or a phrase in quotes"


def _comparison(scanner: Scanner, name: Value, sign: str) -> Term:
    field = name.text.lower() if _is_field(name) else ""
    if field in MOMENT_FIELDS:
        return _moment(scanner, field, sign)
    if field in NUMBER_FIELDS:
        return _number(scanner, field, "=" if sign == ":" else sign)
    if _is_extra(name):
        field = name.text
    if sign not in (":", "=", "!="):
        return _ordered(scanner, name, sign, field)
    if not field:
        return _variable(scanner, name, sign)
    return _text_field(scanner, field, sign)


def _moment(scanner: Scanner, field: str, sign: str) -> Term:
    sign = "=" if sign == ":" else sign
    value = scanner.value(with_commas=True)
    day = parse_day(value.text)
    if day is not None:
        return terms.day_field(field, sign, day)
    seconds = parse_seconds(value.text)
    if seconds is None:
        raise _bad_value(scanner, value, "an age such as 2d, or a day such as 2026-01-29 or today")
    if sign in ("=", "!="):
        raise QueryError(
            f"an age cannot be compared by {sign}", position=value.position, expected=f"{field}<{value.text} or >"
        )
    return terms.age_field(field, sign, seconds)


def _number(scanner: Scanner, field: str, sign: str) -> Term:
    value = scanner.value(with_commas=True)
    number = parse_quantity(value.text)
    if number is None:
        raise _bad_value(scanner, value, "a number, with a unit if you like: 20, 1h30m, 2GB, 50%")
    if field == "progress" and number > 1 and not value.text.endswith("%"):
        number /= 100
    return terms.number_field(field, sign, number)


def _ordered(scanner: Scanner, name: Value, sign: str, field: str) -> Term:
    if field:
        raise QueryError(
            f"{field} has no order, so {sign} says nothing", position=name.position, expected=f"{field}: or {field}="
        )
    value = scanner.value(with_commas=True)
    number = parse_quantity(value.text)
    if number is None:
        raise _bad_value(scanner, value, "a number, with a unit if you like: 20, 1h30m, 2GB, 50%")
    return terms.variable_compared(name.text, sign, number)


def _bad_value(scanner: Scanner, value: Value, expected: str) -> QueryError:
    return QueryError(
        f"{value.text!r} cannot be compared",
        position=value.position,
        expected=expected,
        is_incomplete=scanner.at_end,
    )


def _variable(scanner: Scanner, name: Value, sign: str) -> Term:
    start = scanner.position
    pattern = scanner.regex() if sign == ":" else None
    if pattern is not None:
        return terms.variable_text(name.text, [terms.matches(pattern)])
    wanted = _values(scanner)
    if sign != ":":
        return terms.variable_is(name.text, wanted, negated=sign == "!=")
    found = terms.variable_text(name.text, [terms.contains(text) for text in wanted])
    if not name.is_word:
        return found
    return terms.any_of([found, terms.text_anywhere(f"{name.text}:{scanner.text[start : scanner.position]}")])


def _text_field(scanner: Scanner, field: str, sign: str) -> Term:
    pattern = scanner.regex() if sign == ":" else None
    if pattern is not None:
        return _matching_field(field, pattern)
    wanted = _values(scanner)
    term = terms.any_of(list(map(_has, wanted))) if field == HAS else _listed_field(field, wanted, exactly=sign != ":")
    return terms.none_of(term) if sign == "!=" else term


def _has(name: str) -> Term:
    word = name.lower()
    if word in ("node", "nodes"):
        return terms.has_node()
    if name.startswith(EXTRA) and name != EXTRA:
        return terms.has_extra(name.removeprefix(EXTRA))
    return terms.has_fact(word if word in FACTS else name)


def _matching_field(field: str, pattern: re.Pattern[str]) -> Term:
    if field == STATUS:
        return terms.status_matches(pattern)
    return _tested_field(field, [terms.matches(pattern)])


def _listed_field(field: str, wanted: Sequence[str], *, exactly: bool) -> Term:
    if field == STATUS:
        return terms.status_is(wanted, exactly=exactly)
    make: Callable[[str], TextTest] = terms.equals if exactly else terms.contains
    return _tested_field(field, [make(text) for text in wanted])


def _tested_field(field: str, tests: list[TextTest]) -> Term:
    if field.startswith(EXTRA):
        return terms.extra_field(field.removeprefix(EXTRA), tests)
    return terms.node_field(tests) if field == NODE else terms.text_field(field, tests)


def _values(scanner: Scanner) -> list[str]:
    """One or more values between commas, empty ones left out unless they were in quotes."""
    values = [scanner.value()]
    while scanner.accept(","):
        values.append(scanner.value())
    kept = [value.text for value in values if value.text or not value.is_word]
    if not kept:
        raise scanner.fail("the value is missing", "a word, or a phrase in quotes")
    return kept
