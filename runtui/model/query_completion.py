"""What may be typed next in a filter."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from runtui.model.query_fields import FACTS, FIELDS, HAS, MOMENT_FIELDS, NODE, ORDERED_FIELDS, STATUS, STATUS_GROUPS
from runtui.model.run import Run
from runtui.model.status import Status

SUGGESTIONS = 50
RUNS_ASKED = 2_000
VALUES_KEPT = 50
_LONGEST_VALUE = 60

_CURRENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"(])*(?:"(?:[^"\\]|\\.)*)?$')
_OPERATION = re.compile(r'^("(?:[^"\\]|\\.)*"|[^:=<>≤≥≠!"]+)(:|!=|<=|>=|==|[=<>≤≥≠])(.*)$', re.DOTALL)
_REST = re.compile(r'[^\s()",:=<>]*')
_NEEDS_QUOTES = re.compile(r'[\s"(),]|^/|^$')
_DAYS = ("1h", "1d", "7d", "today", "yesterday")
_SPANS = ("1m", "10m", "1h", "1d")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """Names and values that occur in the runs at hand, each without repeats, in order of first appearance."""

    services: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    status_texts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Texts of each variable."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text[start:end]` of the filter may be replaced by `insert`. `label` says what it is: field, status, variable…"""

    start: int
    end: int
    insert: str
    label: str

    def applied(self, text: str) -> tuple[str, int]:
        """The filter with the suggestion taken, and where the cursor is then."""
        return text[: self.start] + self.insert + text[self.end :], self.start + len(self.insert)


def known_names(runs: Iterable[Run], nodes: Iterable[str] = ()) -> KnownNames:
    """What the first `RUNS_ASKED` runs know. Secrets are left out, names of them too."""
    asked = list(islice(runs, RUNS_ASKED))
    values: dict[str, dict[str, None]] = {}
    for run in asked:
        for variable in run.variables:
            if not variable.secret:
                texts = values.setdefault(variable.name, {})
                if variable.text and len(variable.text) <= _LONGEST_VALUE and len(texts) < VALUES_KEPT:
                    texts[variable.text] = None
    return KnownNames(
        services=_distinct(run.service for run in asked),
        profiles=_distinct(run.profile for run in asked),
        jobs=_distinct(run.job for run in asked),
        owners=_distinct(run.owner for run in asked),
        names=_distinct(run.name for run in asked),
        nodes=_distinct(nodes),
        status_texts=_distinct(run.status_text for run in asked),
        variables=tuple(values),
        values=MappingProxyType({name: tuple(texts) for name, texts in values.items()}),
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def complete(text: str, cursor: int, known: KnownNames) -> list[Suggestion]:
    """What may stand at the cursor: names of fields and variables, or values after an operator, the best first.

    What begins with what is typed comes first, then what begins so in another case, then what only contains it.
    """
    match = _CURRENT.search(text[:cursor])
    start = match.start() if match else cursor
    while start < cursor and text[start] in "!-":
        start += 1
    typed = text[start:cursor]
    end = cursor + len(_match_length(text, cursor))
    operation = _OPERATION.match(typed)
    if operation is None:
        return _names(typed, start, end, known)
    return _values(operation, start, end, known)


def _match_length(text: str, cursor: int) -> str:
    match = _REST.match(text, cursor)
    return match[0] if match else ""


def _names(typed: str, start: int, end: int, known: KnownNames) -> list[Suggestion]:
    prefix = typed.removeprefix('"')
    candidates = [(f"{name}:", "field") for name in (*FIELDS, HAS)]
    candidates += [(name, "field") for name in ORDERED_FIELDS]
    candidates += [(_as_name(name), "variable") for name in known.variables]
    return _suggestions(candidates, prefix, start, end)


def _values(operation: re.Match[str], start: int, end: int, known: KnownNames) -> list[Suggestion]:
    name, sign, written = operation.groups()
    last = written if sign in ("<", "<=", ">", ">=") else _last_item(written)
    value_start = start + operation.end() - len(last)
    candidates = [(_quoted(value), label) for value, label in _candidates(name, sign, known)]
    return _suggestions(candidates, last.removeprefix('"'), value_start, end)


def _last_item(written: str) -> str:
    """What stands after the last comma that is not in quotes."""
    start, in_quotes = 0, False
    for index, char in enumerate(written):
        if char == '"':
            in_quotes = not in_quotes
        elif char == "," and not in_quotes:
            start = index + 1
    return written[start:]


def _candidates(name: str, sign: str, known: KnownNames) -> list[tuple[str, str]]:
    source = _SOURCES.get(name.lower())
    if source is not None:
        return source(known)
    if sign in ("<", "<=", ">", ">="):
        return []
    plain = name.strip('"').removeprefix("var.")
    texts = known.values.get(plain) or known.values.get(plain.partition(".")[2]) or ()
    return [(text, "value") for text in texts]


def _labelled(
    label: str, texts: Callable[[KnownNames], Iterable[str]]
) -> Callable[[KnownNames], list[tuple[str, str]]]:
    return lambda known: [(text, label) for text in texts(known)]


def _statuses(known: KnownNames) -> list[tuple[str, str]]:
    ours = [(status.value, "status") for status in Status] + [(group, "statuses") for group in STATUS_GROUPS]
    words = {word for word, _ in ours}
    return ours + [(text, "service's word") for text in known.status_texts if text.lower() not in words]


def _facts(known: KnownNames) -> list[tuple[str, str]]:
    facts = dict.fromkeys((*FACTS, NODE))
    facts.pop("variables")
    return [(fact, "fact") for fact in facts] + [(name, "variable") for name in known.variables]


_SOURCES: Mapping[str, Callable[[KnownNames], list[tuple[str, str]]]] = MappingProxyType(
    {
        STATUS: _statuses,
        HAS: _facts,
        "service": _labelled("service", lambda known: known.services),
        "profile": _labelled("profile", lambda known: known.profiles),
        "job": _labelled("job", lambda known: known.jobs),
        "owner": _labelled("owner", lambda known: known.owners),
        "name": _labelled("name", lambda known: known.names),
        NODE: _labelled("node", lambda known: known.nodes),
        "took": _labelled("span", lambda _: _SPANS),
        **{name: _labelled("when", lambda _: _DAYS) for name in MOMENT_FIELDS},
    }
)


def _suggestions(candidates: Iterable[tuple[str, str]], typed: str, start: int, end: int) -> list[Suggestion]:
    exactly: list[Suggestion] = []
    in_any_case: list[Suggestion] = []
    within: list[Suggestion] = []
    prefix = typed.lower()
    for insert, label in candidates:
        plain = insert.removeprefix('"')
        lower = plain.lower()
        if prefix not in lower or plain == typed:
            continue
        place = exactly if plain.startswith(typed) else in_any_case if lower.startswith(prefix) else within
        place.append(Suggestion(start, end, insert, label))
    return (exactly + in_any_case + within)[:SUGGESTIONS]


def _quoted(text: str) -> str:
    return in_quotes(text) if _NEEDS_QUOTES.search(text) else text


def in_quotes(text: str) -> str:
    """A text as the filter language takes it literally, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _as_name(name: str) -> str:
    """How a variable's name is written in a filter, so that it is not taken for anything else."""
    if name.lower() in (*FIELDS, *ORDERED_FIELDS, HAS, "and", "or", "not"):
        return f"var.{name}"
    return in_quotes(name) if _NEEDS_QUOTES.search(name) or re.search(r"[:=<>≤≥≠!]|^-", name) else name
