"""Reading a query string as actix and serde do, with their words for what is wrong.

Unknown parameters are ignored; a known one that comes twice, or does not parse, is an error; an empty value is a
value and not "unset".
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl


class QueryTextError(Exception):
    """A query string that cannot be read; the text is what follows `Query deserialize error: `."""


Reader = Callable[[str], Any]

RUN_STATUSES: Final = (
    "buildfailed", "building", "carrotfailed", "created", "evalaborted", "evalaborting", "evalfailed",
    "evalqueuedincromwell", "evalrunning", "evalstarting", "evalsubmitted", "evalwaitingforqueuespace", "succeeded",
    "testaborted", "testaborting", "testfailed", "testqueuedincromwell", "testrunning", "teststarting",
    "testsubmitted", "testwaitingforqueuespace",
)  # fmt: skip
"""In the order of CARROT's enum, which is also the one PostgreSQL sorts them in."""

JOB_STATUSES: Final = (
    "submitted", "running", "succeeded", "failed", "aborted", "starting", "queuedincromwell",
    "waitingforqueuespace", "expired", "created",
)  # fmt: skip
"""Of reports and builds, in the order of CARROT's enums."""


def read_query(text: str, fields: Mapping[str, Reader]) -> dict[str, Any]:
    """The known parameters of a query string, read. Raises QueryTextError for the first that is wrong."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in fields:
            continue
        if name in found:
            raise QueryTextError(f"duplicate field `{name}`")
        found[name] = fields[name](value)
    return found


def whole(value: str) -> int:
    """A signed 64-bit number."""
    if not value:
        raise QueryTextError("cannot parse integer from empty string")
    if not re.fullmatch(r"[+-]?[0-9]+", value):
        raise QueryTextError("invalid digit found in string")
    number = int(value)
    if number > 2**63 - 1:
        raise QueryTextError("number too large to fit in target type")
    if number < -(2**63):
        raise QueryTextError("number too small to fit in target type")
    return number


def truth(value: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise QueryTextError("provided string was not `true` or `false`")
    return value == "true"


def one_of(*variants: str) -> Reader:
    """One word of an enum."""

    def read(value: str) -> str:
        if value not in variants:
            expected = ", ".join(f"`{variant}`" for variant in variants)
            raise QueryTextError(f"unknown variant `{value}`, expected one of {expected}")
        return value

    return read


def anything(value: str) -> str:
    """Any text, also an empty one."""
    return value


_GROUPS: Final = (8, 4, 4, 4, 12)
_GROUP_ENDS: Final = (8, 12, 16, 20, 32)
_HEX: Final = "0123456789abcdefABCDEF"


def uuid_text(value: str) -> str:
    """A UUID in any of its forms, as lower case with hyphens."""
    try:
        digits = _uuid_digits(value)
    except QueryTextError as error:
        raise QueryTextError(f"UUID parsing failed: {error}") from None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _uuid_digits(value: str) -> str:
    text = value
    if len(value) == 45 and value.startswith("urn:uuid:"):
        text = value[9:]
    elif len(value) == 38 and value.startswith("{") and value.endswith("}"):
        text = value[1:-1]
    elif len(value.encode()) not in (36, 32):
        raise QueryTextError(f"invalid length: expected one of [36, 32], found {len(value.encode())}")
    digits: list[str] = []
    group = 0
    for index, letter in enumerate(text):
        if len(digits) >= 32 and group != 4:
            raise _too_many(group, len(value))
        if letter == "-":
            if group > 4 or _GROUP_ENDS[min(group, 4)] != len(digits):
                raise _wrong_group(group, len(digits))
            group += 1
        elif letter in _HEX:
            digits.append(letter.lower())
        else:
            raise QueryTextError(
                "invalid character: expected an optional prefix of `urn:uuid:` followed by"
                f" 0123456789abcdefABCDEF-, found {letter} at {index}"
            )
    if len(digits) != 32:
        raise _wrong_group(4, len(digits))
    return "".join(digits)


def _too_many(group: int, length: int) -> QueryTextError:
    if group == 0:
        return QueryTextError(f"invalid length: expected one of [36, 32], found {length}")
    return QueryTextError(f"invalid number of groups: expected one of [1, 5], found {group + 1}")


def _wrong_group(group: int, digits: int) -> QueryTextError:
    group = min(group, 4)
    found = digits - (_GROUP_ENDS[group - 1] if group else 0)
    return QueryTextError(f"invalid group length: expected {_GROUPS[group]}, found {found} in group {group}")


def naive_moment(value: str) -> datetime:
    """A date and time without a zone, as chrono reads it."""
    rest = value
    numbers: list[int] = []
    for width, after in ((4, "-"), (2, "-"), (2, "T"), (2, ":"), (2, ":"), (2, "")):
        number, rest = _number(rest.lstrip(), width)
        numbers.append(number)
        rest = _literal(rest.lstrip(), after) if after else rest
    micros = 0
    if fraction := re.match(r"\.(\d+)", rest):
        micros = int((fraction[1] + "000000")[:6])
        rest = rest[fraction.end() :]
    elif rest.startswith("."):
        raise QueryTextError("premature end of input" if rest == "." else "input contains invalid characters")
    if rest.strip():
        raise QueryTextError("trailing input")
    try:
        return datetime(*numbers, microsecond=micros)  # type: ignore[arg-type,misc]  # noqa: DTZ001 - naive is meant
    except ValueError:
        raise QueryTextError("input is out of range") from None


def _number(text: str, width: int) -> tuple[int, str]:
    if not text:
        raise QueryTextError("premature end of input")
    match = re.match(rf"[+-]?[0-9]{{1,{width}}}" if width == 4 else rf"[0-9]{{1,{width}}}", text)
    if match is None:
        raise QueryTextError("input contains invalid characters")
    return int(match[0]), text[match.end() :]


def _literal(text: str, expected: str) -> str:
    if not text:
        raise QueryTextError("premature end of input")
    if not text.startswith(expected):
        raise QueryTextError("input contains invalid characters")
    return text[1:]


class SortKey:
    """One part of a `sort` parameter: a key and whether it ascends."""

    def __init__(self, key: str, ascending: bool) -> None:
        self.key = key
        self.ascending = ascending


def read_sort(text: str) -> list[SortKey]:
    """The parts of `desc(created_at),asc(name),status`; blanks are trimmed and empty parts left out."""
    keys: list[SortKey] = []
    for part in text.split(","):
        item = part.strip()
        if match := re.fullmatch(r"(asc|desc)\((.*)\)", item):
            keys.append(SortKey(match[2].strip(), match[1] == "asc"))
        elif item:
            keys.append(SortKey(item, True))
    return keys


def sorted_rows(rows: list[Any], sort: str, key_of: Callable[[str], Callable[[Any], Any] | None]) -> list[Any]:
    """The rows in the order a `sort` asks for. NULLs come last when ascending and first when descending, as in
    PostgreSQL; a key `key_of` has nothing for is left out without a word."""
    for part in reversed(read_sort(sort)):
        value_of = key_of(part.key)
        if value_of is not None:
            rows = sorted(rows, key=_nulls_last(value_of), reverse=not part.ascending)
    return rows


def _nulls_last(value_of: Callable[[Any], Any]) -> Callable[[Any], tuple[bool, Any]]:
    def key(row: Any) -> tuple[bool, Any]:
        value = value_of(row)
        return (value is None, "" if value is None else value)

    return key
